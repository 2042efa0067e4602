/** What an identifier of somebody erased was kept for, where it stood for him though it did not lead to him any more, or not yet. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type CandidateId, uuidOf } from "../../../src/kernel/ids.ts";
import { type Identifier, identifierKey } from "../../../src/members/identifier.ts";
import { listIdentifiers } from "../../../src/members/identifying/list.ts";
import { linkConfirmation } from "../../../src/members/linking/confirm.ts";
import { matchProposal } from "../../../src/members/review/proposal.ts";
import { linkStart } from "../../../src/members/linking/start.ts";
import { ledgerItself } from "../../../src/engine/group/submit.ts";
import { claimWaiting } from "../../../src/sales/claim/claim-waiting.ts";
import { pickup } from "../../../src/orders/pickup/pickup.ts";
import { formatInstant } from "../../../src/kernel/clock.ts";
import { answerOf, newTestKey, START, testLedger, type TestLedger, TILL } from "../../support/ledger.ts";
import { addPolicy } from "../../support/policies.ts";
import { expectProof } from "../../support/proof.ts";
import { TestOrders } from "../../support/town-orders.ts";
import { aCard, aPhone, Holders, MINUTE_MS } from "../identifying/holders.ts";
import { after } from "../joining/people.ts";
import { Customers } from "../linking/customers.ts";
import { Reviewers } from "../review/reviewers.ts";
import { Erasers } from "./erasers.ts";

let ledger: TestLedger;
let people: Holders;
let staff: Erasers;
let orders: TestOrders;
beforeAll(async () => {
  ledger = await testLedger();
  people = new Holders(ledger);
  staff = new Erasers(ledger);
  orders = new TestOrders(ledger);
  await addPolicy(ledger.database, 2, START - 86_400_000, "{erasure}", { waitDays: 0 });
});
afterEach(() => expectProof(ledger));
afterAll(() => ledger.close());

/** Where the keyed hash of an identifier stands. */
async function foundIn(identifier: Identifier): Promise<string[]> {
  const hash = identifierKey(ledger.service.personal.lookupKey, identifier);
  const rows = await ledger.database.sql<{ place: string }[]>`
    select 'operations' as place from operations where subject_hash = ${hash}::uuid
    union all select 'purchases' from purchases where awaits = ${hash}::uuid
    union all select 'orders' from orders where awaits = ${hash}::uuid
    union all select 'links' from customer_links where identifier_key = ${hash}::uuid
    union all select 'history' from identifier_history where identifier_key = ${hash}::uuid`;
  return rows.map(({ place }) => place);
}

describe("an order by an unknown card", () => {
  it("that is collected while whoever has registered the card is erased forgets the card", async () => {
    const card = aCard();
    const { orderId, pickupCode } = await orders.ready({ identifier: card });
    const meanwhile = after(pickup, async () => void (await staff.askErase(await people.register([card]))));
    const receipt = { brand: "eldorado", storeId: "E-1", terminalId: "9", shift: "1", number: newTestKey() };
    const one = { lines: [{ lineId: "1", quantity: "1" }], occurredAt: formatInstant(ledger.clock.now()) };
    const outcome = await ledger.ask(
      meanwhile,
      { storeId: "E-1", code: pickupCode, receipt, ...one },
      { params: { orderId } },
    );
    expect(outcome.kind).toBe("accepted");
    expect(await foundIn(card)).toEqual([]);
  });

  it("that was placed between two who had it is the second one's, and goes with him", async () => {
    const card = aCard();
    const boris = await people.register([card]);
    people.later();
    await people.end(boris, card);
    people.later();
    const waits = await orders.ready({ identifier: card });
    people.later();
    const anna = await people.register([card]);
    people.later();
    await staff.askErase(anna);
    // It was Boris's as well, and all that is left is his.
    expect(await foundIn(card)).toEqual(["history", "history"]);
    people.later();
    const dora = await people.register([card]);
    await orders.collect(waits);
    const sold = await ledger.database.sql<{ member: string | null }[]>`
      select replace(member_id::text, '-', '') as member from purchases where order_id = ${uuidOf(waits.orderId)}::uuid`;
    expect(sold).toEqual([{ member: uuidOf(anna.memberId) }]);
    expect(await people.leadsTo(card)).toBe(dora.memberId);
  });

  it("that is placed after somebody has ended it waits for whoever brings it, also where that one is erased", async () => {
    const card = aCard();
    const anna = await people.register([card]);
    people.later();
    await people.end(anna, card);
    people.later();
    const waits = await orders.ready({ identifier: card });
    await staff.askErase(anna);
    expect(await foundIn(card)).toEqual(["operations", "orders"]);
    people.later();
    const dora = await people.register([card]);
    await orders.collect(waits);
    expect(await people.leadsTo(card)).toBe(dora.memberId);
  });
});

