/**
 * Records a sale on the wallet of its member: extends lots, makes the lot that was earned, or puts it on suspense, and makes
 * the returns that have waited for its receipt. A purchase does it, and a pickup of an order.
 */
import type { z } from "@hono/zod-openapi";
import { type Bonus, formatAmount, type Kopecks, minOf } from "../../kernel/amount.ts";
import type { Instant } from "../../kernel/clock.ts";
import { as, nth, type OrderId } from "../../kernel/ids.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { type Saved, save } from "../../engine/definition/decision.ts";
import type { LedgerEvent } from "../../engine/event.ts";
import type { LotPart } from "../../ledger/hold.ts";
import { extend } from "../../ledger/posting/grant.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import { extensionOf, type Policy } from "../../policy/policy.ts";
import type { Channel } from "../../policy/schema.ts";
import type { BuyerFields } from "../../members/lookup.ts";
import { terminalRef, terminalStore } from "../../programme/places/terminal-store.ts";
import type { Purchase } from "../documents/purchase-document.ts";
import { purchaseStore } from "../documents/purchase-store.ts";
import { earnLot } from "../earned-lot.ts";
import { purchaseRecorded } from "../events.ts";
import type { SoldLine } from "../receipt/pricing.ts";
import type { Receipt } from "../receipt/receipt.ts";
import { settleParked } from "../return/parked.ts";
import type { SettledReturn } from "../return/return-answer.ts";
import type { PurchaseLine } from "../stored.ts";
import { suspend } from "../suspense.ts";

/** What a till has sent of a sale, and what was found about it. */
export interface SaleInput extends BuyerFields {
  readonly receipt: z.output<typeof Receipt>;
  readonly channel: Channel;
  readonly occurredAt: Instant;
  /** The natural key of the receipt. */
  readonly key: string;
  readonly storeZone: string;
  readonly newTerminal: boolean;
}

/** What is sold, with the lots that each line's bonuses came from. */
export interface Sold {
  readonly lines: readonly PurchaseLine[];
  readonly total: Kopecks;
  readonly spend: Bonus;
  readonly earned: Bonus;
  /** The order that it hands out. */
  readonly orderId: OrderId | null;
}

export interface RecordedSale {
  readonly purchase: Purchase;
  readonly documents: readonly Saved[];
  readonly events: readonly LedgerEvent[];
  readonly releases: readonly string[];
  readonly parked: readonly SettledReturn[];
}

/** The bonuses must have been spent already. */
export function recordSale(
  context: CommandContext,
  input: SaleInput,
  sold: Sold,
  member: WalletDraft | undefined,
): RecordedSale {
  const { receipt, occurredAt, storeZone } = input;
  const { operationId, now } = context;
  const policy = context.policies.at(occurredAt);
  const { earned } = sold;
  const lotId = member === undefined || earned === 0n ? null : nth("lot", operationId, 1);
  if (member !== undefined) {
    extend(member, policy.extensionKinds, extensionOf(policy, occurredAt, storeZone), now);
    if (lotId !== null) {
      const { brand: issuer } = receipt;
      earnLot(context, member, {
        id: lotId,
        issuer,
        profileId: input.profileId,
        amount: earned,
        occurredAt,
        storeZone,
      });
    }
  } else if (earned > 0n) suspend(context, receipt.brand, earned, occurredAt);
  const purchase = purchaseOf(context, input, sold, lotId);
  const settled = settleParked(context, input.key, purchase, member);
  return {
    purchase,
    documents: [
      save(purchaseStore, purchase.id, settled.purchase),
      ...settled.documents,
      ...(input.newTerminal ? [seenFirst(receipt, now)] : []),
    ],
    events: [recorded(purchase), ...settled.events],
    releases: settled.releases,
    parked: settled.answers,
  };
}

/** The sale as it is kept. */
function purchaseOf(
  { operationId, now }: CommandContext,
  { receipt, channel, memberId, profileId, awaits, occurredAt, storeZone }: SaleInput,
  { lines, total, spend, earned, orderId }: Sold,
  lotId: Purchase["lotId"],
): Purchase {
  return {
    id: as("pur", operationId),
    memberId,
    profileId,
    brand: receipt.brand,
    storeId: receipt.storeId,
    terminalId: receipt.terminalId,
    shift: receipt.shift,
    number: receipt.number,
    fiscalId: receipt.fiscalId ?? null,
    channel,
    storeZone,
    orderId,
    lines,
    total,
    spent: spend,
    earned,
    lotId,
    awaits,
    returned: new Map(),
    status: "sold",
    occurredAt,
    postedAt: now,
  };
}

/** A till registers itself with its first receipt. */
function seenFirst({ storeId, terminalId }: SaleInput["receipt"], firstSeenAt: Instant): Saved {
  const terminal = { storeId, terminalId, firstSeenAt };
  return save(terminalStore, terminalRef(terminal), terminal);
}

/** Lots that a sale extends. */
export const endsToMove = (policy: Policy, occurredAt: Instant, storeZone: string) => ({
  before: extensionOf(policy, occurredAt, storeZone),
  kinds: policy.extensionKinds,
});

const recorded = ({ id: purchaseId, memberId, brand, storeId, awaits, total, spent, earned }: Purchase) =>
  purchaseRecorded({
    purchaseId,
    memberId,
    brand,
    storeId,
    total: formatAmount(total),
    spent: formatAmount(spent),
    earned: formatAmount(earned),
    suspended: awaits !== null,
  });

/** Gives each line its part of the lots that were burnt, in the order of both. */
export function allot(lines: readonly SoldLine[], parts: readonly LotPart[]): PurchaseLine[] {
  const queue = parts.map(({ lotId, issuer, amount }) => ({ lotId, issuer, amount }));
  return lines.map((line) => {
    let left = line.spend;
    const own: LotPart[] = [];
    while (left > 0n) {
      const next = queue[0];
      if (next === undefined) break;
      const amount = minOf(left, next.amount);
      own.push({ lotId: next.lotId, issuer: next.issuer, amount });
      left -= amount;
      next.amount -= amount;
      if (next.amount === 0n) queue.shift();
    }
    const { lineId, sku, category, quantity, unitPrice, noEarn, noSpend, total, spend: spent, earn } = line;
    return { lineId, sku, category, quantity, unitPrice, noEarn, noSpend, total, spend: spent, earn, parts: own };
  });
}
