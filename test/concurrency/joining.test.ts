/**
 * Members become one and part again on two services, while tills of both sell to them, take goods back and put bonuses
 * aside: no bonus is lost or made, nobody is refused wrongly, and everybody's card leads where it should.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { hold } from "../../src/bonuses/hold/hold.ts";
import { holdRelease } from "../../src/bonuses/hold/hold-release.ts";
import { redemption } from "../../src/bonuses/redemption.ts";
import type { AnyOperation } from "../../src/engine/definition/operation.ts";
import { formatAmount, parseAmount } from "../../src/kernel/amount.ts";
import { ManualClock } from "../../src/kernel/clock.ts";
import type { MergeId } from "../../src/kernel/ids.ts";
import { Problem } from "../../src/kernel/problems.ts";
import { merge } from "../../src/members/joining/merging/merge.ts";
import { unmerge } from "../../src/members/joining/parting/unmerge.ts";
import { balanceOf } from "../../src/members/reads/balance.ts";
import { openService, type Service } from "../../src/service.ts";
import { People, type Person } from "../members/joining/people.ts";
import { randomOf } from "../crash/till.ts";
import { TEST_KEYS } from "../support/keys.ts";
import { ask, newTestKey, testLedger, type TestLedger } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";

let ledger: TestLedger;
let people: People;
let services: readonly Service[];
beforeAll(async () => {
  ledger = await testLedger();
  people = new People(ledger);
  const clock = new ManualClock(ledger.clock.now() + 3_600_000);
  services = [await openService({ personal: TEST_KEYS, target: ledger.database, clock, readers: 4 }), ledger.service];
});
afterAll(async () => {
  await services[0]?.close();
  await ledger.close();
});

const EACH = 500_00n;
const TILLS = 12;
const ROUNDS = 40;
/** What may be answered to somebody whose member is being joined or parted at this moment. */
const FAIR = new Set(["insufficient_bonuses", "already_one_member", "merge_blocked", "merge_undone", "hold_not_open"]);

interface Done {
  spent: bigint;
  readonly merges: MergeId[];
  readonly holds: string[];
  readonly unfair: unknown[];
}

it("tills that sell while members are joined and parted lose nothing, and make nothing", {
  timeout: 300_000,
}, async () => {
  const persons: Person[] = [];
  for (let count = 0; count < 6; count += 1) persons.push(await people.person());
  for (const person of persons) await people.give(person, formatAmount(EACH));
  ledger.clock.moveTo(ledger.clock.now() + 3_600_000);
  const done: Done = { spent: 0n, merges: [], holds: [], unfair: [] };
  const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
  process.stdout.write(`joining and parting with seed ${seed}\n`);
  await Promise.all(Array.from({ length: TILLS }, (_, till) => work(till, randomOf(seed + till), persons, done)));
  expect(done.unfair).toEqual([]);
  for (const holdId of done.holds) await ask(ledger.service, holdRelease, {}, { params: { holdId } });
  expect(await worth(persons)).toBe(EACH * BigInt(persons.length) - done.spent);
  expect(done.merges.length).toBeGreaterThan(0);
  await expectProof(ledger);
});

/** What all of them have, less what they owe: each wallet once. */
async function worth(persons: readonly Person[]): Promise<bigint> {
  const wallets = new Map<string, bigint>();
  for (const { memberId } of persons) {
    const balance = await balanceOf(ledger.service, memberId);
    const [available, held, debt] = [balance.available, balance.held, balance.debt].map(parseAmount) as [
      bigint,
      bigint,
      bigint,
    ];
    wallets.set(balance.memberId, available + held - debt);
  }
  return [...wallets.values()].reduce((sum, each) => sum + each, 0n);
}

async function work(till: number, random: () => number, persons: readonly Person[], done: Done): Promise<void> {
  const service = services[till % 2] ?? ledger.service;
  const any = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const asked = async (operation: AnyOperation, body: object, params: Record<string, string> = {}) => {
    const idempotencyKey = newTestKey();
    // A till that is told to come again does.
    for (let tries = 0; tries < 20; tries += 1) {
      try {
        const outcome = await ask(service, operation, body, { params, idempotencyKey });
        if (outcome.kind === "accepted") return JSON.parse(outcome.answer) as Record<string, never>;
        if (!FAIR.has(outcome.code)) done.unfair.push({ operation: operation.name, ...outcome });
        return undefined;
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "unavailable") throw error;
      }
    }
    done.unfair.push({ operation: operation.name, code: "never answered" });
    return undefined;
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    const [one, other] = [any(persons), any(persons)];
    if (one === undefined || other === undefined) continue;
    const chance = random();
    const whom = random() < 0.8 ? { identifier: one.card } : { memberId: one.memberId };
    if (chance < 0.6) {
      const amount = BigInt(1 + Math.floor(random() * 900));
      const body = { ...whom, amount: formatAmount(amount), brand: "mvideo", storeId: "M-1", reference: "test" };
      if ((await asked(redemption, body)) !== undefined) done.spent += amount;
    } else if (chance < 0.75) {
      const placed = await asked(hold, { ...whom, amount: "1.00", brand: "eldorado", reference: "test" });
      if (placed !== undefined) done.holds.push(String(placed["holdId"]));
    } else if (chance < 0.8) {
      const holdId = any(done.holds);
      if (holdId !== undefined) await asked(holdRelease, {}, { holdId });
    } else if (chance < 0.92) {
      if (one === other) continue;
      const merged = await asked(merge, { memberIds: [one.memberId, other.memberId], reason: "the same" });
      if (merged !== undefined) done.merges.push(String(merged["mergeId"]) as MergeId);
    } else {
      const mergeId = any(done.merges);
      if (mergeId !== undefined) await asked(unmerge, { reason: "two" }, { mergeId });
    }
  }
}
