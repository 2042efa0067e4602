/** Reversal by natural key: what a till does that got no answer. Seen, it is undone as a whole; not seen, a tombstone stays. */
import type { LotId, MemberId, PurchaseId, ReturnId } from "../kernel/ids.ts";
import { type Command, need, save, stale } from "../engine/command.ts";
import { type BalanceAfter, balanceAfter } from "../ledger/balance.ts";
import { applyDue } from "../ledger/due.ts";
import { undoClawBack, undoGiveBack } from "../ledger/giveback.ts";
import { graceOf } from "../policy/policy.ts";
import { isProblem, leftOf, planReturn, putBack } from "./distribution.ts";
import { purchaseStore } from "./purchase-store.ts";
import { returnStore } from "./return-store.ts";
import { suspend } from "./suspense.ts";
import { undo } from "./undo.ts";

export interface ReversalAnswer {
  readonly outcome: "reversed" | "tombstoned" | "already_reversed";
  readonly operationId: string;
  readonly memberId: string | null;
  readonly balance: BalanceAfter | null;
}

/** Common to both: whose it is, and what is touched, as the documents name it. */
interface Concerned {
  readonly memberId: MemberId | null;
  readonly lots: readonly LotId[];
  readonly storeZone: string;
}

export interface ReversePurchaseInput extends Concerned {
  readonly purchaseId: PurchaseId;
}

export const reversePurchase: Command<ReversePurchaseInput, ReversalAnswer> = {
  name: "reverse-purchase",
  needs: ({ memberId, lots, purchaseId }) => ({
    wallets: memberId === null ? [] : [memberId],
    lots,
    documents: [need(purchaseStore, purchaseId)],
  }),
  decide(context, { memberId, purchaseId, storeZone }) {
    const purchase = context.document(purchaseStore, purchaseId);
    if (purchase === undefined || purchase.memberId !== memberId) return stale;
    const member = memberId === null ? undefined : context.wallet(memberId);
    const policy = context.policies.at(context.now);
    const outcome = purchase.status === "reversed" ? "already_reversed" : "reversed";
    const plan = planReturn(purchase, leftOf(purchase));
    if (isProblem(plan)) return stale;
    if (outcome === "reversed") undo(context, member, purchase, plan, policy, storeZone, context.now);
    if (member !== undefined) applyDue(member, context.now);
    return {
      kind: "accepted",
      status: 200,
      occurredAt: context.now,
      policyVersion: policy.version,
      memberId,
      documents:
        outcome === "reversed"
          ? [save(purchaseStore, purchaseId, { ...purchase, returned: plan.returned, status: "reversed" })]
          : [],
      answer: answer(
        outcome,
        context.operationId,
        memberId,
        member && balanceAfter(member, [purchase.receipt.brand], policy.burn),
      ),
    };
  },
};

export interface ReverseReturnInput extends Concerned {
  readonly purchaseId: PurchaseId;
  readonly returnId: ReturnId;
}

export const reverseReturn: Command<ReverseReturnInput, ReversalAnswer> = {
  name: "reverse-return",
  needs: ({ memberId, lots, purchaseId, returnId }) => ({
    wallets: memberId === null ? [] : [memberId],
    lots,
    documents: [need(purchaseStore, purchaseId), need(returnStore, returnId)],
  }),
  decide(context, { memberId, purchaseId, returnId, storeZone }) {
    const purchase = context.document(purchaseStore, purchaseId);
    const returned = context.document(returnStore, returnId);
    if (purchase === undefined || returned === undefined || purchase.memberId !== memberId) return stale;
    const member = memberId === null ? undefined : context.wallet(memberId);
    const { now } = context;
    const policy = context.policies.at(now);
    const seller = purchase.receipt.brand;
    // When the whole purchase was reversed since, its return has gone with it.
    const outcome = returned.status === "reversed" || purchase.status === "reversed" ? "already_reversed" : "reversed";
    if (outcome === "reversed" && member !== undefined) {
      if (purchase.lotId !== null) {
        undoClawBack(member, purchase.lotId, returned.clawback, graceOf(policy, now, storeZone), now);
      }
      undoGiveBack(member, returned.parts, seller, now);
      applyDue(member, now);
    } else if (outcome === "reversed" && purchase.awaits !== null && returned.clawedBack > 0n) {
      suspend(context, seller, returned.clawedBack, now);
    }
    const documents =
      outcome === "already_reversed"
        ? []
        : [
            save(purchaseStore, purchaseId, { ...purchase, returned: putBack(purchase.returned, returned.lines) }),
            save(returnStore, returnId, { ...returned, status: "reversed" as const }),
          ];
    return {
      kind: "accepted",
      status: 200,
      occurredAt: now,
      policyVersion: policy.version,
      memberId,
      documents,
      answer: answer(outcome, context.operationId, memberId, member && balanceAfter(member, [seller], policy.burn)),
    };
  },
};

/** Nothing is known under the key: it is taken, so that the late original is refused. */
export const reverseUnseen = withoutEffect("reverse-unseen", "tombstoned");

/** A tombstone stands there already. */
export const reverseAgain = withoutEffect("reverse-again", "already_reversed");

/** A reversal that moves nothing; the key that it takes, or has found taken, is all that there is to it. */
function withoutEffect(name: string, outcome: ReversalAnswer["outcome"]): Command<null, ReversalAnswer> {
  return {
    name,
    needs: () => ({}),
    decide: ({ now, policies, operationId }) => ({
      kind: "accepted",
      status: 200,
      occurredAt: now,
      policyVersion: policies.at(now).version,
      memberId: null,
      documents: [],
      answer: answer(outcome, operationId, null, undefined),
    }),
  };
}

function answer(
  outcome: ReversalAnswer["outcome"],
  operationId: string,
  memberId: MemberId | null,
  balance: BalanceAfter | undefined,
): ReversalAnswer {
  return { outcome, operationId, memberId, balance: balance ?? null };
}
