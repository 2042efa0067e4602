import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MemberId } from "../../src/kernel/ids.ts";
import { reverseAtCounter } from "../../src/sales/reversal-counter.ts";
import { returnAtCounter, returnByReceipt, type SaleBody, sellAtCounter } from "../../src/sales/counter.ts";
import type { ReturnAnswer } from "../../src/sales/take-back.ts";
import type { SaleAnswer } from "../../src/sales/sell.ts";
import { answerOf, START, testLedger, type TestLedger } from "../support/ledger.ts";

let ledger: TestLedger;
beforeAll(async () => {
  // One lane, so that what is sent at once is one group.
  ledger = await testLedger({ lanes: 1 });
});
afterAll(() => ledger.close());

let numbers = 0;
const receipt = (brand = "mvideo", number = `${(numbers += 1)}`) => ({
  brand,
  storeId: brand === "mvideo" ? "M-1" : "E-1",
  terminalId: "1",
  shift: "1",
  number,
});
const line = (lineId: string, price: bigint, quantity = 1000n) => ({
  lineId,
  sku: `sku-${lineId}`,
  category: "tv",
  quantity,
  unitPrice: price,
  noEarn: false,
  noSpend: false,
});
const sale = (memberId: MemberId | undefined, fields: Partial<SaleBody> = {}): SaleBody => ({
  receipt: receipt(),
  channel: "pos",
  memberId,
  lines: [line("1", 100_000n)],
  spend: 0n,
  occurredAt: START,
  ...fields,
});

describe("a sale", () => {
  it("earns 3 % of the money paid, waiting for 14 days", async () => {
    const member = await ledger.newMember();
    const answer = answerOf(await sellAtCounter(ledger.service, ledger.caller(), sale(member))) as SaleAnswer;
    expect(answer).toMatchObject({ total: "1000.00", spent: "0.00", paid: "1000.00", earned: "30.00" });
    expect(answer.earn?.activeAt).toBe("2026-03-15T21:00:00.000Z");
    expect(answer.balance).toMatchObject({ pending: "30.00", available: "0.00" });
  });

  it("spends the other brand's bonuses, and a full return is exactly zero", async () => {
    const member = await ledger.newMember();
    await ledger.give(member, 33_333n, "eldorado");
    const body = sale(member, { spend: "max", lines: [line("1", 9_999n, 3000n), line("2", 10_001n)] });
    const sold = answerOf(await sellAtCounter(ledger.service, ledger.caller(), body)) as SaleAnswer;
    expect(sold.spent).toBe("199.98");
    const back = answerOf(
      await returnAtCounter(ledger.service, ledger.caller(), sold.purchaseId, {
        receipt: receipt("eldorado"),
        lines: [
          { lineId: "1", quantity: 3000n },
          { lineId: "2", quantity: 1000n },
        ],
        occurredAt: START,
      }),
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
    const caller = ledger.caller();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => sellAtCounter(ledger.service, caller, body)));
    expect(new Set(outcomes.map((outcome) => (outcome.kind === "accepted" ? outcome.answer : "")))).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.kind === "accepted" && !outcome.replayed)).toHaveLength(1);
    const again = await sellAtCounter(ledger.service, ledger.caller(), body);
    expect(again).toMatchObject({ kind: "accepted", replayed: true });
    expect(await sellAtCounter(ledger.service, caller, { ...body, spend: "max" })).toMatchObject({
      code: "idempotency_mismatch",
    });
    expect(await sellAtCounter(ledger.service, ledger.caller(), { ...body, spend: "max" })).toMatchObject({
      code: "receipt_conflict",
    });
  });

  it("meets the return that came before it", async () => {
    const member = await ledger.newMember();
    const original = receipt();
    const early = await returnByReceipt(ledger.service, ledger.caller(), {
      original: { receipt: original },
      receipt: receipt("eldorado"),
      lines: [{ lineId: "1", quantity: 1000n }],
      occurredAt: START - 60_000,
    });
    expect(early).toMatchObject({ kind: "accepted", status: 202 });
    // Kept with when it was parked, which is not when it happened.
    const [kept] = await ledger.database.sql<{ parked_at: Date }[]>`select parked_at from parked_returns`;
    expect(kept?.parked_at.getTime()).toBe(START);
    const sold = answerOf(
      await sellAtCounter(ledger.service, ledger.caller(), sale(member, { receipt: original })),
    ) as SaleAnswer;
    expect(sold.balance).toMatchObject({ pending: "0.00" });
  });

  it("is undone by a reversal, once; and refused after a tombstone", async () => {
    const member = await ledger.newMember();
    const body = sale(member);
    await sellAtCounter(ledger.service, ledger.caller(), body);
    const reversal = { receipt: body.receipt, kind: "purchase" as const };
    expect(answerOf(await reverseAtCounter(ledger.service, ledger.caller(), reversal))).toMatchObject({
      outcome: "reversed",
      balance: { pending: "0.00" },
    });
    expect(answerOf(await reverseAtCounter(ledger.service, ledger.caller(), reversal))).toMatchObject({
      outcome: "already_reversed",
    });
    const late = sale(member);
    const tombstone = { receipt: late.receipt, kind: "purchase" as const };
    const key = ledger.caller();
    expect(answerOf(await reverseAtCounter(ledger.service, key, tombstone))).toMatchObject({ outcome: "tombstoned" });
    expect(answerOf(await reverseAtCounter(ledger.service, key, tombstone))).toMatchObject({ outcome: "tombstoned" });
    expect(await sellAtCounter(ledger.service, ledger.caller(), late)).toMatchObject({ code: "receipt_reversed" });
  });

  it("is posted by the clock, though a wallet of the same group is ahead of it", async () => {
    const [ahead, other] = [await ledger.newMember(), await ledger.newMember()];
    const later = new Date(START + 3_600_000);
    await ledger.database.sql`update wallets set posted_at = ${later} where member_id = ${ahead.slice(4)}::uuid`;
    const ids = await Promise.all(
      [ahead, other].map(
        async (member) => answerOf(await sellAtCounter(ledger.service, ledger.caller(), sale(member))) as SaleAnswer,
      ),
    );
    const posted = await Promise.all(
      ids.map(async ({ operationId }) => {
        const [row] = await ledger.database.sql<{ posted_at: Date }[]>`
          select posted_at from operations where operation_id = ${operationId.slice(4)}::uuid`;
        return row?.posted_at.getTime();
      }),
    );
    expect(posted).toEqual([later.getTime(), START]);
  });
});
