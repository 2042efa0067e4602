/**
 * A member is blocked on one service while tills of both sell to it: a sale either came before the block, or sees it. No
 * till is told anything else, and no bonus is spent in a version of the wallet in which the member was blocked.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { redemption } from "../../src/bonuses/redemption.ts";
import type { AnyOperation } from "../../src/engine/definition/operation.ts";
import { ManualClock } from "../../src/kernel/clock.ts";
import { memberBlock } from "../../src/members/blocking/block.ts";
import { memberUnblock } from "../../src/members/blocking/unblock.ts";
import { merge } from "../../src/members/joining/merging/merge.ts";
import { unmerge } from "../../src/members/joining/parting/unmerge.ts";
import { openService, type Service } from "../../src/service.ts";
import { TEST_KEYS } from "../support/keys.ts";
import { answerOf, ask, testLedger, type TestLedger } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { randomOf } from "../crash/till.ts";
import { People, type Person } from "../members/joining/people.ts";

let ledger: TestLedger;
let people: People;
let services: readonly [Service, Service];
beforeAll(async () => {
  ledger = await testLedger();
  people = new People(ledger);
  const clock = new ManualClock(ledger.clock.now());
  services = [await openService({ personal: TEST_KEYS, target: ledger.database, clock, readers: 4 }), ledger.service];
});
afterAll(async () => {
  await services[0].close();
  await ledger.close();
});

const TILLS = 8;
const SALES = 25;

interface Told {
  /** The version of the wallet that an accepted sale has answered; null where it was refused. */
  readonly version: number | null;
  readonly code: string | null;
}

it("tills on two services spend before the block, or not at all", { timeout: 120_000 }, async () => {
  const person = await people.person();
  await people.give(person, "1000.00");
  const { memberId } = person;
  const terms = { identifier: person.card, amount: "1.00", brand: "mvideo", storeId: "M-1", reference: "r" };
  const told: Told[] = [];
  const answered = () => told.length;
  const untilAnswered = async (count: number) => {
    while (answered() < count) await new Promise(setImmediate);
  };
  const till = async (number: number) => {
    for (let count = 0; count < SALES; count += 1) {
      const outcome = await ask(services[number % 2 === 0 ? 0 : 1], redemption, terms);
      if (outcome.kind === "refused") told.push({ version: null, code: outcome.code });
      else told.push({ version: versionIn(outcome), code: null });
    }
  };
  const blocks: [from: number, until: number][] = [];
  const officer = async () => {
    for (const [index, service] of [...services, ...services].entries()) {
      await untilAnswered((index + 1) * 30);
      const asked = { params: { memberId } };
      const from = versionIn(await ask(service, memberBlock, { reason: "r" }, asked));
      await untilAnswered(answered() + 10);
      const until = versionIn(await ask(services[index % 2 === 0 ? 1 : 0], memberUnblock, { reason: "r" }, asked));
      blocks.push([from, until]);
    }
  };
  await Promise.all([officer(), ...Array.from({ length: TILLS }, (_, number) => till(number))]);
  const sold = told.flatMap(({ version }) => (version === null ? [] : [version]));
  expect(told.length).toBe(TILLS * SALES);
  expect(new Set(told.map(({ code }) => code))).toEqual(new Set([null, "spending_unavailable"]));
  for (const [from, until] of blocks) {
    expect(until).toBe(from + 1);
    expect(sold.filter((version) => version >= from && version <= until)).toEqual([]);
  }
  expect(await people.available(person)).toBe(1000_00n - BigInt(sold.length) * 1_00n);
  await expectProof(ledger);
});

it("whoever was blocked on one service is refused by the other at once", async () => {
  const person = await people.person();
  await people.give(person, "10.00");
  const terms = { identifier: person.card, amount: "1.00", brand: "mvideo", storeId: "M-1", reference: "r" };
  const { memberId } = person;
  for (const [one, other] of [services, services.toReversed() as unknown as readonly [Service, Service]]) {
    expect(await ask(one, memberBlock, { reason: "r" }, { params: { memberId } })).toMatchObject({ kind: "accepted" });
    expect(await ask(other, redemption, terms)).toMatchObject({ code: "spending_unavailable" });
    expect(await ask(one, memberBlock, { reason: "r" }, { params: { memberId } })).toMatchObject({
      code: "already_blocked",
    });
    expect(await ask(other, memberUnblock, { reason: "r" }, { params: { memberId } })).toMatchObject({
      kind: "accepted",
    });
    expect(await ask(one, redemption, terms)).toMatchObject({ kind: "accepted" });
  }
});

/** What may be told of one who is joined, parted, blocked or let go at this moment. */
const FAIR =
  "insufficient_bonuses already_one_member merge_blocked merge_undone already_blocked not_blocked spending_unavailable";

it("blocks of members who are joined and parted meanwhile are as they were answered", {
  timeout: 120_000,
}, async () => {
  const persons: Person[] = [];
  for (let count = 0; count < 5; count += 1) persons.push(await people.person());
  for (const person of persons) await people.give(person, "100.00");
  const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
  process.stdout.write(`blocking with seed ${seed}\n`);
  const merges: string[] = [];
  const told: string[] = [];
  const officer = async (number: number) => {
    const random = randomOf(seed + number);
    const any = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
    for (let round = 0; round < 40; round += 1) {
      const [one, other] = [any(persons), any(persons)];
      if (one === undefined || other === undefined) continue;
      const [chance, mergeId, params] = [random(), any(merges), { memberId: one.memberId }];
      const memberIds = [one.memberId, other.memberId];
      const spent = { identifier: one.card, amount: "0.50", brand: "mvideo", storeId: "M-1", reference: "r" };
      const asked: readonly [AnyOperation, object, Record<string, string>] =
        chance < 0.2 && one !== other
          ? [merge, { memberIds, reason: "r" }, {}]
          : chance < 0.35 && mergeId !== undefined
            ? [unmerge, { reason: "r" }, { mergeId }]
            : chance < 0.5
              ? [memberBlock, { reason: "r" }, params]
              : chance < 0.7
                ? [memberUnblock, { reason: "r" }, params]
                : [redemption, spent, {}];
      const [operation, body, path] = asked;
      const outcome = await ask(services[number % 2 === 0 ? 0 : 1], operation, body, { params: path }).catch(String);
      if (typeof outcome === "string") told.push(outcome);
      else if (outcome.kind === "refused") told.push(outcome.code);
      else if (operation === merge) merges.push((answerOf(outcome) as { mergeId: string }).mergeId);
    }
  };
  await Promise.all(Array.from({ length: 6 }, (_, number) => officer(number)));
  // Whoever is kept busy by others is told to come again.
  expect(told.filter((code) => !FAIR.split(" ").includes(code) && !code.includes("unavailable"))).toEqual([]);
  await expectProof(ledger);
});

function versionIn(outcome: { readonly kind: string; readonly answer?: string }): number {
  if (outcome.kind !== "accepted" || outcome.answer === undefined) throw new Error(JSON.stringify(outcome));
  return Number((JSON.parse(outcome.answer) as { balance: { version: string } }).balance.version);
}
