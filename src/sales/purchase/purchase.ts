/** A sale: spends and earns together, atomically, under the natural key of its receipt. */
import type { z } from "@hono/zod-openapi";
import { formatAmount, minOf } from "../../kernel/amount.ts";
import type { Instant } from "../../kernel/clock.ts";
import { as, bucketOf, bucketOfHash, type LotId, type MemberId, nth, type OperationId } from "../../kernel/ids.ts";
import { accept, refuse, reject, type Saved, save } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import type { NaturalKey } from "../../engine/definition/natural-key.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import type { LotPart } from "../../ledger/hold.ts";
import { extend } from "../../ledger/posting/grant.ts";
import { spend } from "../../ledger/posting/spend.ts";
import { identifierKey } from "../../members/identifier.ts";
import { resolveMember } from "../../members/lookup.ts";
import { extensionOf, type Policy } from "../../policy/policy.ts";
import { requireStore } from "../../programme/lookup.ts";
import { terminalRef, terminalStore } from "../../programme/places/terminal-store.ts";
import { parkedStore } from "../documents/parked-store.ts";
import type { Purchase } from "../documents/purchase-document.ts";
import { purchaseStore } from "../documents/purchase-store.ts";
import { earnLot } from "../earned-lot.ts";
import { purchaseRecorded } from "../events.ts";
import { PURCHASE, receiptTaken } from "../operation-names.ts";
import { buyerOf, refusalData } from "../plan/buyer.ts";
import { type Plan, planPurchase } from "../plan/plan.ts";
import { quoteFault } from "../quote/cited-quote.ts";
import { wrongAge } from "../receipt/age.ts";
import type { SoldLine } from "../receipt/pricing.ts";
import { receiptExample, receiptKey } from "../receipt/receipt.ts";
import { settleParked } from "../return/parked.ts";
import type { PurchaseLine } from "../stored.ts";
import { suspend } from "../suspense.ts";
import { PurchaseAnswer, purchaseAnswer } from "./purchase-answer.ts";
import { PurchaseBody } from "./purchase-body.ts";

