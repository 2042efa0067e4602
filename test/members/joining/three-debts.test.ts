/** Three and more who were one, owed together, and part one by one: each has what is his, and owes what he has made. */
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { formatAmount, parseAmount } from "../../../src/kernel/amount.ts";
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

/** Four persons, each younger than the one before: whoever comes first absorbs whoever comes later. */
async function four(): Promise<[Person, Person, Person, Person]> {
  return [await people.person(), await people.person(), await people.person(), await people.person()];
}
const join = async (one: Person, other: Person): Promise<MergeId> => (await people.join(one, other)).mergeId;

/** What each has, free or held, less what he owes. */
const worths = (...persons: readonly Person[]): Promise<string[]> =>
  Promise.all(
    persons.map(async ({ memberId }) => {
      const { available, held, debt } = await balanceOf(ledger.service, memberId);
      return formatAmount(parseAmount(available) + parseAmount(held) - parseAmount(debt));
    }),
  );

it("one was there when another came, and left before both became part of a third: nobody has had any of his", async () => {
  const [a, b, c, t] = await four();
  await people.give(t, "30.00");
  const bt = await join(b, t);
  const bc = await join(b, c);
  await people.part(bt);
  const ab = await join(a, b);
  await people.part(bc);
  await people.part(ab);
  expect(await worths(a, b, c, t)).toEqual(["0.00", "0.00", "0.00", "30.00"]);
});

it("the same, where it was in a part of theirs", async () => {
  const [a, b, c, d] = await four();
  const t = await people.person();
  await people.give(t, "30.00");
  const ct = await join(c, t);
  const cd = await join(c, d);
  const bc = await join(b, c);
  await people.part(ct);
  const ab = await join(a, b);
  await people.part(cd);
  await people.part(ab);
  await people.part(bc);
  expect(await worths(a, b, c, d, t)).toEqual(["0.00", "0.00", "0.00", "0.00", "30.00"]);
});

it.each(["held", "spent"])(
  "what is owed to one who has left is owed by whoever has %s it, be it a part of those who leave",
  async (how) => {
    const [a, b, d, t] = await four();
    await people.give(t, "30.00");
    const bd = await join(b, d);
    const bt = await join(b, t);
    if (how === "held") await people.pin({ identifier: d.card }, "30.00", 24 * 60);
    else await people.redeem({ identifier: d.card }, "30.00");
    await people.part(bt);
    const ab = await join(a, b);
    await people.part(bd);
    await people.part(ab);
    expect(await worths(a, b, d, t)).toEqual(["0.00", "0.00", how === "held" ? "0.00" : "-30.00", "30.00"]);
  },
);

it.each(["B", "D"])("what is owed to one who has left is owed by %s, who has spent it", async (who) => {
  const [a, b, d, t] = await four();
  await people.give(t, "30.00");
  const bd = await join(b, d);
  const bt = await join(b, t);
  await people.redeem({ identifier: (who === "B" ? b : d).card }, "30.00");
  await people.part(bt);
  const ab = await join(a, b);
  await people.part(bd);
  await people.part(ab);
  const each = { B: ["0.00", "-30.00", "0.00", "30.00"], D: ["0.00", "0.00", "-30.00", "30.00"] };
  expect(await worths(a, b, d, t)).toEqual(each[who as "B" | "D"]);
});

it("one has paid those who owed him, and is paid by whoever had spent it: that is theirs when he parts from them", async () => {
  const [a, b, c, w] = await four();
  await people.give(w, "110.00");
  const bw = await join(b, w);
  const ab = await join(a, b);
  const ac = await join(a, c);
  await people.redeem({ identifier: c.card }, "110.00");
  await people.part(bw);
  await people.part(ab);
  const aw = await join(a, w);
  await people.part(ac);
  await people.part(aw);
  expect(await worths(a, b, c, w)).toEqual(["0.00", "0.00", "-110.00", "110.00"]);
});

it.each(["before", "after"])(
  "what was spent by the survivor's id stays with the lots of a third, who has left %s both became part of another",
  async (when) => {
    const [a, b, t] = await four();
    await people.give(t, "30.00");
    const bt = await join(b, t);
    await people.redeem({ memberId: b.memberId }, "20.00");
    const ab = when === "before" ? undefined : await join(a, b);
    await people.part(bt);
    await people.part(ab ?? (await join(a, b)));
    expect(await worths(a, b, t)).toEqual(["0.00", "0.00", "10.00"]);
  },
);

it("what a hold pins pays nothing: a merge that is undone at once leaves each debt with the same entity", async () => {
  const [a, c, d] = await four();
  await people.give(c, "200.00", "mvideo", 9);
  await people.give(a, "40.00", "eldorado");
  const ad = await join(a, d);
  const ac = await join(a, c);
  await people.pin({ identifier: d.card }, "240.00", 24 * 60);
  await people.part(ad);
  await people.part(ac);
  const before = [await people.wallet(c), await people.wallet(d)].map(({ totals }) => totals);
  await people.part(await join(c, d));
  expect([await people.wallet(c), await people.wallet(d)].map(({ totals }) => totals)).toEqual(before);
});
