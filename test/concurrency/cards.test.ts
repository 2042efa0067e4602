/** A card that comes into the world while it is being used: receipts find their member, and people are made once. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { bucketOf, type MemberId, newBucket, newUuid } from "../../src/kernel/ids.ts";
import { hash128 } from "../../src/kernel/hash.ts";
import { type Caller, untilFresh } from "../../src/members/desk.ts";
import { identifierKey, leadsToMember, type PresentedIdentifier } from "../../src/members/identifier.ts";
import { readIdentifiers } from "../../src/members/identifier-store.ts";
import { linkedMember, register, type RegisterAnswer } from "../../src/members/register.ts";
import { type Judged, returnAtCounter, sellAtCounter } from "../../src/sales/counter.ts";
import { claimFor } from "../../src/sales/claim-waiting.ts";
import type { SaleAnswer } from "../../src/sales/sell.ts";
import type { ReturnAnswer } from "../../src/sales/take-back.ts";
import type { Service } from "../../src/service.ts";
import { answerOf } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { openTills, race, returnOf, saleOf, type Tills, times, wordOf } from "./tills.ts";

let tills: Tills;
beforeAll(async () => {
  tills = await openTills();
});
afterAll(() => tills.close());

const till = (index: number): Service => tills.pair[index % 2 === 0 ? 0 : 1];
let cards = 0;
const newCard = (): PresentedIdentifier => ({ kind: "card", value: `77001${(cards += 1)}`, verified: false });
let people = 0;

/** Registers a person with one brand, as the route does: prepared, run until fresh, and then what waited is claimed. */
async function registerWith(
  service: Service,
  caller: Caller,
  identifiers: PresentedIdentifier[],
  brand = "mvideo",
): Promise<Judged> {
  const externalId = `person-${(people += 1)}`;
  const leading = identifiers.filter(leadsToMember);
  const outcome = await untilFresh(async () => {
    const expected = linkedMember([...(await readIdentifiers(service.reader, leading)).values()]);
    const bucket = expected === null ? newBucket() : bucketOf(expected);
    const body = { brand, externalId, identifiers, person: {}, consents: {}, storeId: null };
    return service.engine.run({
      command: register,
      input: { ...body, expected },
      bucket,
      operationId: `opn_${newUuid(bucket)}`,
      ...caller,
      asked: { operation: "profile", body },
      naturalKeys: [
        { key: hash128(JSON.stringify(["profile", brand, externalId])), role: "own" },
        ...leading.map((identifier) => ({ key: identifierKey(identifier), role: "mark" as const })),
      ],
    });
  });
  if (outcome.kind === "accepted") await claimFor(service, memberOf(outcome), leading);
  return outcome;
}

const memberOf = (outcome: Judged): MemberId => (answerOf(outcome) as RegisterAnswer).memberId;

async function pendingOf(memberId: MemberId): Promise<bigint | undefined> {
  const [row] = await tills.database.sql<{ pending: bigint }[]>`
    select pending from wallets where member_id = ${memberId.slice(4)}::uuid`;
  return row?.pending;
}

it("a receipt of a card that is being registered ends in that member's wallet, once", async () => {
  const seen = new Set<boolean>();
  for (let round = 0; round < 50; round += 1) {
    const card = newCard();
    const body = saleOf(undefined, { identifier: { kind: "card", value: card.value } });
    const caller = tills.caller();
    const [sale, registered] = await race(
      round,
      () => sellAtCounter(till(round), caller, body),
      () => registerWith(till(round + 1), tills.caller(), [card]),
    );
    const { suspended } = answerOf(sale) as { suspended: boolean };
    seen.add(suspended);
    expect(await pendingOf(memberOf(registered))).toBe(3_000n);
    // The till repeats it, with its key and with another one: nothing is added.
    expect(await sellAtCounter(till(round), caller, body)).toMatchObject({ kind: "accepted", replayed: true });
    expect(await sellAtCounter(till(round), tills.caller(), body)).toMatchObject({ kind: "accepted", replayed: true });
    expect(await pendingOf(memberOf(registered))).toBe(3_000n);
  }
  expect(seen).toEqual(new Set([true, false]));
  const left = await tills.database.sql`select purchase_id from purchases where awaits is not null`;
  expect(left).toEqual([]);
});

it("goods of an unknown card that come back while it is being registered earn nothing, whoever is first", async () => {
  const seen = new Set<boolean>();
  for (let round = 0; round < 40; round += 1) {
    const card = newCard();
    const body = saleOf(undefined, { identifier: { kind: "card", value: card.value } }, 3n);
    const { purchaseId } = answerOf(await sellAtCounter(till(0), tills.caller(), body)) as SaleAnswer;
    const [returned, registered] = await race(
      round,
      () => returnAtCounter(till(round), tills.caller(), purchaseId, returnOf(1n)),
      () => registerWith(till(round + 1), tills.caller(), [card]),
    );
    const { clawedBack, memberId } = answerOf(returned) as ReturnAnswer;
    seen.add(memberId === null);
    expect(clawedBack).toBe("30.00");
    expect(await pendingOf(memberOf(registered))).toBe(6_000n);
  }
  expect(seen).toEqual(new Set([true, false]));
});

it("a repeated receipt of an unknown card leaves the way free to watch for that card", async () => {
  for (let round = 0; round < 20; round += 1) {
    const card = newCard();
    const ref = { identifier: { kind: "card", value: card.value } } as const;
    const body = saleOf(undefined, ref);
    // The same receipt under another key: answered from the first, and nothing of it may stay behind.
    await sellAtCounter(till(0), tills.caller(), body);
    await sellAtCounter(till(1), tills.caller(), body);
    const [, registered] = await race(
      round,
      () => sellAtCounter(till(round), tills.caller(), saleOf(undefined, ref)),
      () => registerWith(till(round + 1), tills.caller(), [card]),
    );
    expect(await pendingOf(memberOf(registered))).toBe(6_000n);
  }
});

it("one new phone registered with both brands at once makes one member", async () => {
  for (let round = 0; round < 30; round += 1) {
    const phone: PresentedIdentifier = { kind: "phone", value: `+7916${1_000_000 + round}`, verified: true };
    const both = await times(2, (index) =>
      registerWith(till(index), tills.caller(), [phone, newCard()], index === 0 ? "mvideo" : "eldorado"),
    );
    expect(both.map(wordOf)).toEqual(["ok", "ok"]);
    expect(new Set(both.map(memberOf)).size).toBe(1);
    const bands = both.map((outcome) => (answerOf(outcome) as RegisterAnswer).link.band).sort();
    expect(bands).toEqual(["auto", "new"]);
  }
});

it("two people whose identifiers cross at once: no deadlock, and nobody is lost", async () => {
  for (let round = 0; round < 15; round += 1) {
    const [a, b] = [newCard(), newCard()];
    const both = await times(2, (index) => registerWith(till(index), tills.caller(), index === 0 ? [a, b] : [b, a]));
    expect(both.map(wordOf)).toEqual(["ok", "ok"]);
    expect(new Set(both.map(memberOf)).size).toBe(1);
  }
});

it("the books are proven after all this", async () => {
  expect((await expectProof(tills)).holds).toBe(true);
});
