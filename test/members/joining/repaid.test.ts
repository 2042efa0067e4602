/** Debts of one that the bonuses of others have paid while they were one: whoever parts is charged for what he owed himself. */
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { visitDue } from "../../../src/bonuses/visit-due.ts";
import { ledgerItself } from "../../../src/engine/group/submit.ts";
import { holdRelease } from "../../../src/bonuses/hold/hold-release.ts";
import { formatAmount, parseAmount } from "../../../src/kernel/amount.ts";
import { balanceOf } from "../../../src/members/reads/balance.ts";
import { purchase } from "../../../src/sales/purchase/purchase.ts";
import { returnById } from "../../../src/sales/return/return-by-id.ts";
import { reversal } from "../../../src/sales/reversal/reversal.ts";
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

const pass = (days: number) => ledger.clock.moveTo(ledger.clock.now() + days * DAY);

/** What each has, less what he owes. */
const worths = (...persons: readonly Person[]): Promise<string[]> =>
  Promise.all(
    persons.map(async ({ memberId }) => {
      const { available, debt } = await balanceOf(ledger.service, memberId);
      return formatAmount(parseAmount(available) - parseAmount(debt));
    }),
  );

/** Three persons, of whom two have earned 60.00 each, which they may spend by now. */
async function three() {
  const [a, b, t] = [await people.person(), await people.person(), await people.person()];
  const ofB = await people.buy({ identifier: b.card }, "2000.00", "0.00");
  const ofT = await people.buy({ identifier: t.card }, "2000.00", "0.00");
  pass(15);
  return { a, b, t, ofB, ofT };
}

it.each(["the third joined first", "the third joined last"])(
  "two have owed, and another's bonuses have paid both: each owes his own when it has parted, %s",
  async (order) => {
    const { a, b, t, ofB, ofT } = await three();
    const early = order === "the third joined first" ? await people.join(a, t) : undefined;
    const mb = await people.join(a, b);
    const mt = early ?? (await people.join(a, t));
    await people.redeem({ identifier: a.card }, "120.00");
    await people.bring(ofT, 2, "M-1");
    await people.bring(ofB, 2, "M-1");
    await people.give(a, "120.00");
    await people.part(mt.mergeId);
    await people.part(mb.mergeId);
    expect(await worths(a, b, t)).toEqual(["0.00", "0.00", "0.00"]);
  },
);

it("another's bonuses have paid one of two debts: that is the debt of whoever stays longer", async () => {
  const { a, b, t, ofB, ofT } = await three();
  const mt = await people.join(a, t);
  const mb = await people.join(a, b);
  await people.redeem({ identifier: a.card }, "120.00");
  await people.bring(ofT, 2, "M-1");
  await people.bring(ofB, 2, "M-1");
  await people.give(a, "60.00");
  await people.part(mt.mergeId);
  expect(await worths(a, t)).toEqual(["-60.00", "0.00"]);
  await people.part(mb.mergeId);
  expect(await worths(a, b, t)).toEqual(["-60.00", "0.00", "0.00"]);
});

it("one lot has paid a third's debt, and later that of one who came meanwhile", async () => {
  const { a, b, t, ofB, ofT } = await three();
  const mt = await people.join(a, t);
  await people.redeem({ identifier: t.card }, "60.00");
  await people.bring(ofT, 2, "M-1");
  await people.give(a, "120.00");
  const holdId = await people.pin({ identifier: a.card }, "60.00");
  const mb = await people.join(a, b);
  await people.redeem({ identifier: b.card }, "60.00");
  await people.bring(ofB, 2, "M-1");
  await people.ask(holdRelease, {}, { holdId });
  await people.part(mt.mergeId);
  await people.part(mb.mergeId);
  // Both have spent what they had earned and lost again, and A has all that he was given.
  expect(await worths(a, b, t)).toEqual(["120.00", "-60.00", "-60.00"]);
});

it("a return is reversed whose debt another's bonuses had paid, while a debt of the other side stands", async () => {
  const { a, b, t, ofB } = await three();
  const m = await people.join(a, b);
  const receipt = { brand: "mvideo", storeId: "M-1", terminalId: "9", shift: "1", number: "1" };
  const line = { lineId: "1", sku: "a", category: "tv", quantity: "2", unitPrice: "1000.00" };
  const sale = {
    receipt: { ...receipt, number: "0" },
    channel: "pos",
    identifier: a.card,
    lines: [line],
    spend: "0.00",
  };
  const occurredAt = new Date(ledger.clock.now()).toISOString();
  const { purchaseId } = await people.ask<{ purchaseId: string }>(purchase, { ...sale, occurredAt });
  pass(15);
  await people.redeem({ identifier: a.card }, "120.00");
  const lines = [{ lineId: "1", quantity: "2" }];
  await people.ask(
    returnById,
    { receipt, lines, occurredAt: new Date(ledger.clock.now()).toISOString() },
    { purchaseId },
  );
  await people.bring(ofB, 2, "M-1");
  await people.give(a, "60.00");
  await people.ask(reversal, { receipt, kind: "return" });
  await people.part(m.mergeId);
  // A was given 60.00 and has earned 60.00, of 120.00 that he has spent; B has earned 60.00, and lost it again.
  expect(await worths(a, b, t)).toEqual(["0.00", "0.00", "60.00"]);
});

it.each(["posted before", "posted before one of the two became part of a third", "not posted yet"])(
  "a lot that has ended had paid another's debt: it is owed again when they part, its end %s",
  async (posted) => {
    const [elder, a, b] = [await people.person(), await people.person(), await people.person()];
    const sold = await people.buy({ identifier: a.card }, "2000.00", "0.00");
    pass(15);
    await people.redeem({ identifier: a.card }, "60.00");
    await people.bring(sold, 2, "M-1");
    const m = await people.join(a, b);
    await people.give(b, "100.00", "mvideo", 5);
    pass(9);
    if (posted !== "not posted yet") await visitDue(ledgerItself(ledger.service));
    const isOfThird = posted === "posted before one of the two became part of a third";
    const third = isOfThird ? await people.join(elder, a) : undefined;
    await people.part(m.mergeId);
    if (third !== undefined) await people.part(third.mergeId);
    expect(await worths(a, b, elder)).toEqual(["-60.00", "60.00", "0.00"]);
  },
);
