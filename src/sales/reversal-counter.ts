/** Prepares a reversal: what stands under the receipt's key decides which command it is. */
import { as, bucketOf, bucketOfHash, uuidOf } from "../kernel/ids.ts";
import type { Outcome } from "../engine/outcome.ts";
import { type Caller, type Desk, requireStore, untilFresh } from "../members/desk.ts";
import { type Judged, placed, requestOf, requirePurchase } from "./counter.ts";
import { type FoundReceipt, findReceipt } from "./find-receipt.ts";
import { park } from "./park.ts";
import { lotsOf } from "./purchase-document.ts";
import { type Receipt, type ReceiptKind, receiptKey } from "./receipt.ts";
import { lotsOfReturn } from "./return-document.ts";
import { readReturn } from "./return-store.ts";
import { reverseAgain, reversePurchase, reverseReturn, reverseUnseen } from "./reverse.ts";
import { sell } from "./sell.ts";
import { takeBack } from "./take-back.ts";
import { withdraw } from "./withdraw.ts";

export interface ReversalBody {
  readonly receipt: Receipt;
  readonly kind: ReceiptKind;
}

/** Undoes what is known under a receipt, or leaves a tombstone. Repeating it changes nothing. */
export async function reverseAtCounter(desk: Desk, caller: Caller, body: ReversalBody): Promise<Judged> {
  const zone = (await requireStore(desk, body.receipt.storeId, body.receipt.brand)).timeZone;
  const key = receiptKey(body.receipt, body.kind);
  const asked = { operation: "reversal", body };
  return untilFresh(async () => {
    const found = await findReceipt(desk.reader, key);
    if (found === undefined) {
      const naturalKeys = [{ key, role: "tombstone" as const }];
      return desk.engine.run({
        ...requestOf(reverseUnseen, null, caller),
        ...placed(bucketOfHash(key)),
        asked,
        naturalKeys,
      });
    }
    if (found.command === sell.name) return reverseSale(desk, caller, found, zone, asked);
    if (found.command === takeBack.name || found.command === park.name) {
      return reverseTakenBack(desk, caller, found, zone, asked);
    }
    return desk.engine.run({ ...requestOf(reverseAgain, null, caller), ...placed(bucketOfHash(key)), asked });
  });
}

type Asked = { readonly operation: string; readonly body: unknown };

async function reverseSale(
  desk: Desk,
  caller: Caller,
  found: FoundReceipt,
  storeZone: string,
  asked: Asked,
): Promise<Outcome> {
  const purchase = await requirePurchase(desk, as("pur", found.operationId));
  const { id: purchaseId, memberId } = purchase;
  const input = { purchaseId, memberId, lots: lotsOf(purchase), storeZone };
  return desk.engine.run({
    ...requestOf(reversePurchase, input, caller),
    ...placed(bucketOf(memberId ?? purchaseId)),
    asked,
  });
}

/** A return that was made is reversed; one that still waits for its sale is withdrawn. */
async function reverseTakenBack(
  desk: Desk,
  caller: Caller,
  found: FoundReceipt,
  storeZone: string,
  asked: Asked,
): Promise<Outcome> {
  const returnId = as("ret", found.operationId);
  const made = await readReturn(desk.reader, returnId);
  if (made !== undefined) {
    const purchase = await requirePurchase(desk, made.purchaseId);
    const { id: purchaseId, memberId } = purchase;
    const lots = [...lotsOf(purchase), ...lotsOfReturn(made)];
    const input = { purchaseId, returnId, memberId, lots, storeZone };
    return desk.engine.run({
      ...requestOf(reverseReturn, input, caller),
      ...placed(bucketOf(memberId ?? purchaseId)),
      asked,
    });
  }
  const [parked] = await desk.reader.run<{ receipt_key: string }>(PARKED, [uuidOf(found.operationId)]);
  const originalKey = parked?.receipt_key.replaceAll("-", "") ?? "";
  const input = { originalKey, parkedBy: found.operationId };
  return desk.engine.run({ ...requestOf(withdraw, input, caller), ...placed(bucketOfHash(originalKey)), asked });
}

const PARKED = "select receipt_key from parked_returns where operation_id = $1::uuid";
