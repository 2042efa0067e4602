/** A short history that has everything in it: sales across brands, returns, reversals, parked returns, holds of every end, debt, suspense. */
import { captureHold, releaseHold } from "../../src/bonuses/end-hold.ts";
import { placeHold } from "../../src/bonuses/place-hold.ts";
import type { Command } from "../../src/engine/command.ts";
import { bucketOf, type HoldId, type MemberId, newUuid } from "../../src/kernel/ids.ts";
import { returnAtCounter, returnByReceipt, type SaleBody, sellAtCounter } from "../../src/sales/counter.ts";
import { reverseAtCounter } from "../../src/sales/reversal-counter.ts";
import type { SaleAnswer } from "../../src/sales/sell.ts";
import { answerOf, newTestKey, type TestLedger } from "../support/ledger.ts";

export const DAY_MS = 86_400_000;

let numbers = 0;
const receiptAt = (brand: string, number = `R${(numbers += 1)}`) => ({
  brand,
  storeId: brand === "mvideo" ? "M-1" : "E-1",
  terminalId: "1",
  shift: "1",
  number,
});

export const lineOf = (lineId: string, unitPrice: bigint, quantity = 1000n) => ({
  lineId,
  sku: `sku-${lineId}`,
  category: "tv",
  quantity,
  unitPrice,
  noEarn: false,
  noSpend: false,
});

/** A sale of one line of two pieces, now. */
export async function sellTo(
  ledger: TestLedger,
  memberId: MemberId | undefined,
  fields: Partial<SaleBody> & { brand?: string } = {},
): Promise<SaleAnswer & { readonly receipt: SaleBody["receipt"] }> {
  const { brand = "mvideo", ...rest } = fields;
  const body: SaleBody = {
    receipt: receiptAt(brand),
    channel: "pos",
    memberId,
    lines: [lineOf("1", 100_000n, 2000n)],
    spend: 0n,
    occurredAt: ledger.clock.now(),
    ...rest,
  };
  const sold = answerOf(await sellAtCounter(ledger.service, ledger.caller(), body)) as SaleAnswer;
  return { ...sold, receipt: body.receipt };
}

/** Brings pieces of the only line of a sale back, now. */
export async function bringBack(ledger: TestLedger, purchaseId: string, brand = "mvideo", quantity = 1000n) {
  const receipt = receiptAt(brand);
  const lines = [{ lineId: "1", quantity }];
  const body = { receipt, lines, occurredAt: ledger.clock.now() };
  answerOf(await returnAtCounter(ledger.service, ledger.caller(), purchaseId, body));
  return receipt;
}

/** Runs a command on a member's wallet, as a client would. */
export async function ask<I extends { readonly memberId: MemberId }, A>(
  ledger: TestLedger,
  command: Command<I, A>,
  input: I,
): Promise<A> {
  const bucket = bucketOf(input.memberId);
  const outcome = await ledger.service.engine.run({
    command,
    input,
    operationId: `opn_${newUuid(bucket)}`,
    bucket,
    clientId: ledger.caller().clientId,
    idempotencyKey: newTestKey(),
    asked: { operation: command.name, body: input },
  });
  return answerOf(outcome) as A;
}

async function holdFor(ledger: TestLedger, memberId: MemberId, amount: bigint, days = 1): Promise<HoldId> {
  const terms = {
    memberId,
    amount,
    brand: "eldorado",
    expiresAt: ledger.clock.now() + days * DAY_MS,
    reference: "order",
  };
  return (await ask(ledger, placeHold, terms)).holdId as HoldId;
}

export interface Town {
  /** Has lots of both brands, an open hold, and returns. */
  readonly rich: MemberId;
  /** Owes both brands. */
  readonly debtor: MemberId;
}

/** Lets everything happen that the ledger knows, over two months. */
export async function liveThrough(ledger: TestLedger): Promise<Town> {
  const { service, clock } = ledger;
  const [rich, debtor] = [await ledger.newMember(), await ledger.newMember()];
  await ledger.give(rich, 500_00n);
  await ledger.give(rich, 70_00n, "eldorado");
  const crossed = await sellTo(ledger, rich, { brand: "eldorado", spend: 100_00n });
  await sellTo(ledger, rich, { spend: "max", lines: [lineOf("1", 9_999n, 3000n), lineOf("2", 5_001n, 350n)] });
  const taken = await bringBack(ledger, crossed.purchaseId, "mvideo");
  await reverseAtCounter(service, ledger.caller(), { receipt: taken, kind: "return" });
  await bringBack(ledger, crossed.purchaseId, "eldorado");
  const voided = await sellTo(ledger, rich, { spend: 10_00n });
  await bringBack(ledger, voided.purchaseId);
  await reverseAtCounter(service, ledger.caller(), { receipt: voided.receipt, kind: "purchase" });
  await reverseAtCounter(service, ledger.caller(), { receipt: receiptAt("mvideo"), kind: "purchase" });

  const original = receiptAt("mvideo");
  const early = {
    original: { receipt: original },
    receipt: receiptAt("eldorado"),
    lines: [{ lineId: "1", quantity: 1000n }],
  };
  answerOf(await returnByReceipt(service, ledger.caller(), { ...early, occurredAt: clock.now() }));
  await sellTo(ledger, rich, { receipt: original });
  await sellTo(ledger, undefined, { identifier: { kind: "card", value: newTestKey() } });
  await sellTo(ledger, undefined);

  const captured = await holdFor(ledger, rich, 20_00n);
  await ask(ledger, captureHold, { memberId: rich, holdId: captured, amount: 15_00n });
  await ask(ledger, releaseHold, { memberId: rich, holdId: await holdFor(ledger, rich, 5_00n) });
  await holdFor(ledger, rich, 6_00n, 1);

  const [first, second] = [await sellTo(ledger, debtor), await sellTo(ledger, debtor, { brand: "eldorado" })];
  clock.moveTo(clock.now() + 20 * DAY_MS);
  await sellTo(ledger, debtor, { spend: "max", lines: [lineOf("1", 30_000n)] });
  await bringBack(ledger, first.purchaseId, "mvideo", 2000n);
  await bringBack(ledger, second.purchaseId, "eldorado", 2000n);
  await sellTo(ledger, rich);
  await holdFor(ledger, rich, 30_00n, 10);
  return { rich, debtor };
}
