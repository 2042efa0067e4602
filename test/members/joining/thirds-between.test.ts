/**
 * A merge is undone whose absorbed member has had others with him, who were elsewhere before, or whom a third has left
 * since: whoever never had anything gets nothing of it, and owes nothing.
 */
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { as, type MemberId } from "../../../src/kernel/ids.ts";
import { balanceOf } from "../../../src/members/reads/balance.ts";
import { testLedger, type TestLedger } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { People, type Person } from "./people.ts";

let ledger: TestLedger;
let people: People;
beforeAll(async () => {
  ledger = await testLedger();
  people = new People(ledger);
});
afterEach(() => expectProof(ledger));
afterAll(() => ledger.close());

const worth = async ({ memberId }: { readonly memberId: MemberId }): Promise<[available: string, debt: string]> => {
  const { available, debt } = await balanceOf(ledger.service, memberId);
  return [available, debt];
};

/** So many people, each older than the next: whoever comes first survives. */
async function persons<const N extends string>(...names: N[]): Promise<Record<N, Person>> {
  const made: [N, Person][] = [];
  for (const name of names) made.push([name, await people.person()]);
  return Object.fromEntries(made) as Record<N, Person>;
}

const NOTHING = ["0.00", "0.00"];
/** A third who leaves in between: a profile, or somebody who was absorbed before. */
const THIRDS = ["a profile", "a member"] as const;

/** Gives a third to somebody, before anything else. Answers how he leaves. */
async function third(kind: (typeof THIRDS)[number], of: Person, comes: (of: Person) => Promise<Person>) {
  if (kind === "a profile") {
    const own = await people.cardOf(of, "eldorado");
    return () => people.partProfile(own.profileId);
  }
  const merge = await people.join(of, await comes(of));
  return () => people.part(merge.mergeId);
}
const newcomer = () => people.person();

it.each(THIRDS)("what a part was granted while it was part of another (%s leaves)", async (kind) => {
  const { d, a, c, b } = await persons("d", "a", "c", "b");
  const leaves = await third(kind, b, newcomer);
  const first = await people.join(a, b);
  await people.give(b, "1000.00");
  await people.part(first.mergeId);
  await people.join(c, b);
  const last = await people.join(d, c);
  await leaves();
  await people.part(last.mergeId);
  expect([await worth(d), await worth(c)]).toEqual([NOTHING, ["1000.00", "0.00"]]);
});

it.each(THIRDS)("what a part spent of its own while it was part of another (%s leaves)", async (kind) => {
  const { d, a, c, b } = await persons("d", "a", "c", "b");
  const leaves = await third(kind, b, newcomer);
  await people.give(b, "100.00");
  const first = await people.join(a, b);
  await people.redeem({ identifier: b.card }, "20.00");
  await people.part(first.mergeId);
  await people.join(c, b);
  const last = await people.join(d, c);
  await leaves();
  await people.part(last.mergeId);
  expect([await worth(d), await worth(c)]).toEqual([NOTHING, ["80.00", "0.00"]]);
});

it.each(THIRDS)("what one has had who came and left between two who stay (%s leaves)", async (kind) => {
  const { d, k, l, x } = await persons("d", "k", "l", "x");
  const leaves = await third(kind, l, newcomer);
  await people.give(x, "800.00");
  const kx = await people.join(k, x);
  await people.join(k, l);
  const last = await people.join(d, k);
  await leaves();
  await people.part(kx.mergeId);
  await people.part(last.mergeId);
  expect([await worth(d), await worth(k), await worth(x)]).toEqual([NOTHING, NOTHING, ["800.00", "0.00"]]);
});

it("as found: nobody has spent anything, and somebody who left before takes nothing along", async () => {
  const { d, k, l, x, e } = await persons("d", "k", "l", "x", "e");
  await people.give(x, "800.00");
  const kx = await people.join(k, x);
  const le = await people.join(l, e);
  await people.join(k, l);
  await people.part(le.mergeId);
  const last = await people.join(d, k);
  await people.part(kx.mergeId);
  await people.part(last.mergeId);
  expect([await worth(d), await worth(k), await worth(x)]).toEqual([NOTHING, NOTHING, ["800.00", "0.00"]]);
});

it.each(THIRDS)("what one owes a third who has left by now (%s leaves)", async (kind) => {
  const { d, k, l, x } = await persons("d", "k", "l", "x");
  const leaves = await third(kind, l, newcomer);
  await people.give(x, "100.00");
  const kx = await people.join(k, x);
  await people.join(k, l);
  await people.redeem({ identifier: k.card }, "60.00");
  await people.part(kx.mergeId);
  const last = await people.join(d, k);
  await leaves();
  await people.part(last.mergeId);
  expect([await worth(d), await worth(k), await worth(x)]).toEqual([NOTHING, ["0.00", "60.00"], ["100.00", "0.00"]]);
});

it.each(["member", "profile"])(
  "what was made good to a third by one who leaves now, and was a stranger then (a %s)",
  async (kind) => {
    const { d, a, c, b } = await persons("d", "a", "c", "b");
    const e = kind === "member" ? await people.person() : await people.cardOf(c, "eldorado");
    await people.give(e, "100.00");
    const ce = kind === "member" ? await people.join(c, e) : undefined;
    const ab = await people.join(a, b);
    const ac = await people.join(a, c);
    await people.redeem({ identifier: b.card }, "20.00");
    await people.give(b, "50.00");
    await people.part(ab.mergeId);
    await people.part(ac.mergeId);
    expect([await worth(b), await worth(c)]).toEqual([
      ["30.00", "0.00"],
      ["100.00", "0.00"],
    ]);
    await people.join(c, b);
    const last = await people.join(d, c);
    if (ce === undefined) await people.partProfile(as("prf", (e as { profileId?: string }).profileId ?? ""));
    else await people.part(ce.mergeId);
    await people.part(last.mergeId);
    expect([await worth(d), await worth(c)]).toEqual([NOTHING, ["30.00", "0.00"]]);
  },
);

it("what one has had before a parting made him a member, where another's card was there longer, and leaves in between", async () => {
  const { a, b, c } = await persons("a", "b", "c");
  const theirs = await people.cardOf(b, "eldorado");
  const card = await people.cardOf(c, "eldorado");
  await people.give(c, "200.00");
  await people.redeem({ identifier: card.card }, "80.00");
  const { leavingId } = await people.partProfile(card.profileId);
  await people.join(b, { ...card, memberId: leavingId });
  const last = await people.join(a, b);
  await people.partProfile(theirs.profileId);
  expect((await people.part(last.mergeId)).madeGood).toEqual([]);
  expect([await worth(a), await worth(b), await worth(c)]).toEqual([NOTHING, ["0.00", "80.00"], ["200.00", "0.00"]]);
});

it("what a parting has brought to a member from whom its profile has parted again is that profile's", async () => {
  const { a, c } = await persons("a", "c");
  const card = await people.cardOf(c, "eldorado");
  await people.give(card, "200.00");
  const first = await people.partProfile(card.profileId);
  const again = { ...card, memberId: first.leavingId };
  const last = await people.join(a, again);
  const stranger = await people.cardOf(again, "mvideo");
  await people.redeem({ identifier: stranger.card }, "80.00");
  const second = await people.partProfile(card.profileId);
  await people.part(last.mergeId);
  const had = await Promise.all([a, c, again, { memberId: second.leavingId }].map(worth));
  expect(had).toEqual([NOTHING, NOTHING, ["0.00", "80.00"], ["200.00", "0.00"]]);
});
