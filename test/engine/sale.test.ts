/** A sale, its returns and its reversal, asked of the engine as the routes do. */
import type { z } from "@hono/zod-openapi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MemberId } from "../../src/kernel/ids.ts";
import type { PurchaseAnswer } from "../../src/sales/purchase/purchase-answer.ts";
import type { ReturnAnswer } from "../../src/sales/return/return-answer.ts";
import type { PurchaseBody } from "../../src/sales/purchase/purchase-body.ts";
import { purchase } from "../../src/sales/purchase/purchase.ts";
import { returnById } from "../../src/sales/return/return-by-id.ts";
import { returnByReceipt } from "../../src/sales/return/return-by-receipt.ts";
import { reversal } from "../../src/sales/reversal/reversal.ts";
import { answerOf, newTestKey, START, testLedger, type TestLedger } from "../support/ledger.ts";

type SaleBody = z.input<typeof PurchaseBody>;

let ledger: TestLedger;
beforeAll(async () => {
  // One lane, so that what is sent at once is one group.
  ledger = await testLedger({ lanes: 1 });
});
afterAll(() => ledger.close());

const at = (instant: number): string => new Date(instant).toISOString();

let numbers = 0;
const receipt = (brand = "mvideo", number = `${(numbers += 1)}`) => ({
  brand,
  storeId: brand === "mvideo" ? "M-1" : "E-1",
  terminalId: "1",
  shift: "1",
  number,
});
const line = (lineId: string, unitPrice: string, quantity = "1") => ({
  lineId,
  sku: `sku-${lineId}`,
  category: "tv",
  quantity,
  unitPrice,
});
const sale = (memberId: MemberId | undefined, fields: Partial<SaleBody> = {}): SaleBody => ({
  receipt: receipt(),
  channel: "pos",
  ...(memberId === undefined ? {} : { memberId }),
  lines: [line("1", "1000.00")],
  spend: "0.00",
  occurredAt: at(START),
  ...fields,
});

describe("a sale", () => {
  it("earns 3 % of the money paid, waiting for 14 days", async () => {
    const member = await ledger.newMember();
    const answer = answerOf(await ledger.ask(purchase, sale(member))) as PurchaseAnswer;
    expect(answer).toMatchObject({ total: "1000.00", spent: "0.00", paid: "1000.00", earned: "30.00" });
    expect(answer.earn?.activeAt).toBe("2026-03-15T21:00:00.000Z");
    expect(answer.balance).toMatchObject({ pending: "30.00", available: "0.00" });
  });

  it("spends the other brand's bonuses, and a full return is exactly zero", async () => {
    const member = await ledger.newMember();
    await ledger.give(member, 33_333n, "eldorado");
    const body = sale(member, { spend: "max", lines: [line("1", "99.99", "3"), line("2", "100.01")] });
    const sold = answerOf(await ledger.ask(purchase, body)) as PurchaseAnswer;
    expect(sold.spent).toBe("199.98");
    const back = answerOf(
      await ledger.ask(
        returnById,
        {
          receipt: receipt("eldorado"),
          lines: [
            { lineId: "1", quantity: "3" },
            { lineId: "2", quantity: "1" },
          ],
          occurredAt: at(START),
        },
        { params: { purchaseId: sold.purchaseId } },
      ),
    ) as ReturnAnswer;
    expect(back).toMatchObject({
      moneyBack: sold.paid,
      bonusesBack: sold.spent,
      clawedBack: sold.earned,
      debtAdded: "0.00",
    });
    expect(back.balance).toMatchObject({ pending: "0.00", available: "333.33", debt: "0.00" });
  });

  it("is done once, however often it is sent", async () => {
    const member = await ledger.newMember();
    const body = sale(member);
    const idempotencyKey = newTestKey();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => ledger.ask(purchase, body, { idempotencyKey })),
    );
    expect(new Set(outcomes.map((outcome) => (outcome.kind === "accepted" ? outcome.answer : "")))).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.kind === "accepted" && !outcome.replayed)).toHaveLength(1);
    const again = await ledger.ask(purchase, body);
    expect(again).toMatchObject({ kind: "accepted", replayed: true });
    expect(await ledger.ask(purchase, { ...body, spend: "max" }, { idempotencyKey })).toMatchObject({
      code: "idempotency_mismatch",
    });
    expect(await ledger.ask(purchase, { ...body, spend: "max" })).toMatchObject({
      code: "receipt_conflict",
    });
  });

  it("meets the return that came before it", async () => {
    const member = await ledger.newMember();
    const original = receipt();
    const early = await ledger.ask(returnByReceipt, {
      original: { receipt: original },
      receipt: receipt("eldorado"),
      lines: [{ lineId: "1", quantity: "1" }],
      occurredAt: at(START),
    });
    expect(early).toMatchObject({ kind: "accepted", status: 202 });
    // Kept with when it was parked.
    const [kept] = await ledger.database.sql<{ parked_at: number }[]>`select parked_at from parked_returns`;
    expect(kept?.parked_at).toBe(START);
    const sold = answerOf(await ledger.ask(purchase, sale(member, { receipt: original }))) as PurchaseAnswer;
    expect(sold.balance).toMatchObject({ pending: "0.00" });
  });

  it("is undone by a reversal, once; and refused after a tombstone", async () => {
    const member = await ledger.newMember();
    const body = sale(member);
    await ledger.ask(purchase, body);
    const undo = { receipt: body.receipt, kind: "purchase" as const };
    expect(answerOf(await ledger.ask(reversal, undo))).toMatchObject({
      outcome: "reversed",
      balance: { pending: "0.00" },
    });
    expect(answerOf(await ledger.ask(reversal, undo))).toMatchObject({
      outcome: "already_reversed",
    });
    const late = sale(member);
    const tombstone = { receipt: late.receipt, kind: "purchase" as const };
    const key = { idempotencyKey: newTestKey() };
    expect(answerOf(await ledger.ask(reversal, tombstone, key))).toMatchObject({ outcome: "tombstoned" });
    expect(answerOf(await ledger.ask(reversal, tombstone, key))).toMatchObject({ outcome: "tombstoned" });
    expect(await ledger.ask(purchase, late)).toMatchObject({ code: "receipt_reversed" });
  });

  it("is posted by the clock, though a wallet of the same group is ahead of it", async () => {
    const [ahead, other] = [await ledger.newMember(), await ledger.newMember()];
    const later = START + 3_600_000;
    await ledger.database
      .sql`update wallets set posted_at = ${at(later)}::timestamptz where member_id = ${ahead.slice(4)}::uuid`;
    const ids = await Promise.all(
      [ahead, other].map(async (member) => answerOf(await ledger.ask(purchase, sale(member))) as PurchaseAnswer),
    );
    const posted = await Promise.all(
      ids.map(async ({ operationId }) => {
        const [row] = await ledger.database.sql<{ posted_at: number }[]>`
          select posted_at from operations where operation_id = ${operationId.slice(4)}::uuid`;
        return row?.posted_at;
      }),
    );
    expect(posted).toEqual([later, START]);
  });
});
