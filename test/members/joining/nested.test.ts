/** Partings of those who were part of others in between: what they have had of each other there is not forgotten. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { holdRelease } from "../../../src/bonuses/hold/hold-release.ts";
import type { MergeId } from "../../../src/kernel/ids.ts";
import { balanceOf } from "../../../src/members/reads/balance.ts";
import { expectProof } from "../../support/proof.ts";
import { testLedger, type TestLedger } from "../../support/ledger.ts";
import { People, type Person } from "./people.ts";

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

const DAY = 86_400_000;

/** Merges and partings, a minute apart. */
async function join(a: Person, b: Person): Promise<MergeId> {
  ledger.clock.moveTo(ledger.clock.now() + 60_000);
  const { mergeId } = await people.join(a, b);
  return mergeId;
}
async function part(id: MergeId) {
  ledger.clock.moveTo(ledger.clock.now() + 60_000);
  return people.part(id);
}

/** What each has free, and owes. */
const having = (...persons: readonly Pick<Person, "memberId">[]): Promise<string[]> =>
  Promise.all(
    persons.map(async ({ memberId }) => {
      const { available, debt } = await balanceOf(ledger.service, memberId);
      return debt === "0.00" ? available : `${available} - ${debt}`;
    }),
  );

describe("two who were part of a third together", () => {
  it("make good what they had of each other's there", async () => {
    const a = await people.person();
    const b = await people.person();
    const x = await people.person();
    await people.give(b, "100.00", "mvideo", 20);
    await people.give(x, "100.00", "mvideo", 40);
    const inner = await join(b, x);
    const outer = await join(a, b);
    await people.redeem({ identifier: x.card }, "50.00");
    expect((await part(outer)).madeGood).toEqual([]);
    await part(inner);
    expect(await having(a, b, x)).toEqual(["0.00", "100.00", "50.00"]);
  });

  it("make it good where one is a profile of the other's", async () => {
    const a = await people.person();
    const b = await people.person();
    const second = await people.cardOf(b, "eldorado");
    await people.give(b, "100.00", "mvideo", 20);
    await people.give(second, "100.00", "mvideo", 40);
    const outer = await join(a, b);
    await people.redeem({ identifier: second.card }, "50.00");
    await part(outer);
    const { leavingId } = await people.partProfile(second.profileId);
    expect(await having(b, { memberId: leavingId })).toEqual(["100.00", "50.00"]);
  });

  it.each(["redeemed", "held"])(
    "share what was %s of the third's where one is a profile of the other's",
    async (how) => {
      const t = await people.person();
      const c = await people.person();
      const second = await people.cardOf(c, "eldorado");
      await people.give(t, "100.00", "mvideo", 10);
      await people.give(c, "100.00", "mvideo", 30);
      const outer = await join(t, c);
      if (how === "held") await people.pin({ identifier: second.card }, "50.00");
      else await people.redeem({ identifier: second.card }, "50.00");
      await part(outer);
      expect(await having(t, c)).toEqual(["100.00", "50.00"]);
      const { leavingId } = await people.partProfile(second.profileId);
      expect(await having(t, c, { memberId: leavingId })).toEqual(["100.00", "100.00", "0.00 - 50.00"]);
    },
  );

  it("have back what the third holds of a lot that was granted there, where one is a profile of the other's", async () => {
    const t = await people.person();
    const c = await people.person();
    const second = await people.cardOf(c, "eldorado");
    const outer = await join(t, c);
    await people.give(second, "50.00", "mvideo", 10);
    await people.give(c, "100.00", "mvideo", 30);
    await people.pin({ identifier: t.card }, "50.00");
    await part(outer);
    expect(await having(t, c)).toEqual(["0.00 - 50.00", "150.00"]);
    const { leavingId } = await people.partProfile(second.profileId);
    expect(await having(c, { memberId: leavingId })).toEqual(["100.00", "50.00"]);
  });

  it.each([
    ["X", "60.00", ["100.00", "100.00", "0.00"]],
    ["X", "0.00", ["100.00", "100.00", "0.00 - 60.00"]],
    ["S", "60.00", ["100.00", "40.00", "60.00"]],
    ["S", "0.00", ["100.00", "40.00", "0.00"]],
  ] as const)("share what they paid the third by who had spent it: %s, who has %s", async (spender, own, expected) => {
    const t = await people.person();
    const s = await people.person();
    const x = await people.person();
    await people.give(t, "100.00", "eldorado", 10);
    await people.give(s, "100.00", "eldorado", 30);
    if (own !== "0.00") await people.give(x, own, "eldorado", 60);
    const inner = await join(s, x);
    const outer = await join(t, s);
    await people.redeem({ identifier: (spender === "X" ? x : s).card }, "60.00", "eldorado");
    await part(outer);
    await part(inner);
    expect(await having(t, s, x)).toEqual(expected);
  });

  it("share what the third paid them by whose lots it had", async () => {
    const t = await people.person();
    const s = await people.person();
    const x = await people.person();
    await people.give(t, "100.00", "eldorado", 60);
    await people.give(s, "100.00", "eldorado", 30);
    await people.give(x, "100.00", "eldorado", 10);
    const inner = await join(s, x);
    const outer = await join(t, s);
    await people.redeem({ identifier: t.card }, "80.00", "eldorado");
    await part(outer);
    await part(inner);
    expect(await having(t, s, x)).toEqual(["20.00", "100.00", "100.00"]);
  });

  it("have back what the third held of theirs, and it is the third's once it is free", async () => {
    const a = await people.person();
    const b = await people.person();
    const x = await people.person();
    await people.give(a, "50.00", "mvideo", 60);
    await people.give(b, "100.00", "mvideo", 40);
    await people.give(x, "100.00", "mvideo", 20);
    const inner = await join(b, x);
    const outer = await join(a, b);
    const holdId = await people.pin({ identifier: a.card }, "20.00");
    await part(outer);
    await part(inner);
    await people.ask(holdRelease, {}, { holdId });
    expect(await having(a, b, x)).toEqual(["50.00", "100.00", "100.00"]);
  });

  it("share what the third held of theirs, where it owes nothing for it since one of them had as much of its own", async () => {
    const a = await people.person();
    const b = await people.person();
    const x = await people.person();
    await people.give(a, "20.00", "mvideo", 5);
    await people.give(x, "100.00", "mvideo", 20);
    await people.give(b, "100.00", "mvideo", 40);
    const inner = await join(b, x);
    const outer = await join(a, b);
    await people.redeem({ identifier: b.card }, "20.00");
    const holdId = await people.pin({ identifier: a.card }, "20.00");
    expect((await part(outer)).madeGood).toEqual([]);
    await part(inner);
    await people.ask(holdRelease, {}, { holdId });
    expect(await having(a, b, x)).toEqual(["20.00", "80.00", "100.00"]);
  });

  it("take along what they hold of the third's, and whoever holds it pays", async () => {
    const a = await people.person();
    const b = await people.person();
    const x = await people.person();
    await people.give(a, "50.00", "mvideo", 10);
    await people.give(b, "100.00", "mvideo", 30);
    await people.give(x, "100.00", "mvideo", 60);
    const inner = await join(b, x);
    const outer = await join(a, b);
    const holdId = await people.pin({ identifier: x.card }, "20.00");
    await part(outer);
    await part(inner);
    expect(await having(a, b, x)).toEqual(["50.00", "100.00", "80.00"]);
    await people.ask(holdRelease, {}, { holdId });
    expect(await having(a, b, x)).toEqual(["50.00", "100.00", "100.00"]);
  });

  it("owe again what the third's bonuses had paid, each what he had made", async () => {
    const a = await people.person();
    const b = await people.person();
    const x = await people.person();
    const inner = await join(b, x);
    const outer = await join(a, b);
    const sold = await people.buy({ identifier: x.card }, "2000.00", "0.00");
    ledger.clock.moveTo(ledger.clock.now() + 20 * DAY);
    await people.redeem({ identifier: x.card }, "60.00");
    await people.bring(sold, 2, "M-1");
    await people.give(a, "100.00");
    expect(await having(a)).toEqual(["40.00"]);
    await part(outer);
    expect(await having(a, b)).toEqual(["100.00", "0.00 - 60.00"]);
    await part(inner);
    expect(await having(a, b, x)).toEqual(["100.00", "0.00", "0.00 - 60.00"]);
  });

  it("are not charged for what the third owed", async () => {
    const a = await people.person();
    const b = await people.person();
    const x = await people.person();
    const sold = await people.buy({ identifier: a.card }, "2000.00", "0.00");
    ledger.clock.moveTo(ledger.clock.now() + 20 * DAY);
    await people.redeem({ identifier: a.card }, "60.00");
    await people.bring(sold, 2, "M-1");
    await people.give(b, "10.00");
    await people.give(x, "100.00");
    const inner = await join(b, x);
    const outer = await join(a, b);
    await part(outer);
    expect(await having(a, b)).toEqual(["0.00 - 60.00", "110.00"]);
    await part(inner);
    expect(await having(a, b, x)).toEqual(["0.00 - 60.00", "10.00", "100.00"]);
  });

  it("were part of another before, and of one more after", async () => {
    const a = await people.person();
    const d = await people.person();
    const b = await people.person();
    const x = await people.person();
    await people.give(b, "100.00", "mvideo", 20);
    await people.give(x, "100.00", "mvideo", 40);
    const inner = await join(b, x);
    const first = await join(a, b);
    await people.redeem({ identifier: x.card }, "10.00");
    await part(first);
    await people.redeem({ identifier: x.card }, "10.00");
    const second = await join(d, b);
    await people.redeem({ identifier: x.card }, "10.00");
    await part(inner);
    await part(second);
    expect(await having(a, d, b, x)).toEqual(["0.00", "0.00", "100.00", "70.00"]);
  });
});

