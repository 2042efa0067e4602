/** Receipts that waited for a card are claimed by the member who brings it: off suspense, into the wallet. */
import { formatAmount, sum } from "../kernel/amount.ts";
import { type LotId, type MemberId, nth, type PurchaseId } from "../kernel/ids.ts";
import { type Command, type Context, need, type Saved, save, stale } from "../engine/command.ts";
import type { Draft } from "../ledger/draft.ts";
import { extend, grant } from "../ledger/grant.ts";
import { activationOf, expiryOf, extensionOf } from "../policy/policy.ts";
import { leftOf, isProblem, planReturn } from "./distribution.ts";
import type { Purchase } from "./purchase-document.ts";
import { purchaseStore } from "./purchase-store.ts";

export interface ClaimInput {
  readonly memberId: MemberId;
  readonly purchases: readonly { readonly id: PurchaseId; readonly storeZone: string }[];
}

export const claim: Command<ClaimInput, { readonly claimed: string }> = {
  name: "claim",
  needs: ({ memberId, purchases }) => ({
    wallets: [memberId],
    documents: purchases.map(({ id }) => need(purchaseStore, id)),
  }),
  decide(context, { memberId, purchases }) {
    const member = context.wallet(memberId);
    if (member === undefined) return stale;
    const documents: Saved[] = [];
    let claimed = 0n;
    for (const [index, { id, storeZone }] of purchases.entries()) {
      const purchase = context.document(purchaseStore, id);
      if (purchase === undefined || purchase.awaits === null) continue;
      const amount = stillEarned(purchase);
      const lotId = amount === 0n ? null : nth("lot", context.operationId, index + 1);
      if (lotId !== null) claimOne(context, member, purchase, lotId, amount, storeZone);
      claimed += amount;
      documents.push(save(purchaseStore, id, { ...purchase, memberId, lotId, awaits: null }));
    }
    const policyVersion = context.policies.at(context.now).version;
    return {
      kind: "accepted",
      status: 200,
      occurredAt: context.now,
      policyVersion,
      memberId,
      documents,
      answer: { claimed: formatAmount(claimed) },
    };
  },
};

/** What the goods that are still with the customer have earned; of a reversed receipt nothing is. */
function stillEarned(purchase: Purchase): bigint {
  if (purchase.status === "reversed") return 0n;
  const plan = planReturn(purchase, leftOf(purchase));
  return isProblem(plan) ? 0n : sum(plan.lines.map((line) => line.earned));
}

/** Judged by the receipt's own day: policy, activation and end; what has passed meanwhile happens at once. */
function claimOne(
  context: Context,
  member: Draft,
  purchase: Purchase,
  id: LotId,
  amount: bigint,
  storeZone: string,
): void {
  const { occurredAt, receipt } = purchase;
  const policy = context.policies.at(occurredAt);
  extend(member, policy.extensionKinds, extensionOf(policy, occurredAt, storeZone), context.now);
  const activeAt = activationOf(policy, "ordinary", occurredAt, storeZone);
  const lot = {
    id,
    issuer: receipt.brand,
    profileId: null,
    kind: "ordinary",
    activeAt,
    expiresAt: expiryOf(policy, "ordinary", activeAt),
  } as const;
  const { operationId, now } = context;
  grant(member, { ...lot, amount, operationId, policyVersion: policy.version, source: "suspense" }, occurredAt, now);
}
