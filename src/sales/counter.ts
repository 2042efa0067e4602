/** The counter: turns what a till asks into commands, with everything they need found and checked before. */
import type { Instant } from "../kernel/clock.ts";
import { as, type Bucket, bucketOf, bucketOfHash, isId, newUuid } from "../kernel/ids.ts";
import { Problem } from "../kernel/problems.ts";
import type { Command } from "../engine/command.ts";
import type { Outcome } from "../engine/outcome.ts";
import type { NaturalKey, Request } from "../engine/submission.ts";
import { type Caller, type Desk, type MemberRef, requireStore, resolveMember, untilFresh } from "../members/desk.ts";
import { identifierKey } from "../members/identifier.ts";
import { findReceipt } from "./find-receipt.ts";
import { park } from "./park.ts";
import type { LineInput } from "./pricing.ts";
import { type Channel, lotsOf, type Purchase } from "./purchase-document.ts";
import { readPurchase } from "./purchase-store.ts";
import { type Receipt, receiptKey } from "./receipt.ts";
import type { ReturnedLineInput } from "./distribution.ts";
import { sell } from "./sell.ts";
import { type ReturnTerms, takeBack } from "./take-back.ts";

export interface SaleBody extends MemberRef {
  readonly receipt: Receipt;
  readonly channel: Channel;
  readonly lines: readonly LineInput[];
  readonly spend: bigint | "max";
  readonly occurredAt: Instant;
}

export interface ReturnBody {
  readonly receipt: Receipt;
  readonly lines: readonly ReturnedLineInput[];
  readonly occurredAt: Instant;
  readonly reason?: string | undefined;
}

export type Judged = Exclude<Outcome, { kind: "stale" }>;

/** Sells: spends and earns under the receipt's natural key. */
export async function sellAtCounter(desk: Desk, caller: Caller, body: SaleBody): Promise<Judged> {
  const store = await requireStore(desk, body.receipt.storeId, body.receipt.brand);
  const key = receiptKey(body.receipt, "purchase");
  const judged = await untilFresh(async () => {
    const resolved = await resolveMember(desk, body);
    const unknown = resolved !== undefined && "unknown" in resolved ? resolved.unknown : undefined;
    const memberId = resolved !== undefined && "memberId" in resolved ? resolved.memberId : null;
    const awaits = unknown === undefined ? null : identifierKey(unknown);
    const { receipt, channel, lines, spend, occurredAt } = body;
    const naturalKeys: NaturalKey[] = [{ key, role: "own" }];
    // Somebody may be bringing this card at this very moment.
    if (awaits !== null) naturalKeys.push({ key: awaits, role: "probe" });
    return desk.engine.run({
      ...requestOf(
        sell,
        {
          receipt,
          key,
          storeZone: store.timeZone,
          channel,
          memberId,
          awaits,
          lines,
          spend,
          occurredAt,
          anyAge: caller.anyAge,
        },
        caller,
      ),
      ...placed(memberId === null ? bucketOfHash(key) : bucketOf(memberId)),
      asked: { operation: "purchase", body },
      naturalKeys,
    });
  });
  if (judged.kind === "accepted") await desk.directory.seeTerminal(store.storeId, body.receipt.terminalId);
  return judged;
}

/** Takes goods back of a purchase that the till knows by id. */
export async function returnAtCounter(
  desk: Desk,
  caller: Caller,
  purchaseId: string,
  body: ReturnBody,
): Promise<Judged> {
  const zone = (await requireStore(desk, body.receipt.storeId, body.receipt.brand)).timeZone;
  return untilFresh(async () => {
    const purchase = await requirePurchase(desk, purchaseId);
    return desk.engine.run(
      returnRequest(caller, purchase, zone, body, { operation: "return", body: { purchaseId, ...body } }),
    );
  });
}

/** Shows what a return would do, and does nothing. */
export async function previewReturn(desk: Desk, caller: Caller, purchaseId: string, body: ReturnBody) {
  const zone = (await requireStore(desk, body.receipt.storeId, body.receipt.brand)).timeZone;
  const purchase = await requirePurchase(desk, purchaseId);
  const request = returnRequest(caller, purchase, zone, body, { operation: "return", body });
  return desk.reader.snapshot((tx) => desk.engine.preview(tx, request));
}

/** Takes goods back of a purchase that the till knows by its receipt only; parked when the sale has not come yet. */
export async function returnByReceipt(
  desk: Desk,
  caller: Caller,
  body: ReturnBody & { original: { receipt: Receipt } },
): Promise<Judged> {
  const zone = (await requireStore(desk, body.receipt.storeId, body.receipt.brand)).timeZone;
  const originalKey = receiptKey(body.original.receipt, "purchase");
  const asked = { operation: "return-by-receipt", body };
  return untilFresh(async () => {
    const found = await findReceipt(desk.reader, originalKey);
    if (found === undefined) {
      const naturalKeys: NaturalKey[] = [
        { key: receiptKey(body.receipt, "return"), role: "own" },
        { key: originalKey, role: "probe" },
      ];
      return desk.engine.run({
        ...requestOf(park, { originalKey, terms: termsOf(body, zone), anyAge: caller.anyAge }, caller),
        ...placed(bucketOfHash(originalKey)),
        asked,
        naturalKeys,
      });
    }
    // Under a tombstone nothing was sold, and nothing ever will be.
    if (found.command !== sell.name) throw new Problem("purchase_reversed");
    const purchase = await requirePurchase(desk, as("pur", found.operationId));
    return desk.engine.run(returnRequest(caller, purchase, zone, body, asked));
  });
}

/** Reads a purchase for a request about it. */
export async function requirePurchase(desk: Desk, id: string): Promise<Purchase> {
  const purchase = isId("pur", id) ? await readPurchase(desk.reader, id) : undefined;
  if (purchase === undefined) throw new Problem("purchase_not_found");
  return purchase;
}

function returnRequest(
  caller: Caller,
  purchase: Purchase,
  zone: string,
  body: ReturnBody,
  asked: Request<unknown, unknown>["asked"],
) {
  const { id: purchaseId, memberId } = purchase;
  return {
    ...requestOf(
      takeBack,
      { ...termsOf(body, zone), purchaseId, memberId, lots: lotsOf(purchase), anyAge: caller.anyAge },
      caller,
    ),
    ...placed(bucketOf(memberId ?? purchaseId)),
    asked,
    naturalKeys: [{ key: receiptKey(body.receipt, "return"), role: "own" } satisfies NaturalKey],
  };
}

const termsOf = ({ receipt, lines, occurredAt, reason }: ReturnBody, storeZone: string): ReturnTerms => ({
  receipt,
  storeZone,
  lines,
  occurredAt,
  reason: reason ?? null,
});

/** Where an operation is kept: a new identity in a bucket. */
export const placed = (bucket: Bucket) => ({ bucket, operationId: `opn_${newUuid(bucket)}` as const });

/** What all requests of one caller have in common. */
export function requestOf<I, A>(command: Command<I, A>, input: I, caller: Caller) {
  return { command, input, clientId: caller.clientId, idempotencyKey: caller.idempotencyKey };
}
