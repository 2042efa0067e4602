/** Lots of which both sides have a share, since holds had taken some along from earlier partings. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { holdCapture } from "../../../src/bonuses/hold/hold-capture.ts";
import { holdRelease } from "../../../src/bonuses/hold/hold-release.ts";
import { as, type MergeId } from "../../../src/kernel/ids.ts";
import type { PartingAnswer } from "../../../src/members/joining/parting/unmerge-answer.ts";
import { balanceOf } from "../../../src/members/reads/balance.ts";
import { expectProof } from "../../support/proof.ts";
import { testLedger, type TestLedger } from "../../support/ledger.ts";
import { People, type Person } from "./people.ts";

const DAY = 86_400_000;

let ledger: TestLedger;
let people: People;
beforeAll(async () => {
  ledger = await testLedger();
  people = new People(ledger);
});
afterEach(async () => {
  await expectProof(ledger);
});
afterAll(() => ledger.close());

type Name = "T" | "W" | "D" | "Z";
type Four = Readonly<Record<Name, Person>>;

/** In the order of their age. */
async function born(order: string): Promise<Four> {
  const known: Partial<Record<Name, Person>> = {};
  for (const name of order.split(" ")) known[name as Name] = await people.person();
  return known as Four;
}

const tick = () => ledger.clock.moveTo(ledger.clock.now() + 60_000);
const tell = async (...persons: Person[]): Promise<string[]> =>
  Promise.all(
    persons.map(async ({ memberId }) => {
      const { available, held, debt } = await balanceOf(ledger.service, memberId);
      return `${available} + ${held} - ${debt}`;
    }),
  );
const walletsOf = (...persons: Person[]) => Promise.all(persons.map((person) => people.wallet(person)));

/** One has an amount of another's bonuses pinned by a hold, which goes along when they part. Answers the hold. */
async function share(person: Person, of: Person, amount: string, minutes = 9 * 24 * 60): Promise<string> {
  const { mergeId } = await people.join(person, of);
  const holdId = await people.pin({ identifier: person.card }, amount, minutes);
  await people.part(mergeId);
  tick();
  return holdId;
}

/** Joined, and parted at once. */
async function there(one: Person, other: Person): Promise<void> {
  const { mergeId } = await people.join(one, other);
  tick();
  const { madeGood } = await people.part(mergeId);
  expect(madeGood).toEqual([]);
}

const AGES = ["T Z W D", "Z W D T", "D W Z T"];
const given = async ({ T, D, W, Z }: Four): Promise<void> => {
  await people.give(T, "100.00", "mvideo", 10);
  await people.give(D, "100.00", "mvideo", 50);
  await people.give(W, "100.00", "mvideo", 60);
  await people.give(Z, "100.00", "mvideo", 61);
};

describe("a merge that is undone with nothing in between leaves both as they were", () => {
  it.each(["W D T", "W T D", "T W D", "D W T"])("where one was one with the lot's owner before (%s)", async (order) => {
    const four = await born(`${order} Z`);
    const { W, D, T } = four;
    await given(four);
    await there(W, T);
    await share(D, T, "60.00");
    const before = await walletsOf(W, D, T);
    await there(W, D);
    expect(await walletsOf(W, D, T)).toEqual(before);
  });

  it.each(AGES)("where both have a share of it (%s)", async (order) => {
    const four = await born(order);
    const { D, Z, T } = four;
    await given(four);
    await share(D, T, "30.00");
    await share(Z, T, "40.00");
    const before = await walletsOf(D, Z, T);
    await there(Z, D);
    expect(await walletsOf(D, Z, T)).toEqual(before);
  });

  it.each(["Z T D W", "Z D T W", "D Z T W"])("where the lot is the other's own (%s)", async (order) => {
    // Q was part of S when D was one with S; Q is by itself again.
    const { D, T: Q, Z: S } = await born(order);
    await people.give(Q, "100.00", "mvideo", 10);
    await people.give(D, "100.00", "mvideo", 50);
    const inner = await people.join(S, Q);
    expect(inner.survivorId).toBe(S.memberId);
    const outer = await people.join(D, S);
    const holdId = await people.pin({ identifier: D.card }, "60.00", 9 * 24 * 60);
    await people.part(outer.mergeId);
    await people.part(inner.mergeId);
    const before = await walletsOf(D, Q);
    await there(D, Q);
    expect(await walletsOf(D, Q)).toEqual(before);
    await people.ask(holdRelease, {}, { holdId });
    expect(await tell(D)).toEqual(["100.00 + 0.00 - 0.00"]);
  });

  it.each(AGES)("where each one's share has an end of its own (%s)", async (order) => {
    const four = await born(order);
    const { D, Z, T } = four;
    // T's lot lives longer where its goods come back: so Z's share, which is taken after that, ends later than D's.
    await people.give(T, "100.00", "mvideo", 10);
    await people.give(D, "100.00", "mvideo", 50);
    await people.give(Z, "100.00", "mvideo", 61);
    const sold = await people.buyOnly({ identifier: T.card }, 10_00n);
    await share(D, T, "30.00");
    await people.bring(sold, 2, "M-1");
    await share(Z, T, "40.00");
    const before = await walletsOf(D, Z);
    const firstEnd = ({ lots }: (typeof before)[number]) => Math.min(...lots.map(({ expiresAt }) => expiresAt));
    expect(new Set(before.map(firstEnd)).size).toBe(2);
    await there(Z, D);
    expect(await walletsOf(D, Z)).toEqual(before);
  });
});

