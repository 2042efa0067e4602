/** Receipts that waited for a card are claimed by the member who brings it: off suspense, into the wallet. */
import { z } from "@hono/zod-openapi";
import { formatAmount, sum } from "../../kernel/amount.ts";
import { AmountText, idText, InstantText } from "../../kernel/answers.ts";
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import { type LotId, type MemberId, nth, type ProfileId, type PurchaseId } from "../../kernel/ids.ts";
import { accept, type Saved, save, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { ownOperation } from "../../engine/definition/operation.ts";
import { extend } from "../../ledger/posting/grant.ts";
import { type IdentifierEvent, historyStore, holderAt } from "../../members/identifier-history.ts";
import { latestByTill } from "../../members/lookup.ts";
import { profileStore } from "../../members/profile-store.ts";
import { extensionOf, type Policy } from "../../policy/policy.ts";
import type { PolicyTimeline } from "../../policy/timeline.ts";
import type { Purchase } from "../documents/purchase-document.ts";
import { purchaseStore } from "../documents/purchase-store.ts";
import { earningTerms, earnLot } from "../earned-lot.ts";
import { receiptsClaimed } from "../events.ts";
import { CLAIM } from "../operation-names.ts";
import { isProblem, leftOf, planReturn } from "../return/distribution.ts";

export interface ClaimInput {
  readonly memberId: MemberId;
  /** By their keys: those that the receipts wait for. */
  readonly identifiers: readonly string[];
  readonly purchases: readonly PurchaseId[];
}

const ClaimedReceipt = z.strictObject({
  purchaseId: idText("pur"),
  /** Absent where everything had come back already. */
  lot: z.strictObject({ lotId: idText("lot"), activeAt: InstantText, expiresAt: InstantText }).nullable(),
});

export const ClaimAnswer = z.strictObject({ claimed: AmountText, receipts: z.array(ClaimedReceipt) });

export const claim = ownOperation({
  name: CLAIM,
  ofErased: "as_nobody",
  answer: ClaimAnswer,
  needs: ({ memberId, identifiers, purchases }: ClaimInput) => ({
    wallets: [memberId],
    documents: [
      ...purchases.map((id) => need(purchaseStore, id)),
      ...identifiers.map((key) => need(historyStore, key)),
      need(profileStore, memberId),
    ],
  }),
  decide(context, { memberId, identifiers, purchases }) {
    const { operationId, policies, now } = context;
    const member = context.wallet(memberId);
    if (member === undefined) return stale;
    const theirs = new Set<string>((context.document(profileStore, memberId) ?? []).map(({ id }) => id));
    const documents: Saved[] = [];
    const receipts: z.input<typeof ClaimedReceipt>[] = [];
    let claimed = 0n;
    for (const [index, id] of purchases.entries()) {
      const purchase = context.document(purchaseStore, id);
      if (purchase === undefined || purchase.awaits === null || !identifiers.includes(purchase.awaits)) continue;
      const profileId = holderOf(context.document(historyStore, purchase.awaits) ?? [], policies, purchase);
      // An identifier that led to somebody else then brings nobody's bonuses here.
      if (profileId === undefined || !theirs.has(profileId)) return stale;
      const { occurredAt, storeZone, brand: issuer } = purchase;
      const policy = policies.at(occurredAt);
      // As a purchase with a known card does, whether or not it earns.
      if (purchase.status === "sold") {
        extend(member, policy.extensionKinds, extensionOf(policy, occurredAt, storeZone), now);
      }
      const amount = stillEarned(purchase);
      const lotId = amount === 0n ? null : nth("lot", operationId, index + 1);
      if (lotId !== null) {
        earnLot(context, member, { id: lotId, issuer, profileId, amount, occurredAt, storeZone, source: "suspense" });
      }
      claimed += amount;
      receipts.push({ purchaseId: id, lot: lotId === null ? null : lotAnswer(lotId, policy, occurredAt, storeZone) });
      documents.push(save(purchaseStore, id, { ...purchase, memberId, profileId, lotId, awaits: null }));
    }
    const amount = formatAmount(claimed);
    const purchaseIds = receipts.map(({ purchaseId }) => purchaseId);
    return accept({
      documents,
      answer: { claimed: amount, receipts },
      events: receipts.length === 0 ? [] : [receiptsClaimed({ memberId, purchaseIds, amount })],
    });
  },
});

/** The profile that had the identifier when a receipt that waits for it was made out, or was the next to have it. */
export const holderOf = (
  history: readonly IdentifierEvent[],
  policies: PolicyTimeline,
  { occurredAt }: Pick<Purchase, "occurredAt">,
): ProfileId | undefined => holderAt(history, latestByTill(policies, occurredAt));

/** The lot as it begins: kept with the operation, so that what it has become can be held against it. */
function lotAnswer(lotId: LotId, policy: Policy, occurredAt: Instant, storeZone: string) {
  const { activeAt, expiresAt } = earningTerms(policy, occurredAt, storeZone);
  return { lotId, activeAt: formatInstant(activeAt), expiresAt: formatInstant(expiresAt) };
}

/** What the goods that are still with the customer have earned; of a reversed receipt nothing is. */
function stillEarned(purchase: Purchase): bigint {
  if (purchase.status === "reversed") return 0n;
  const plan = planReturn(purchase, leftOf(purchase));
  return isProblem(plan) ? 0n : sum(plan.lines.map((line) => line.earned));
}
