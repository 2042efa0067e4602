/** What was recorded for a member named by its id before any merge is his alone, whatever becomes of it while two are one. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { balanceOf } from "../../../src/members/reads/balance.ts";
import { reversal } from "../../../src/sales/reversal/reversal.ts";
import { returnByReceipt } from "../../../src/sales/return/return-by-receipt.ts";
import { returnById } from "../../../src/sales/return/return-by-id.ts";
import { CONTINUES } from "../../../src/members/recorded-sql.ts";
import { MAKES_RETURN, ORDER_PICKUP, REVERSAL } from "../../../src/sales/operation-names.ts";
import { expectProof } from "../../support/proof.ts";
import { testLedger, type TestLedger } from "../../support/ledger.ts";
import { TestOrders } from "../../support/town-orders.ts";
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
const later = (ms = 60_000) => ledger.clock.moveTo(ledger.clock.now() + ms);
type Named = "card" | "id";
const named = (how: Named, { memberId, card }: Person) => (how === "card" ? { identifier: card } : { memberId });

/** What each has in the end: the older, then the younger. */
const having = (persons: readonly Person[]): Promise<object[]> =>
  Promise.all(
    persons.map(async ({ memberId }) => {
      const { pending, available, held, debt } = await balanceOf(ledger.service, memberId);
      return { pending, available, held, debt };
    }),
  );

async function pair() {
  const older = await people.person();
  const younger = await people.person();
  return { older, younger };
}

let backs = 0;

/** A sale of before the merge; what it earned is spent. */
async function sale(how: Named, whose: "older" | "younger", steps: readonly string[]): Promise<object[]> {
  const both = await pair();
  const [own, other] = whose === "older" ? [both.older, both.younger] : [both.younger, both.older];
  const purchaseId = await people.buy(named(how, own), "1000.00", "0.00");
  later(15 * DAY);
  await people.redeem({ identifier: own.card }, "30.00");
  await people.give(other, "100.00", "mvideo", 60);
  const { mergeId } = await people.join(both.older, both.younger);
  const receipt = { brand: "mvideo", storeId: "M-1", terminalId: "7", shift: "1", number: `b-${(backs += 1)}` };
  for (const step of steps) {
    later();
    if (step === "part") await people.part(mergeId);
    else if (step === "undo") await people.ask(reversal, { receipt, kind: "return" });
    else {
      const lines = [{ lineId: "1", quantity: "2" }];
      await people.ask(
        returnById,
        { receipt, lines, occurredAt: new Date(ledger.clock.now()).toISOString() },
        { purchaseId },
      );
    }
  }
  return having([both.older, both.younger]);
}

describe("a sale of before", () => {
  const orders = [
    ["return", "part"],
    ["return", "part", "undo"],
    ["return", "undo", "part"],
    ["part", "return", "undo"],
  ];
  it.each(
    (["older", "younger"] as const).flatMap((whose) => orders.map((steps) => [whose, steps.join(", ")] as const)),
  )("of the %s one: %s", async (whose, steps) => {
    const byCard = await sale("card", whose, steps.split(", "));
    expect(await sale("id", whose, steps.split(", "))).toEqual(byCard);
  });
});

describe("a sale of before, of one of three", () => {
  it.each(["a, c, then b", "a, b, then c", "c, a, then b"])("joined %s", async (way) => {
    const run = async (how: Named) => {
      const first = await people.person();
      const b = await people.person();
      const last = await people.person();
      const [a, c] = way.startsWith("a") ? [first, last] : [last, first];
      const purchaseId = await people.buy(named(how, c), "1000.00", "0.00");
      later(15 * DAY);
      await people.redeem({ identifier: c.card }, "30.00");
      await people.give(b, "100.00", "mvideo", 60);
      const [one, two] = way === "a, b, then c" ? [b, c] : [c, b];
      const merges = [await people.join(a, one), await people.join(a, two)];
      later();
      const lines = [{ lineId: "1", quantity: "2" }];
      const receipt = { brand: "mvideo", storeId: "M-1", terminalId: "8", shift: "1", number: `t-${(backs += 1)}` };
      await people.ask(
        returnById,
        { receipt, lines, occurredAt: new Date(ledger.clock.now()).toISOString() },
        { purchaseId },
      );
      const ofB = merges[one === b ? 0 : 1];
      const ofC = merges[one === b ? 1 : 0];
      later();
      if (ofB !== undefined) await people.part(ofB.mergeId);
      later();
      if (ofC !== undefined) await people.part(ofC.mergeId);
      return having([a, b, c]);
    };
    expect(await run("id")).toEqual(await run("card"));
  });
});

/** An order of before the merge, for which nothing was held. */
async function order(how: Named, whose: "older" | "younger", added: boolean, steps: readonly string[]) {
  const orders = new TestOrders(ledger);
  const both = await pair();
  const [own, other] = whose === "older" ? [both.older, both.younger] : [both.younger, both.older];
  const placed = await orders.ready({ ...named(how, own), spend: "0.00" });
  await people.give(other, "100.00", "mvideo", 60);
  const { mergeId } = await people.join(both.older, both.younger);
  later();
  const more = { lines: [{ lineId: "9", sku: "b", category: "tv", quantity: "1", unitPrice: "100.00" }], spend: "max" };
  const receipt = await orders.collect(placed, added ? { added: more } : {});
  for (const step of steps) {
    later();
    if (step === "part") await people.part(mergeId);
    else if (step === "undo") await people.ask(reversal, { receipt, kind: "purchase" });
    else {
      const all = [
        { lineId: "1", quantity: "3" },
        { lineId: "2", quantity: "1" },
      ];
      await people.ask(returnByReceipt, {
        original: { receipt },
        receipt: { ...receipt, number: `o-${(backs += 1)}` },
        lines: added ? [...all, { lineId: "9", quantity: "1" }] : all,
        occurredAt: new Date(ledger.clock.now()).toISOString(),
      });
    }
  }
  return having([both.older, both.younger]);
}

describe("an order of before", () => {
  const histories = [["part"], ["part", "undo"], ["part", "return"], ["undo", "part"], ["return", "part"]];
  it.each(
    (["older", "younger"] as const).flatMap((whose) =>
      [false, true].flatMap((added) =>
        histories.map((steps) => [whose, added ? "with more" : "as it is", steps.join(", ")] as const),
      ),
    ),
  )("of the %s one, collected %s, then %s, is his", async (whose, how, steps) => {
    const byCard = await order("card", whose, how === "with more", steps.split(", "));
    expect(await order("id", whose, how === "with more", steps.split(", "))).toEqual(byCard);
  });
});

it("is found by the names of what goes on with it", () => {
  expect([...CONTINUES].sort()).toEqual([...MAKES_RETURN, ORDER_PICKUP, REVERSAL].sort());
});
