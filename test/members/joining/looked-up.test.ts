/** What happens while a request is looked up: it is of those whom it names, as they are in one state of the ledger. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { AnyOperation } from "../../../src/engine/definition/operation.ts";
import type { Service } from "../../../src/service.ts";
import type { MemberId, MergeId } from "../../../src/kernel/ids.ts";
import { identifierAdding } from "../../../src/members/identifying/adding.ts";
import { identifierEnd } from "../../../src/members/identifying/ending.ts";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { linkStart } from "../../../src/members/linking/start.ts";
import { mergeOverride } from "../../../src/members/overriding/request.ts";
import { returnById } from "../../../src/sales/return/return-by-id.ts";
import { matchProposal } from "../../../src/members/review/proposal.ts";
import { ask, type AskTerms, type TestLedger, testLedger, TILL } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { Customers } from "../linking/customers.ts";
import { after, People, type Person } from "./people.ts";

let ledger: TestLedger;
let people: People;
beforeAll(async () => {
  ledger = await testLedger();
  people = new People(ledger);
});
afterEach(() => expectProof(ledger));
afterAll(() => ledger.close());

/**
 * A service at which something happens once, when a request has begun to be looked up: just before its first look at several
 * things, or so many looks at one.
 */
function onceLookedUp(happens: () => Promise<unknown>, most = 3): Service {
  const { reader } = ledger.service;
  let looks = 0;
  const happenAt = async (look: number) => {
    if (looks >= most) return;
    looks = Math.max(looks + 1, look);
    if (looks >= most) await happens();
  };
  const late: Service["reader"] = {
    run: (text, parameters) => reader.run(text, parameters),
    values: (text, parameters) => reader.values(text, parameters),
    send: (statement) => reader.send(statement),
    async one(source, name) {
      await happenAt(1);
      return reader.one(source, name);
    },
    async snapshot(work) {
      await happenAt(most);
      return reader.snapshot(work);
    },
  };
  return Object.create(ledger.service, { reader: { value: late } }) as Service;
}

const asked = (happens: () => Promise<unknown>, operation: AnyOperation, body: unknown, params = {}, most = 3) =>
  ask(onceLookedUp(happens, most), operation, body, { params, actor: { ...TILL, brand: null, staffId: "anna-1" } });

/** The younger of two is part of the elder, by a merge. */
async function joined(details: object = {}): Promise<{ elder: Person; younger: Person; mergeId: MergeId }> {
  const [elder, younger] = [await people.person(details), await people.person(details)];
  const { mergeId } = await people.join(elder, younger);
  return { elder, younger, mergeId };
}

const standsFor = async ({ memberId }: Person): Promise<string> => {
  const [row] = await ledger.database.sql<{ id: string }[]>`
    select coalesce(survivor_id, member_id)::text as id from wallets where member_id = ${memberId.slice(4)}::uuid`;
  return `mbr_${(row?.id ?? "").replaceAll("-", "")}`;
};