export const purchase = defineOperation({
  name: PURCHASE,
  permission: "purchases.sell",
  http: {
    method: "post",
    path: "/v1/purchases",
    tag: "Sales",
    summary: "Record a sale: spend and earn together",
    description:
      "A POS receipt or a paid online order. Spends and earns atomically, under the receipt's natural key and the idempotency key. " +
      "The member may be absent; an identifier that leads to nobody puts the receipt on suspense until somebody brings it, " +
      "and one that cannot be what it claims to be (a phone of six digits) is as good as none.",
    idempotencyKey: "required",
    rate: "none",
    batchItem: "purchase",
    example: {
      receipt: receiptExample,
      channel: "pos",
      identifier: { kind: "card", value: "2900000000017" },
      lines: [{ lineId: "1", sku: "20087654", category: "tv", quantity: "1", unitPrice: "49990.00" }],
      spend: "1500.00",
      occurredAt: "2026-03-02T12:00:00+03:00",
    },
  },
  body: PurchaseBody,
  answers: { 201: { description: "Sold.", schema: PurchaseAnswer } },
  problems: [
    ...([
      "member_not_found",
      "insufficient_bonuses",
      "spend_over_limit",
      "receipt_conflict",
      "receipt_reversed",
    ] as const),
    ...(["quote_changed", "quote_expired", "quote_mismatch"] as const),
    ...(["unknown_store", "occurred_in_future", "receipt_too_old"] as const),
  ],
  actsFor: ({ receipt }) => receipt.brand,
  facts: ({ receipt: { storeId, terminalId }, channel }) => ({ storeId, terminalId, channel }),
  concerns: ({ body }) => [receiptKey(body.receipt, "purchase")],
  async prepare(look, { body }) {
    const { brand, storeId, terminalId } = body.receipt;
    const store = await requireStore(look, storeId, brand);
    const [whom, known] = await Promise.all([
      resolveMember(look, body),
      look.directory.knowsTerminal(storeId, terminalId),
    ]);
    return {
      receipt: body.receipt,
      channel: body.channel,
      lines: body.lines,
      spend: body.spend,
      quoteId: body.quoteId,
      occurredAt: body.occurredAt,
      key: receiptKey(body.receipt, "purchase"),
      storeZone: store.timeZone,
      memberId: whom.kind === "member" ? whom.memberId : null,
      /** The hash of an identifier that leads to nobody. */
      awaits: whom.kind === "unknown" ? identifierKey(whom.identifier) : null,
      newTerminal: !known,
    };
  },
  bucket: ({ memberId, key }) => (memberId === null ? bucketOfHash(key) : bucketOf(memberId)),
  naturalKeys({ key, awaits }): NaturalKey[] {
    // Somebody may be bringing this card at this very moment.
    return [{ key, role: "own" }, ...(awaits === null ? [] : [{ key: awaits, role: "probe" as const }])];
  },
  conflict: receiptTaken,
  needs: ({ memberId, key, spend: asked, occurredAt, storeZone }, policies) => ({
    wallets: memberId === null ? [] : [memberId],
    ending: endsToMove(policies.at(occurredAt), occurredAt, storeZone),
    burns: asked !== 0n,
    documents: [need(parkedStore, key)],
  }),
  decide(context, input) {
    const { receipt, occurredAt, memberId, awaits, storeZone } = input;
    const { operationId, now } = context;
    const member = memberId === null ? undefined : context.wallet(memberId);
    if (memberId !== null && member === undefined) return reject("member_not_found");
    const tooEarlyOrLate = wrongAge(context, occurredAt);
    if (tooEarlyOrLate !== undefined) return tooEarlyOrLate;
    const policy = context.policies.at(occurredAt);
    const basket = { brand: receipt.brand, channel: input.channel, lines: input.lines, occurredAt, storeZone };
    const buyer = buyerOf(member, awaits !== null, receipt.brand, policy);
    const plan = planPurchase(basket, buyer, input.spend, policy);
    const faultyQuote = quoteFault(input.quoteId, { basket, buyer, customer: memberId ?? awaits, plan, policy, now });
    if (faultyQuote !== undefined) return faultyQuote;
    if ("refused" in plan) return refuse(plan.refused, refusalData(plan, buyer, input.spend));
    const { spend: spent, earned } = plan;
    const parts =
      member === undefined || spent === 0n ? [] : spend(member, spent, receipt.brand, policy.burn, occurredAt);
    const lotId = member === undefined || earned === 0n ? null : nth("lot", operationId, 1);
    if (member !== undefined) {
      extend(member, policy.extensionKinds, extensionOf(policy, occurredAt, storeZone), now);
      if (lotId !== null) {
        earnLot(context, member, { id: lotId, issuer: receipt.brand, amount: earned, occurredAt, storeZone });
      }
    } else if (earned > 0n) suspend(context, receipt.brand, earned, occurredAt);
    const sold = purchaseOf(input, plan, { operationId, parts, lotId, now });
    const settled = settleParked(context, input.key, sold, member);
    return accept({
      occurredAt,
      policyVersion: policy.version,
      memberId,
      subjectHash: awaits,
      documents: [
        save(purchaseStore, sold.id, settled.purchase),
        ...settled.documents,
        ...(input.newTerminal ? [seenFirst(receipt, now)] : []),
      ],
      releases: settled.releases,
      answer: purchaseAnswer(operationId, sold, { plan, member, burn: policy.burn, parked: settled.answers }),
      events: [recorded(sold), ...settled.events],
    });
  },
});

/** A till registers itself with its first receipt. */
function seenFirst({ storeId, terminalId }: z.output<typeof PurchaseBody>["receipt"], firstSeenAt: Instant): Saved {
  const terminal = { storeId, terminalId, firstSeenAt };
  return save(terminalStore, terminalRef(terminal), terminal);
}

type SaleInput = Pick<z.output<typeof PurchaseBody>, "receipt" | "channel" | "occurredAt"> & {
  readonly memberId: MemberId | null;
  readonly awaits: string | null;
};

interface SaleTerms {
  readonly operationId: OperationId;
  readonly parts: readonly LotPart[];
  readonly lotId: LotId | null;
  readonly now: Instant;
}

/** The sale as it is kept: what was planned, and carried out. */
function purchaseOf(
  { receipt, channel, memberId, awaits, occurredAt }: SaleInput,
  plan: Plan,
  { operationId, parts, lotId, now }: SaleTerms,
): Purchase {
  return {
    id: as("pur", operationId),
    memberId,
    brand: receipt.brand,
    storeId: receipt.storeId,
    terminalId: receipt.terminalId,
    shift: receipt.shift,
    number: receipt.number,
    fiscalId: receipt.fiscalId ?? null,
    channel,
    lines: allot(plan.lines, parts),
    total: plan.total,
    spent: plan.spend,
    earned: plan.earned,
    lotId,
    awaits,
    returned: new Map(),
    status: "sold",
    occurredAt,
    postedAt: now,
  };
}

/** Lots that the purchase extends. */
const endsToMove = (policy: Policy, occurredAt: Instant, storeZone: string) => ({
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
function allot(lines: readonly SoldLine[], parts: readonly LotPart[]): PurchaseLine[] {
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
