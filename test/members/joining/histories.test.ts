import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { holdCapture } from "../../../src/bonuses/hold/hold-capture.ts";
import { holdRelease } from "../../../src/bonuses/hold/hold-release.ts";
import { formatAmount, parseAmount } from "../../../src/kernel/amount.ts";
import { expectProof } from "../../support/proof.ts";
import { testLedger, type TestLedger } from "../../support/ledger.ts";
import { Model } from "./model.ts";
import { People, type Person } from "./people.ts";

const RUNS = Number(process.env["FC_RUNS"] ?? 12);
/** A history that has failed is played again by its seed and path. */
const AGAIN = {
  ...(process.env["FC_SEED"] === undefined ? {} : { seed: Number(process.env["FC_SEED"]) }),
  ...(process.env["FC_PATH"] === undefined ? {} : { path: process.env["FC_PATH"] }),
};
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const PEOPLE = 5;

const who = fc.nat({ max: PEOPLE - 1 });
const pick = fc.nat({ max: 999 });
/** Mostly less than there is: who owes what he cannot pay ends a history. */
const share = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 30 }) },
  { weight: 1, arbitrary: fc.integer({ min: 31, max: 100 }) },
);
const brand = fc.constantFrom("mvideo", "eldorado");

const command = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant("give" as const),
      who,
      brand,
      amount: fc.integer({ min: 1, max: 200 }),
      days: fc.integer({ min: 1, max: 60 }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ op: fc.constant("spend" as const), who, brand, share }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant("buy" as const), who, share }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant("return" as const), pick }) },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant("hold" as const),
      who,
      brand,
      share,
      days: fc.integer({ min: 1, max: 10 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("capture" as const), pick }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("release" as const), pick }) },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constant("wait" as const), hours: fc.integer({ min: 1, max: 24 * 12 }) }),
  },
  { weight: 6, arbitrary: fc.record({ op: fc.constant("join" as const), who, other: who }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant("part" as const), pick }) },
);
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

let ledger: TestLedger;
let people: People;
beforeAll(async () => {
  ledger = await testLedger();
  people = new People(ledger);
});
afterAll(async () => {
  await expectProof(ledger);
  await ledger.close();
});

/** One history: what is asked of the ledger, and of the model. */
class History {
  readonly #persons: readonly Person[];
  readonly #model = new Model(PEOPLE);
  #grants = 0;

  constructor(persons: readonly Person[]) {
    this.#persons = persons;
  }

  static async begin(): Promise<History> {
    const persons: Person[] = [];
    for (let index = 0; index < PEOPLE; index += 1) persons.push(await people.person());
    return new History(persons);
  }

  #person(index: number): Person {
    const person = this.#persons[index];
    if (person === undefined) throw new Error("nobody");
    return person;
  }

  /**
   * What differs from the model afterwards; null where the history ends: where somebody owes what he could not pay, the
   * model knows no further.
   */
  async play(asked: Command): Promise<readonly unknown[] | null> {
    const model = this.#model;
    const { clock } = ledger;
    model.pass(clock.now());
    switch (asked.op) {
      case "give": {
        this.#grants += 1;
        // Each ends at a minute of its own, so that the order in which lots burn is never a matter of chance.
        const end = clock.now() + asked.days * DAY + this.#grants * MINUTE;
        const amount = BigInt(asked.amount) * 100n;
        const lot = await people.giveUntil(this.#person(asked.who), formatAmount(amount), asked.brand, end);
        model.grant(asked.who, lot, asked.brand, amount, end);
        break;
      }
      case "spend": {
        const amount = this.#partOf(asked.who, asked.share);
        if (amount === 0n) return [];
        await people.redeem({ identifier: this.#person(asked.who).card }, formatAmount(amount), asked.brand);
        model.spend(asked.who, amount);
        break;
      }
      case "buy": {
        const amount = this.#partOf(asked.who, asked.share);
        if (amount === 0n) return [];
        // Goods that earn nothing, at twice the price, so that half of it may be paid with bonuses.
        const id = await people.buyOnly({ identifier: this.#person(asked.who).card }, amount);
        model.buy(asked.who, id, amount);
        break;
      }
      case "return": {
        const sale = model.sales[asked.pick % Math.max(1, model.sales.length)];
        if (sale === undefined) return [];
        await people.bring(sale.id as never, 2);
        model.bringBack(sale.id, clock.now());
        break;
      }
      case "hold": {
        const amount = this.#partOf(asked.who, asked.share);
        if (amount === 0n) return [];
        const minutes = asked.days * 24 * 60;
        const id = await people.pin(
          { identifier: this.#person(asked.who).card },
          formatAmount(amount),
          minutes,
          asked.brand,
        );
        model.hold(asked.who, id, amount, clock.now() + minutes * MINUTE);
        break;
      }
      case "capture":
      case "release": {
        const holds = model.groups.flatMap((group) => group.holds);
        const hold = holds[asked.pick % Math.max(1, holds.length)];
        if (hold === undefined) return [];
        await people.ask(asked.op === "capture" ? holdCapture : holdRelease, {}, { holdId: hold.id });
        if (asked.op === "capture") model.capture(hold.id);
        else model.release(hold.id, clock.now());
        break;
      }
      case "wait":
        clock.moveTo(clock.now() + asked.hours * 60 * MINUTE);
        model.pass(clock.now());
        break;
      case "join": {
        if (!model.mayJoin(asked.who, asked.other)) return [];
        const { mergeId } = await people.join(this.#person(asked.who), this.#person(asked.other));
        model.join(asked.who, asked.other, mergeId);
        break;
      }
      case "part": {
        const merge = model.merges[asked.pick % Math.max(1, model.merges.length)];
        if (merge === undefined) return [];
        const parted = await people.part(merge.id as never);
        const owed = model.part(merge.id, clock.now());
        const told = new Map(
          parted.madeGood.filter((each) => each.owed !== "0.00").map((each) => [each.entity, parseAmount(each.owed)]),
        );
        if (!isDeepStrictEqual(told, owed)) return [{ told, owed }];
        if (owed.size > 0) return null;
        break;
      }
      default:
        throw new Error("no such command");
    }
    return this.#differences();
  }

  #partOf(person: number, percent: number): bigint {
    return (this.#model.free(person) * BigInt(percent)) / 100n;
  }

  /** Every wallet, lot by lot. */
  async #differences(): Promise<unknown[]> {
    const differences: unknown[] = [];
    for (const group of this.#model.groups) {
      const wallet = await people.dueWallet(this.#person(group.people[0] ?? 0));
      const has = new Map(wallet.map(({ id, available, expiresAt }) => [id, { available, expiresAt }]));
      const shares = group.shares.filter(({ free }) => free > 0n);
      const shouldHave = new Map(shares.map(({ lot, free, end }) => [lot, { available: free, expiresAt: end }]));
      if (!isDeepStrictEqual(has, shouldHave)) differences.push({ people: group.people, has, shouldHave });
    }
    return differences;
  }
}

it("whatever people do, together and apart, each has what the rules give him", { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 20, maxLength: 80 }), async (commands) => {
      const history = await History.begin();
      for (const each of commands) {
        const differences = await history.play(each);
        if (differences === null) break;
        expect(differences).toEqual([]);
      }
    }),
    { numRuns: RUNS, endOnFailure: process.env["FC_SHRINK"] === undefined, ...AGAIN },
  );
});