it("a link that was started to a phone whose profile has parted since forgets it with whoever had the profile", async () => {
  const phone = aPhone();
  const zoe = await people.register([aPhone()]);
  const card = aCard();
  const boris = await people.register([card]);
  const second = await people.register([card, phone], {}, { brand: "eldorado" });
  expect(second.memberId).toBe(boris.memberId);
  people.later();
  await people.ask(linkStart, { memberId: zoe.memberId, identifier: phone });
  expect(await foundIn(phone)).toEqual(["links", "history"]);
  const { leavingId } = await people.partProfile(second.profileId);
  const parted = { memberId: leavingId };
  people.later();
  await people.end(parted, phone);
  await staff.askErase(parted);
  expect(await foundIn(phone)).toEqual([]);
});

it.each(["before it is confirmed", "while it is"])(
  "a link that was started to somebody who is erased is refused, %s",
  async (when) => {
    const customers = new Customers(ledger);
    const [anna, boris] = [await customers.register(), await customers.register("eldorado")];
    const started = await customers.started(anna.memberId, boris.phone);
    const codes = customers.codes(anna, boris);
    const erase = async () => void (await staff.askErase(boris));
    const isWhile = when === "while it is";
    if (!isWhile) await erase();
    const confirm = isWhile ? after(linkConfirmation, erase) : linkConfirmation;
    const outcome = await ledger.ask(confirm, { codes }, { params: { linkId: started.linkId } });
    expect(outcome).toMatchObject({ kind: "refused", code: "link_refused" });
  },
);

it("two of whom one is erased wait for no reviewer, who is not told what they had in common", async () => {
  const reviewers = new Reviewers(ledger);
  const person = { firstName: "Анна", lastName: "Каренина", birthDate: "1985-06-11" };
  const [anna, zoe] = [await people.register([aPhone()], person), await people.register([aCard()], person)];
  const proposed = await ledger.ask(matchProposal, { memberIds: [anna.memberId, zoe.memberId], reason: "seen" });
  const { candidateId } = answerOf(proposed) as { candidateId: CandidateId };
  const waiting = async () => (await reviewers.list()).items.map((each) => each.candidateId);
  expect(await waiting()).toContain(candidateId);
  expect((await reviewers.read(candidateId)).evidence).not.toEqual([]);
  await staff.askErase(anna);
  expect(await waiting()).not.toContain(candidateId);
  const { evidence, merge } = await reviewers.read(candidateId);
  expect(evidence).toEqual([]);
  expect(merge?.blockers.map(({ code }) => code)).toContain("member_erased");
});

it("an identifier that ended because its member was erased was not re-issued", async () => {
  const anna = await people.register([aCard()]);
  await staff.askErase(anna);
  const params = { memberId: anna.memberId };
  const listed = await listIdentifiers.read(ledger.service, {
    actor: TILL,
    params,
    query: { limit: 5 },
    body: undefined,
  });
  expect(listed.items).toMatchObject([{ masked: "***", reissued: false, endReason: null }]);
});

it("a receipt of a till whose clock is behind, which came after somebody had ended the card, is not his and waits on", async () => {
  const card = aCard();
  const anna = await people.register([card]);
  const behind = people.later(MINUTE_MS);
  people.later(3 * MINUTE_MS);
  await people.end(anna, card);
  people.later(MINUTE_MS / 2);
  expect(await people.sale(card, behind)).toMatchObject({ memberId: null, suspended: true });
  await staff.askErase(anna);
  people.later();
  const boris = await people.register([card]);
  await claimWaiting(ledgerItself(ledger.service));
  const { lots } = await people.wallet(boris);
  expect(lots.map(({ pending }) => pending)).toEqual([30_00n]);
});
