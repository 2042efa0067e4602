/** What had been bought before somebody was erased comes back: it is proved like anything else, and nobody spends it. */
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { purchase } from "../../../src/sales/purchase/purchase.ts";
import { reversal } from "../../../src/sales/reversal/reversal.ts";
import { START, testLedger, type TestLedger } from "../../support/ledger.ts";
import { addPolicy } from "../../support/policies.ts";
import { expectProof } from "../../support/proof.ts";
import { TestOrders } from "../../support/town-orders.ts";
import { Company } from "../representing/company.ts";
import { Erasers } from "./erasers.ts";

let ledger: TestLedger;
let staff: Erasers;
let people: Company;
let orders: TestOrders;
beforeAll(async () => {
  ledger = await testLedger();
  staff = new Erasers(ledger);
  people = new Company(ledger);
  orders = new TestOrders(ledger);
  await addPolicy(ledger.database, 2, START - 86_400_000, "{erasure}", { waitDays: 0 });
});
afterEach(async () => {
  await expectProof(ledger);
});
afterAll(() => ledger.close());

const GOODS = { lineId: "a1", sku: "b", category: "tv", quantity: "1", unitPrice: "3000.00" };

it.each(["company", "buyer"] as const)("of what a representative had bought, where the %s was erased", async (who) => {
  const both = await people.withBuyer({ see: true, spendUpTo: { perMonth: "100.00" } });
  const sold = await people.buyFor(both.buyer, both.company, "400.00", "20.00");
  const undone = await people.buyFor(both.buyer, both.company, "400.00", "20.00");
  await staff.askErase(both[who]);
  await people.bringWith(sold.purchaseId, 1);
  await people.undo(undone.receipt);
  await expectProof(ledger);
  // A till that names who is erased is told so, and not that there is nobody.
  const body = people.saleBody(both.buyer, both.company, "400.00", "0.00");
  const named = who === "company" ? body : { ...body, identifier: undefined, memberId: both.buyer.memberId };
  await expect(people.ask(purchase, named)).rejects.toThrow("member_erased");
});

it("goods that are added to an order which waits again take no bonuses, whatever lies there", async () => {
  const anna = await staff.person();
  await staff.give(anna, "500.00");
  const sold = await staff.buy({ identifier: anna.card }, "1000.00", "300.00");
  const placed = await orders.ready({ identifier: anna.card, spend: "20.00" });
  const receipt = await orders.collect(placed);
  await staff.askErase(anna);
  await staff.bring(sold, 1);
  await staff.ask(reversal, { receipt, kind: "purchase" });
  expect(await staff.available(anna)).toBeGreaterThan(0n);
  const code = { orderId: placed.orderId, pickupCode: await orders.newCode(placed.orderId) };
  const added = (spend: string) => ({ added: { lines: [GOODS], spend } });
  const one = { lines: [{ lineId: "1", quantity: "1" }] };
  await expect(orders.collect(code, { ...one, ...added("5.00") })).rejects.toThrow("spending_unavailable");
  const before = await staff.available(anna);
  await orders.collect(code, { ...one, ...added("max") });
  expect(await staff.available(anna)).toBe(before);
});
