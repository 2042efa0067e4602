/** A sale: spends and earns together, atomically, under the natural key of its receipt. */
import type { z } from "@hono/zod-openapi";
import { formatAmount, minOf, sum } from "../../kernel/amount.ts";
import type { Instant } from "../../kernel/clock.ts";
import { as, bucketOf, bucketOfHash, nth } from "../../kernel/ids.ts";
import { accept, type Refused, refuse, reject, type Saved, save } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import type { NaturalKey } from "../../engine/definition/natural-key.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import type { LotPart } from "../../ledger/hold.ts";
import { extend } from "../../ledger/posting/grant.ts";
import { spend, spendable } from "../../ledger/posting/spend.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import { identifierKey } from "../../members/identifier.ts";
import { resolveMember } from "../../members/lookup.ts";
import { extensionOf, type Policy } from "../../policy/policy.ts";
import { requireStore } from "../../programme/lookup.ts";
import { terminalRef, terminalStore } from "../../programme/places/terminal-store.ts";
import { parkedStore } from "../documents/parked-store.ts";
import type { Purchase } from "../documents/purchase-document.ts";
import { purchaseStore } from "../documents/purchase-store.ts";
import { earningTerms, earnLot } from "../earned-lot.ts";
import { purchaseRecorded } from "../events.ts";
import { PURCHASE, receiptTaken } from "../operation-names.ts";
import { wrongAge } from "../receipt/age.ts";
import { type PricedLine, priceLine, type SoldLine, sellLines, totalOf } from "../receipt/pricing.ts";
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
    const priced = input.lines.map((line) => priceLine(line, receipt.brand, policy));
    const spent = askedSpend(member, priced, input, policy);
    if (typeof spent !== "bigint") return spent;
    const lines = sellLines(priced, spent, receipt.brand, policy, member !== undefined || awaits !== null);
    const parts =
      member === undefined || spent === 0n ? [] : spend(member, spent, receipt.brand, policy.burn, occurredAt);
    const earned = sum(lines.map((line) => line.earn));
    const lotId = member === undefined || earned === 0n ? null : nth("lot", operationId, 1);
    if (member !== undefined) {
      extend(member, policy.extensionKinds, extensionOf(policy, occurredAt, storeZone), now);
      if (lotId !== null) {
        earnLot(context, member, { id: lotId, issuer: receipt.brand, amount: earned, occurredAt, storeZone });
      }
    } else if (earned > 0n) suspend(context, receipt.brand, earned, occurredAt);
    const sold: Purchase = {
      id: as("pur", operationId),
      memberId,
      brand: receipt.brand,
      storeId: receipt.storeId,
      terminalId: receipt.terminalId,
      shift: receipt.shift,
      number: receipt.number,
      fiscalId: receipt.fiscalId ?? null,
      channel: input.channel,
      lines: allot(lines, parts),
      total: totalOf(lines),
      spent,
      earned,
      lotId,
      awaits,
      returned: new Map(),
      status: "sold",
      occurredAt,
      postedAt: now,
    };
    const settled = settleParked(context, input.key, sold, member);
    const terms = earned === 0n ? null : earningTerms(policy, occurredAt, storeZone);
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
      answer: purchaseAnswer(operationId, sold, { priced, terms, member, burn: policy.burn, parked: settled.answers }),
      events: [recorded(sold), ...settled.events],
    });
  },
});

/** A till registers itself with its first receipt. */
function seenFirst({ storeId, terminalId }: z.output<typeof PurchaseBody>["receipt"], firstSeenAt: Instant): Saved {
  const terminal = { storeId, terminalId, firstSeenAt };
  return save(terminalStore, terminalRef(terminal), terminal);
}

/** Lots that the purchase extends. */
const endsToMove = (policy: Policy, occurredAt: Instant, storeZone: string) => ({
  before: extensionOf(policy, occurredAt, storeZone),
  kinds: policy.extensionKinds,
});

/** How much is to be spent, or why that cannot be. */
function askedSpend(
  member: WalletDraft | undefined,
  priced: readonly PricedLine[],
  { receipt, spend: asked }: Pick<z.output<typeof PurchaseBody>, "receipt" | "spend">,
  policy: Policy,
): bigint | Refused {
  if (asked === 0n) return 0n;
  const allowed = sum(priced.map((line) => line.maxSpend));
  const available = member === undefined ? 0n : spendable(member, receipt.brand, policy.burn);
  const possible = minOf(allowed, available);
  if (asked === "max") return possible;
  const data = { asked: formatAmount(asked), available: formatAmount(available), maxSpend: formatAmount(possible) };
  if (asked > available) return refuse("insufficient_bonuses", data);
  return asked > allowed ? refuse("spend_over_limit", data) : asked;
}

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