describe("where both have a share of a third's lot", () => {
  it.each(AGES)("and let it go while they are one, each has his own (%s)", async (order) => {
    const four = await born(order);
    const { D, Z } = four;
    await given(four);
    const holds = [await share(D, four.T, "30.00"), await share(Z, four.T, "40.00")];
    const { mergeId } = await people.join(Z, D);
    for (const holdId of holds) await people.ask(holdRelease, {}, { holdId });
    expect((await people.part(mergeId)).madeGood).toEqual([]);
    expect(await tell(D, Z)).toEqual(["100.00 + 0.00 - 0.00", "100.00 + 0.00 - 0.00"]);
  });

  it.each(AGES)("each spends his own of it first, and makes good the other's (%s)", async (order) => {
    const four = await born(order);
    const { D, Z } = four;
    await given(four);
    const holds = [await share(D, four.T, "30.00"), await share(Z, four.T, "40.00")];
    const { mergeId } = await people.join(Z, D);
    for (const holdId of holds) await people.ask(holdRelease, {}, { holdId });
    // Of 30.00 of his and 40.00 of hers.
    await people.redeem({ identifier: D.card }, "50.00");
    const { madeGood } = await people.part(mergeId);
    expect(madeGood).toMatchObject([{ paid: "20.00", owed: "0.00" }]);
    expect(await tell(D, Z)).toEqual(["50.00 + 0.00 - 0.00", "100.00 + 0.00 - 0.00"]);
  });

  it.each(AGES)("what one brings back of it is his (%s)", async (order) => {
    const four = await born(order);
    const { D, Z, T } = four;
    await given(four);
    const holdId = await share(D, T, "30.00");
    await share(Z, T, "40.00");
    await people.ask(holdRelease, {}, { holdId });
    const sold = await people.buyOnly({ identifier: D.card }, 30_00n);
    const { mergeId } = await people.join(Z, D);
    await people.bring(sold, 2, "M-1");
    expect((await people.part(mergeId)).madeGood).toEqual([]);
    expect(await tell(D, Z)).toEqual(["100.00 + 0.00 - 0.00", "60.00 + 40.00 - 0.00"]);
  });

  it.each(AGES)("holds of each stay with whoever has made them, and are captured by him (%s)", async (order) => {
    const four = await born(order);
    const { D, Z, T } = four;
    await given(four);
    const holds = [await share(D, T, "30.00"), await share(Z, T, "40.00")];
    const { mergeId } = await people.join(Z, D);
    await people.part(mergeId);
    for (const holdId of holds) await people.ask(holdCapture, {}, { holdId });
    expect(await tell(D, Z)).toEqual(["70.00 + 0.00 - 0.00", "60.00 + 0.00 - 0.00"]);
  });

  it.each(AGES)("what has ended of it is nobody's to make good (%s)", async (order) => {
    const four = await born(order);
    const { D, Z, T } = four;
    await given(four);
    const holds = [await share(D, T, "30.00"), await share(Z, T, "40.00")];
    const { mergeId } = await people.join(Z, D);
    await people.ask(holdRelease, {}, { holdId: holds[0] as string });
    ledger.clock.moveTo(ledger.clock.now() + 16 * DAY);
    expect((await people.part(mergeId)).madeGood).toEqual([]);
    expect(await tell(D, Z)).toEqual(["70.00 + 0.00 - 0.00", "60.00 + 0.00 - 0.00"]);
  });

  const ORDERS = ["WD ZW uWD uZW", "WD ZW uZW uWD", "ZW WD uWD uZW", "ZW WD uZW uWD"].flatMap((steps) =>
    AGES.map((order) => [steps, order] as const),
  );

  /** Undoes the last two of four steps, after what happens before the first of them. Answers what was made good. */
  async function play(four: Four, steps: string, happens: () => Promise<unknown>): Promise<PartingAnswer["madeGood"]> {
    const [first = "", second = "", ...undone] = steps.split(" ");
    const merges = new Map<string, MergeId>();
    for (const step of [first, second]) {
      const [one, other] = step.split("").map((name) => four[name as Name]) as [Person, Person];
      merges.set(`u${step}`, as("mrg", (await people.join(one, other)).mergeId));
      tick();
    }
    await happens();
    const madeGood = [];
    for (const step of undone) {
      const parted = await people.part(merges.get(step) as MergeId);
      madeGood.push(...parted.madeGood);
      tick();
    }
    return madeGood;
  }

  it.each(ORDERS)("and both become part of another, each goes as he came: %s (%s)", async (steps, order) => {
    const four = await born(order);
    const { D, Z, W, T } = four;
    await given(four);
    await share(D, T, "30.00");
    await share(Z, T, "40.00");
    const before = await walletsOf(D, Z, W);
    expect(await play(four, steps, () => Promise.resolve())).toEqual([]);
    expect(await walletsOf(D, Z, W)).toEqual(before);
  });

  it.each(ORDERS)("and let it go while all are one: %s (%s)", async (steps, order) => {
    const four = await born(order);
    const { D, Z, W, T } = four;
    await given(four);
    const holds = [await share(D, T, "30.00"), await share(Z, T, "40.00")];
    const release = async () => {
      for (const holdId of holds) await people.ask(holdRelease, {}, { holdId });
    };
    expect(await play(four, steps, release)).toEqual([]);
    expect(await tell(D, Z, W)).toEqual(Array.from({ length: 3 }, () => "100.00 + 0.00 - 0.00"));
  });
});