describe("one who was part of a member before that became part of another", () => {
  it("and leaves first, is paid by whoever had spent", async () => {
    const b = await people.person();
    const x = await people.person();
    const y = await people.person();
    await people.give(y, "60.00", "mvideo", 10);
    const inner = await join(x, y);
    await people.redeem({ identifier: x.card }, "60.00");
    await people.give(b, "100.00", "mvideo", 30);
    const outer = await join(b, x);
    await part(inner);
    expect(await having(b, y)).toEqual(["40.00", "60.00"]);
    await part(outer);
    expect(await having(b, x, y)).toEqual(["100.00", "0.00 - 60.00", "60.00"]);
  });

  it("and leaves first, pays whoever's bonuses it had", async () => {
    const b = await people.person();
    const x = await people.person();
    const y = await people.person();
    await people.give(x, "60.00", "mvideo", 10);
    const inner = await join(x, y);
    await people.redeem({ identifier: y.card }, "60.00");
    await people.give(b, "100.00", "mvideo", 30);
    await people.give(y, "70.00", "mvideo", 20);
    const outer = await join(b, x);
    await part(inner);
    expect(await having(b, y)).toEqual(["160.00", "10.00"]);
    await part(outer);
    expect(await having(b, x, y)).toEqual(["100.00", "60.00", "10.00"]);
  });

  it("and leaves first, takes its own debt along", async () => {
    const b = await people.person();
    const x = await people.person();
    const y = await people.person();
    const owing = async (person: Person) => {
      const sold = await people.buy({ identifier: person.card }, "2000.00", "0.00");
      ledger.clock.moveTo(ledger.clock.now() + 20 * DAY);
      await people.redeem({ identifier: person.card }, "60.00");
      await people.bring(sold, 2, "M-1");
    };
    await owing(x);
    await owing(y);
    const inner = await join(x, y);
    const outer = await join(b, x);
    expect(await having(b)).toEqual(["0.00 - 120.00"]);
    await part(inner);
    await part(outer);
    expect(await having(b, x, y)).toEqual(["0.00", "0.00 - 60.00", "0.00 - 60.00"]);
  });

  it("though it had been part of a part of him", async () => {
    const b = await people.person();
    const x = await people.person();
    const y = await people.person();
    const z = await people.person();
    await people.give(z, "60.00", "mvideo", 10);
    const first = await join(y, z);
    await people.redeem({ identifier: y.card }, "60.00");
    const second = await join(x, y);
    await people.give(b, "100.00", "mvideo", 30);
    const outer = await join(b, x);
    await part(first);
    expect(await having(b, z)).toEqual(["40.00", "60.00"]);
    await part(outer);
    expect(await having(b, x, z)).toEqual(["100.00", "0.00 - 60.00", "60.00"]);
    await part(second);
    expect(await having(x, y)).toEqual(["0.00", "0.00 - 60.00"]);
  });
});
