/** Whatever people have done, together and apart: a merge that is undone with nothing in between leaves everybody as he was. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { holdCapture } from "../../../src/bonuses/hold/hold-capture.ts";
import { holdRelease } from "../../../src/bonuses/hold/hold-release.ts";
import { formatAmount } from "../../../src/kernel/amount.ts";
import type { MergeId } from "../../../src/kernel/ids.ts";
import { walletNow } from "../../../src/engine/wallets/wallet-reads.ts";
import { leftIn } from "../../../src/ledger/hold.ts";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { survivorOf } from "../../../src/members/owner.ts";
import { expectProof } from "../../support/proof.ts";
import { answerOf, testLedger, type TestLedger } from "../../support/ledger.ts";
import { People, type Person } from "./people.ts";

const RUNS = Number(process.env["FC_RUNS"] ?? 8);
const MINUTE = 60_000;
const PEOPLE = 5;

const who = fc.nat({ max: PEOPLE - 1 });
const pick = fc.nat({ max: 999 });
const command = fc.oneof(
  { weight: 3, arbitrary: fc.record({ op: fc.constant("give" as const), who, days: fc.integer({ min: 8, max: 60 }) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("buy" as const), who, share: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("return" as const), pick }) },
  {
    weight: 6,
    arbitrary: fc.record({ op: fc.constant("hold" as const), who, share: fc.integer({ min: 1, max: 60 }) }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("capture" as const), pick }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("release" as const), pick }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("wait" as const), hours: fc.integer({ min: 1, max: 72 }) }) },
  { weight: 7, arbitrary: fc.record({ op: fc.constant("join" as const), who, other: who }) },
  { weight: 6, arbitrary: fc.record({ op: fc.constant("part" as const), pick }) },
  { weight: 6, arbitrary: fc.record({ op: fc.constant("there and back" as const), who, other: who }) },
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

class History {
  readonly #persons: readonly Person[];
  readonly #sales: string[] = [];
  readonly #holds: string[] = [];
  #merges: MergeId[] = [];

  constructor(persons: readonly Person[]) {
    this.#persons = persons;
  }

  static async begin(): Promise<History> {
    const persons: Person[] = [];
    for (let index = 0; index < PEOPLE; index += 1) persons.push(await people.person());
    for (const [index, person] of persons.entries()) await people.give(person, "100.00", "mvideo", 20 + 10 * index);
    return new History(persons);
  }

  /** What everybody had before, and has after two were one and parted at once, with what one has paid the other; null where nobody was joined and parted so. */
  async play(asked: Command): Promise<readonly [before: unknown, after: unknown] | null> {
    const { clock } = ledger;
    clock.moveTo(clock.now() + MINUTE);
    switch (asked.op) {
      case "give":
        await people.give(this.#person(asked.who), "50.00", "mvideo", asked.days);
        break;
      case "buy": {
        const amount = await this.#partOf(asked);
        if (amount > 0n) this.#sales.push(await people.buyOnly({ identifier: this.#person(asked.who).card }, amount));
        break;
      }
      case "hold": {
        const amount = await this.#partOf(asked);
        const { card } = this.#person(asked.who);
        if (amount > 0n) this.#holds.push(await people.pin({ identifier: card }, formatAmount(amount), 20 * 24 * 60));
        break;
      }
      case "return": {
        const [sale] = this.#sales.splice(asked.pick % Math.max(1, this.#sales.length), 1);
        if (sale !== undefined) await people.bring(sale as never, 2);
        break;
      }
      case "capture":
      case "release": {
        const [holdId] = this.#holds.splice(asked.pick % Math.max(1, this.#holds.length), 1);
        const operation = asked.op === "capture" ? holdCapture : holdRelease;
        // Time may have ended it.
        if (holdId !== undefined) await ledger.ask(operation, {}, { params: { holdId } });
        break;
      }
      case "wait":
        clock.moveTo(clock.now() + asked.hours * 60 * MINUTE);
        break;
      case "join": {
        const mergeId = await this.#join(asked.who, asked.other);
        if (mergeId !== null) this.#merges.push(mergeId);
        break;
      }
      case "part": {
        const [mergeId] = this.#merges.splice(asked.pick % Math.max(1, this.#merges.length), 1);
        if (mergeId !== undefined) await people.part(mergeId);
        break;
      }
      case "there and back": {
        const before = await this.#wallets();
        const mergeId = await this.#join(asked.who, asked.other);
        if (mergeId === null) break;
        const { madeGood } = await people.part(mergeId);
        return [
          { wallets: before, madeGood: [] },
          { wallets: await this.#wallets(), madeGood },
        ];
      }
      default:
        throw new Error("no such command");
    }
    return null;
  }

  #person(index: number): Person {
    const person = this.#persons[index];
    if (person === undefined) throw new Error("nobody");
    return person;
  }

  /** Null where they are one, or are never to be. */
  async #join(one: number, other: number): Promise<MergeId | null> {
    const memberIds = [this.#person(one).memberId, this.#person(other).memberId];
    const outcome = await ledger.ask(merge, { memberIds, reason: "the same" });
    return outcome.kind === "accepted" ? (answerOf(outcome) as { mergeId: MergeId }).mergeId : null;
  }

  async #partOf({ who: index, share }: { who: number; share: number }): Promise<bigint> {
    const lots = await people.dueWallet(await this.#standing(index));
    return (lots.reduce((sum, { available }) => sum + available, 0n) * BigInt(share)) / 100n;
  }

  async #standing(index: number): Promise<Pick<Person, "memberId">> {
    return { memberId: await survivorOf(ledger.service.reader, this.#person(index).memberId) };
  }

  /** What everybody has by now, lot by lot and end by end. One that is empty may lie with either. */
  #wallets() {
    return Promise.all(
      this.#persons.map(async ({ memberId }) => {
        const draft = await ledger.service.reader.snapshot((tx) => walletNow(tx, memberId, ledger.clock));
        if (draft === undefined) throw new Error("no such wallet");
        return {
          lots: draft
            .lots()
            .map(({ id, pending, available, held, expiresAt }) => ({ id, pending, available, held, expiresAt }))
            .filter(({ pending, available, held }) => pending + available + held > 0n),
          holds: new Map(draft.openHolds().map((hold) => [hold.id, leftIn(hold)])),
          owed: [...draft.byIssuer].map(([entity, { debt }]) => [entity, debt]).filter(([, debt]) => debt !== 0n),
        };
      }),
    );
  }
}

it("a merge that is undone at once leaves everybody as he was", { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 20, maxLength: 60 }), async (commands) => {
      const history = await History.begin();
      for (const each of commands) {
        const [before, after] = (await history.play(each)) ?? [];
        expect(after).toEqual(before);
      }
    }),
    { numRuns: RUNS, endOnFailure: process.env["FC_SHRINK"] === undefined },
  );
});
