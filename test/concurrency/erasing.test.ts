/**
 * Members are erased on two services while both sell to them, join them, and bring them cards: each of it came before, or sees
 * that the member is nobody's; and no bonus is gained or lost by any of it but what was forfeited.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { accrual } from "../../src/bonuses/accrual.ts";
import { redemption } from "../../src/bonuses/redemption.ts";
import type { AnyOperation } from "../../src/engine/definition/operation.ts";
import { ledgerItself } from "../../src/engine/group/submit.ts";
import { ManualClock } from "../../src/kernel/clock.ts";
import { memberErase } from "../../src/members/erasing/ask.ts";
import { memberEraseCancel } from "../../src/members/erasing/cancel.ts";
import { clearErased, eraseMembers } from "../../src/members/erasing/job.ts";
import { merge } from "../../src/members/joining/merging/merge.ts";
import { registration } from "../../src/members/registration/registration.ts";
import { purchase } from "../../src/sales/purchase/purchase.ts";
import { openService, type Service } from "../../src/service.ts";
import { randomOf } from "../crash/till.ts";
import { People, type Person } from "../members/joining/people.ts";
import { TEST_KEYS } from "../support/keys.ts";
import { ask, newTestKey, START, testLedger, type TestLedger } from "../support/ledger.ts";
import { addPolicy } from "../support/policies.ts";
import { expectProof } from "../support/proof.ts";

let ledger: TestLedger;
let people: People;
/** Of the other service. */
let clock: ManualClock;
let services: readonly [Service, Service];
beforeAll(async () => {
  ledger = await testLedger();
  await addPolicy(ledger.database, 2, START - 86_400_000, "{erasure}", { waitDays: 0 });
  ledger.service.policiesChanged();
  people = new People(ledger);
  clock = new ManualClock(ledger.clock.now() + 600_000);
  ledger.clock.moveTo(clock.now());
  services = [await openService({ personal: TEST_KEYS, target: ledger.database, clock, readers: 4 }), ledger.service];
});
afterAll(async () => {
  await services[0].close();
  await ledger.close();
});

/** What may be told of one who is joined, erased or sold to at this moment. */
const FAIR =
  "insufficient_bonuses already_one_member merge_blocked member_erased erasure_pending no_erasure_pending member_not_found";

it("whatever meets an erasure came before it, or sees it", { timeout: 120_000 }, async () => {
  const persons: Person[] = [];
  for (let count = 0; count < 12; count += 1) persons.push(await people.person());
  for (const person of persons) await people.give(person, "100.00");
  clock.moveTo(ledger.clock.now());
  const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
  process.stdout.write(`erasing with seed ${seed}\n`);
  const told: string[] = [];
  const officer = async (number: number) => {
    const random = randomOf(seed + number);
    const any = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
    const service = services[number % 2 === 0 ? 0 : 1];
    for (let round = 0; round < 40; round += 1) {
      const [one, other] = [any(persons), any(persons)];
      if (one === undefined || other === undefined) continue;
      const [chance, params] = [random(), { memberId: one.memberId }];
      const rest = { amount: "1.00", brand: "mvideo", reference: "r" };
      const identifiers = [{ ...one.card, verified: true }];
      const asked: readonly [AnyOperation, object, Record<string, string>] =
        chance < 0.1
          ? [memberErase, { reason: "r" }, params]
          : chance < 0.15
            ? [memberEraseCancel, { reason: "r" }, params]
            : chance < 0.25 && one !== other
              ? [merge, { memberIds: [one.memberId, other.memberId], reason: "r" }, {}]
              : chance < 0.4
                ? [registration, { brand: "eldorado", externalId: newTestKey(), identifiers, person: {} }, {}]
                : chance < 0.6
                  ? [accrual, { memberId: one.memberId, ...rest, kind: "promo", reason: "r" }, {}]
                  : chance < 0.8
                    ? [redemption, { identifier: one.card, ...rest, storeId: "M-1" }, {}]
                    : [purchase, sale(random() < 0.5 ? { memberId: one.memberId } : { identifier: one.card }), {}];
      const [operation, body, path] = asked;
      const outcome = await ask(service, operation, body, { params: path }).catch(String);
      if (typeof outcome === "string") told.push(outcome);
      else if (outcome.kind === "refused") told.push(outcome.code);
      if (chance > 0.9) await eraseMembers(ledgerItself(service));
      if (chance > 0.95) await clearErased(ledgerItself(service));
    }
  };
  await Promise.all(Array.from({ length: 6 }, (_, number) => officer(number)));
  await eraseMembers(ledgerItself(services[0]));
  const codes = told.map((code) => code.replace(/^Problem: /, ""));
  expect(codes.filter((code) => !FAIR.split(" ").includes(code) && !code.includes("unavailable"))).toEqual([]);
  expect(told).toContain("member_erased");
  const [left] = await ledger.database.sql<
    { pending: bigint }[]
  >`select count(*) as pending from wallets where erasure = 'pending'`;
  expect(Number(left?.pending)).toBe(0);
  await expectProof(ledger);
});

let numbers = 0;
const sale = (who: object) => ({
  receipt: { brand: "mvideo", storeId: "M-1", terminalId: "7", shift: "1", number: `${(numbers += 1)}` },
  channel: "pos",
  ...who,
  lines: [{ lineId: "1", sku: "a", category: "tv", quantity: "1", unitPrice: "100.00" }],
  spend: "0.00",
  occurredAt: new Date(clock.now()).toISOString(),
});