describe("whoever is named by an id that is parted from another meanwhile", () => {
  it("is joined himself, and not the other", async () => {
    const { elder, younger, mergeId } = await joined();
    const third = await people.person();
    const memberIds = [younger.memberId, third.memberId];
    const outcome = await asked(() => people.part(mergeId), merge, { memberIds, reason: "the same" });
    expect(outcome).toMatchObject({ kind: "accepted" });
    expect([await standsFor(elder), await standsFor(third)]).toEqual([elder.memberId, younger.memberId]);
  });

  it("is proposed himself", async () => {
    const { younger, mergeId } = await joined();
    const third = await people.person();
    const memberIds = [younger.memberId, third.memberId];
    const outcome = await asked(() => people.part(mergeId), matchProposal, { memberIds, reason: "the same" });
    expect(outcome).toMatchObject({ kind: "accepted" });
    expect(await pairsOf(third.memberId)).toEqual([younger.memberId]);
  });

  it("is whom an override is about", async () => {
    const { younger, mergeId } = await joined({ birthDate: "1990-01-31" });
    const third = await people.person({ birthDate: "1991-01-31" });
    const body = { memberIds: [younger.memberId, third.memberId], blocker: "birth_dates_differ", reason: "a passport" };
    const outcome = await asked(() => people.part(mergeId), mergeOverride, body);
    expect(outcome).toMatchObject({ kind: "accepted" });
    const rows = await ledger.database.sql<{ one: string; other: string }[]>`
      select 'mbr_' || replace(one_id::text, '-', '') as one, 'mbr_' || replace(other_id::text, '-', '') as other
      from merge_overrides order by requested_at desc limit 1`;
    expect([rows[0]?.one ?? "", rows[0]?.other ?? ""].toSorted()).toEqual(
      [younger.memberId, third.memberId].toSorted(),
    );
  });

  it("has his identifiers ended, and others added", async () => {
    for (const operation of [identifierEnd, identifierAdding]) {
      const { younger, mergeId } = await joined();
      const identifier = operation === identifierEnd ? younger.card : { kind: "phone", value: "+79120000291" };
      const more = operation === identifierEnd ? {} : { profileId: `prf_${younger.memberId.slice(4)}`, verified: true };
      const body = { identifier, ...more, reason: "lost" };
      const outcome = await asked(() => people.part(mergeId), operation, body, { memberId: younger.memberId }, 2);
      expect(outcome).toMatchObject({ kind: "accepted" });
    }
  });

  it("is whom the dry run of a return is about", async () => {
    const { younger, mergeId } = await joined();
    await people.give(younger, "100.00");
    const purchaseId = await people.buy({ identifier: younger.card }, "200.00", "50.00");
    const body = {
      receipt: { brand: "mvideo", storeId: "M-1", terminalId: "2", shift: "1", number: "1" },
      lines: [{ lineId: "1", quantity: "1" }],
      occurredAt: new Date(ledger.clock.now()).toISOString(),
    };
    const shown = await people.look(
      after(returnById, () => people.part(mergeId)),
      body,
      { purchaseId },
    );
    expect(shown).toMatchObject({ memberId: younger.memberId });
  });
});

const pairsOf = async (memberId: MemberId): Promise<string[]> => {
  const rows = await ledger.database.sql<{ other: string }[]>`
    select 'mbr_' || replace((case when one_id = ${memberId.slice(4)}::uuid then other_id else one_id end)::text, '-', '') as other
    from match_candidates where ${memberId.slice(4)}::uuid in (one_id, other_id)`;
  return rows.map(({ other }) => other);
};

it("two who are joined meanwhile are not proposed", async () => {
  const [one, other] = [await people.person(), await people.person()];
  const memberIds = [one.memberId, other.memberId];
  const outcome = await asked(() => people.join(one, other), matchProposal, { memberIds, reason: "the same" });
  expect(outcome).toMatchObject({ code: "already_one_member" });
  expect(await pairsOf(one.memberId)).toEqual([]);
});

describe("a link that is started while", () => {
  const site: AskTerms = { actor: { ...TILL, brand: null, scopes: new Set(["checkout"]) } };

  it("the signed-in account parts from another is that account's own", async () => {
    const customers = new Customers(ledger);
    const [elder, younger] = [await people.person(), await customers.register()];
    const { mergeId } = await people.join(elder, { ...elder, memberId: younger.memberId });
    const other = await customers.register();
    const service = onceLookedUp(() => people.part(mergeId), 2);
    expect(await customers.start(younger.memberId, other.phone, site, service)).toMatchObject({ kind: "accepted" });
    expect(await membersOfLinks()).toEqual([younger.memberId]);
  });

  it("the account parts, or its own phone ends, is looked up again", async () => {
    const customers = new Customers(ledger);
    const [elder, younger, other] = [await people.person(), await customers.register(), await customers.register()];
    const { mergeId } = await people.join(elder, { ...elder, memberId: younger.memberId });
    const start = (happens: () => Promise<unknown>, of: MemberId) =>
      ask(
        ledger.service,
        after(linkStart, happens),
        { memberId: of, identifier: { kind: "phone", value: other.phone } },
        site,
      );
    expect(await start(() => people.part(mergeId), younger.memberId)).toMatchObject({ kind: "accepted" });
    expect((await membersOfLinks()).at(-1)).toBe(younger.memberId);
    const end = { identifier: { kind: "phone", value: younger.phone }, reason: "lost" };
    const ended = () => people.ask(identifierEnd, end, { memberId: younger.memberId });
    expect(await start(ended, younger.memberId)).toMatchObject({ code: "no_verified_address" });
  });
});

const membersOfLinks = async (): Promise<string[]> =>
  (
    await ledger.database.sql<{ id: string }[]>`
      select 'mbr_' || replace(member_id::text, '-', '') as id from customer_links order by started_at, link_id`
  ).map(({ id }) => id);
