/** What the breaks need beside the history of a town. */
import { formatInstant } from "../../../src/kernel/clock.ts";
import { purchase } from "../../../src/sales/purchase/purchase.ts";
import { returnById } from "../../../src/sales/return/return-by-id.ts";
import { returnByReceipt } from "../../../src/sales/return/return-by-receipt.ts";
import { TestOrders } from "../../support/town-orders.ts";
import { answerOf, type TestLedger } from "../../support/ledger.ts";

const HOUR_MS = 3_600_000;

let numbers = 0;
const receiptAt = (brand: "mvideo" | "eldorado") => ({
  brand,
  storeId: brand === "mvideo" ? "M-1" : "E-1",
  terminalId: "1",
  shift: "1",
  number: `B${(numbers += 1)}`,
});

const lineOf = (lineId: string, unitPrice: string, quantity = "1") => ({
  lineId,
  sku: `sku-${lineId}`,
  category: "tv",
  quantity,
  unitPrice,
});

async function sell(ledger: TestLedger, fields: object): Promise<string> {
  const occurredAt = formatInstant(ledger.clock.now());
  const body = { receipt: receiptAt("mvideo"), channel: "pos", occurredAt, ...fields };
  return (answerOf(await ledger.ask(purchase, body)) as { purchaseId: string }).purchaseId;
}

/** Takes two hours. */
export async function liveOn(ledger: TestLedger): Promise<void> {
  await parkTwo(ledger);
  await spendOfTwo(ledger);
}

/** Lots of both issuers, spent on two lines, on one, and held for an order of which goods are collected. */
async function spendOfTwo(ledger: TestLedger): Promise<void> {
  const memberId = await ledger.newMember();
  for (let time = 0; time < 3; time += 1) {
    await ledger.give(memberId, 60_00n);
    await ledger.give(memberId, 60_00n, "eldorado");
  }
  await sell(ledger, { memberId, lines: [lineOf("1", "120.00"), lineOf("2", "120.00")], spend: "120.00" });
  await sell(ledger, { memberId, lines: [lineOf("1", "240.00")], spend: "120.00" });
  const orders = new TestOrders(ledger);
  const placed = await orders.ready({ memberId, lines: [lineOf("1", "80.00", "3")], spend: "120.00" });
  const fallen = { lineId: "1", quantity: "1", unitPrice: "40.00" };
  await orders.collect(placed, { lines: [fallen] });
  const fraction = { ...lineOf("1", "333.33", "0.350"), noEarn: true, noSpend: true };
  const purchaseId = await sell(ledger, { memberId, lines: [fraction], spend: "0.00" });
  const back = { lines: [{ lineId: "1", quantity: "0.350" }], occurredAt: formatInstant(ledger.clock.now()) };
  answerOf(await ledger.ask(returnById, { receipt: receiptAt("eldorado"), ...back }, { params: { purchaseId } }));
}

/** A sale for which two returns have waited, the second an hour after the first. */
async function parkTwo(ledger: TestLedger): Promise<void> {
  const original = { receipt: receiptAt("mvideo") };
  const sold = { ...original, occurredAt: formatInstant(ledger.clock.now()) };
  for (const quantity of ["1", "2"]) {
    const occurredAt = formatInstant(ledger.clock.now());
    const early = { original, receipt: receiptAt("eldorado"), lines: [{ lineId: "1", quantity }], occurredAt };
    answerOf(await ledger.ask(returnByReceipt, early));
    ledger.clock.moveTo(ledger.clock.now() + HOUR_MS);
  }
  await sell(ledger, { ...sold, lines: [lineOf("1", "10.00", "3")], spend: "0.00" });
}
