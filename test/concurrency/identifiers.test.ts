/** Who has an identifier, where several prove at the same moment that they have it, on two services: one after another, and never two. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { AnyOperation } from "../../src/engine/definition/operation.ts";
import { ManualClock } from "../../src/kernel/clock.ts";
import { Problem } from "../../src/kernel/problems.ts";
import type { MemberId } from "../../src/kernel/ids.ts";
import type { Identifier } from "../../src/members/identifier.ts";
import { identifierAdding } from "../../src/members/identifying/adding.ts";
import { identifierEnd } from "../../src/members/identifying/ending.ts";
import { merge } from "../../src/members/joining/merging/merge.ts";
import { unmerge } from "../../src/members/joining/parting/unmerge.ts";
import { registration } from "../../src/members/registration/registration.ts";
import { purchase } from "../../src/sales/purchase/purchase.ts";
import { openService, type Service } from "../../src/service.ts";
import { aCard, aPhone, type Holder, Holders } from "../members/identifying/holders.ts";
import { TEST_KEYS } from "../support/keys.ts";
import { answerOf, ask, newTestKey, testLedger, type TestLedger } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";

let ledger: TestLedger;
let people: Holders;
let services: readonly [Service, Service];
beforeAll(async () => {
  ledger = await testLedger();
  people = new Holders(ledger);
  const clock = new ManualClock(ledger.clock.now());
  services = [await openService({ personal: TEST_KEYS, target: ledger.database, clock, readers: 4 }), ledger.service];
});
afterAll(async () => {
  await services[0].close();
  await expectProof(ledger);
  await ledger.close();
});

const ROUNDS = 15;
const on = (number: number): Service => services[number % 2 === 0 ? 0 : 1];
const asked = (number: number, operation: AnyOperation, body: object, params: Record<string, string> = {}) =>
  ask(on(number), operation, body, { params });

const registered = (number: number, brought: readonly Identifier[], verified = true) => {
  const identifiers = brought.map((each) => ({ ...each, verified }));
  return asked(number, registration, { brand: "mvideo", externalId: newTestKey(), identifiers, person: {} });
};
const added = (number: number, { memberId, profileId }: Holder, identifier: Identifier) =>
  asked(number, identifierAdding, { profileId, identifier, verified: true, reason: "r" }, { memberId });

/** What has become of all identifiers: each begins where it has ended before, and leads to one. */
async function intervals(): Promise<void> {
  const overlapping = await ledger.database.sql`
    select h.identifier_key from identifier_history h
      left join identifier_history b on b.identifier_key = h.identifier_key and b.ordinal = h.ordinal - 1
    where (h.event = 'begun' and b.event is not null and b.event <> 'ended') or (h.ordinal > 1 and b.ordinal is null)`;
  expect(overlapping).toEqual([]);
}

it("two new persons who verify one phone at once: the one who comes second has it, and takes it from the first", async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const phone = aPhone();
    const former = round % 2 === 0 ? undefined : await people.register([phone]);
    const both = await Promise.all([registered(round, [phone]), registered(round + 1, [phone])]);
    const [one, other] = both.map((outcome) => answerOf(outcome) as Holder) as [Holder, Holder];
    expect(one.memberId).not.toBe(other.memberId);
    const holder = await people.leadsTo(phone);
    const last = holder === one.memberId ? one : other;
    const first = last === one ? other : one;
    expect(holder).toBe(last.memberId);
    expect(last.reissued).toEqual([{ kind: "phone", memberId: first.memberId }]);
    expect(first.reissued.map(({ memberId }) => memberId)).toEqual(former === undefined ? [] : [former.memberId]);
  }
  await intervals();
});

it("one card that two add at once is the first one's, and refused to the other", async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const card = aCard();
    const [one, other] = [await people.register([]), await people.register([])];
    const told = await Promise.all([added(round, one, card), added(round + 1, other, card)]);
    expect(told.map(({ kind }) => kind).toSorted()).toEqual(["accepted", "refused"]);
    const winner = told[0]?.kind === "accepted" ? one : other;
    expect(await people.leadsTo(card)).toBe(winner.memberId);
  }
  await intervals();
});

it("a phone goes to and fro, is ended and sold by, on two services: it never leads to two, and no sale is lost", async () => {
  const phone = aPhone();
  const holders = [await people.register([]), await people.register([]), await people.register([])];
  const sales: Promise<unknown>[] = [];
  const unfair: string[] = [];
  await Promise.all(
    holders.map(async (holder, number) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        answerOf(await added(number + round, holder, phone));
        sales.push(soldBy(number, phone));
        const end = asked(number, identifierEnd, { identifier: phone, reason: "r" }, { memberId: holder.memberId });
        // Somebody else may have it by now.
        unfair.push(...(await end.then(() => [], codeOf)));
      }
    }),
  );
  await Promise.all(sales);
  expect(new Set(unfair)).toEqual(new Set(unfair.length === 0 ? [] : ["identifier_not_found"]));
  await intervals();
  answerOf(await added(0, holders[0] as Holder, phone));
  expect(await people.leadsTo(phone)).toBe(holders[0]?.memberId);
});

const codeOf = (problem: unknown): string[] => [problem instanceof Problem ? problem.code : String(problem)];

async function soldBy(number: number, identifier: Identifier): Promise<void> {
  answerOf(
    await asked(number, purchase, {
      receipt: { brand: "mvideo", storeId: "M-1", terminalId: "1", shift: "1", number: newTestKey() },
      channel: "pos",
      identifier,
      lines: [{ lineId: "1", sku: "a", category: "tv", quantity: "1", unitPrice: "1000.00" }],
      spend: "0.00",
      occurredAt: new Date(ledger.clock.now()).toISOString(),
    }),
  );
}

it("what is added while members become one and part leads to whoever has the profile", {
  timeout: 120_000,
}, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const [card, phone] = [aCard(), aPhone()];
    const [one, other, third] = [await people.register([]), await people.register([]), await people.register([phone])];
    const memberIds = [one.memberId, other.memberId];
    const [joined, ...told] = await Promise.all([
      asked(round, merge, { memberIds, reason: "the same" }),
      added(round + 1, other, card),
      added(round, one, phone),
    ]);
    for (const outcome of told) answerOf(outcome);
    const { mergeId, survivorId } = answerOf(joined) as { mergeId: string; survivorId: MemberId };
    expect([await people.leadsTo(card), await people.leadsTo(phone)]).toEqual([survivorId, survivorId]);
    const parted = await Promise.all([
      asked(round, unmerge, { reason: "two" }, { mergeId }),
      added(round + 1, third, phone),
      added(round, one, aCard()),
    ]);
    for (const outcome of parted) answerOf(outcome);
    expect([await people.leadsTo(card), await people.leadsTo(phone)]).toEqual([other.memberId, third.memberId]);
  }
  await intervals();
});
