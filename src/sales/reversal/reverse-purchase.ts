/** Undoes a purchase that was seen: everything of it that has not come back yet. */
import type { z } from "@hono/zod-openapi";
import type { OperationId, ReturnId } from "../../kernel/ids.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { accept, type Decision, save, stale } from "../../engine/definition/decision.ts";
import { without } from "../../ledger/hold.ts";
import { balanceAfter } from "../../ledger/posting/balance.ts";
import { applyDue } from "../../ledger/posting/due.ts";
import { balanceFor } from "../../members/representing/acting.ts";
import { givenBack } from "../../members/representing/given-back.ts";
import type { RepresentativeUse } from "../../members/representing/link.ts";
import type { Brand } from "../../ledger/account.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import type { Policy } from "../../policy/policy.ts";
import type { Order } from "../documents/order-document.ts";
import { orderStore } from "../documents/order-store.ts";
import { purchaseStore } from "../documents/purchase-store.ts";
import { pickupUndone, receiptReversed } from "../events.ts";
import { backTo, type FoundPurchase, isAsFound } from "../documents/found-purchase.ts";
import type { ReceiptKind } from "../receipt/receipt.ts";
import { isProblem, leftOf, planReturn } from "../return/distribution.ts";
import { giveBackSpent, takeBackEarned } from "../return/undo.ts";
import { type FoundOrderOfSale, holdingOf } from "./holding.ts";
import { planPutBack, putBack } from "./put-back.ts";
import type { ReversalAnswer } from "./reversal-answer.ts";

export type ReversalDecision = Decision<z.input<typeof ReversalAnswer>>;

interface About {
  /** Whose till asks. */
  readonly brand: Brand;
  /** The natural key of the receipt. */
  readonly key: string;
  readonly receiptKind: ReceiptKind;
  readonly storeZone: string;
}

/** What stands under the receipt that is to be reversed. */
export type Reversed = About &
  /** `order`: the one whose goods it handed out. */
  (
    | ({ readonly kind: "purchase"; readonly order: FoundOrderOfSale | null } & FoundPurchase)
    /** `cameBack`: what it had given back to a representative. */
    | ({
        readonly kind: "return";
        readonly returnId: ReturnId;
        readonly cameBack: RepresentativeUse | null;
      } & FoundPurchase)
    /** A return that waits for its sale, by the natural key of that sale. */
    | { readonly kind: "parked"; readonly originalKey: string; readonly parkedBy: OperationId }
    | { readonly kind: "unseen" }
    | { readonly kind: "again" }
  );

export function reversePurchase(
  context: CommandContext,
  found: Extract<Reversed, { kind: "purchase" }>,
): ReversalDecision {
  const { memberId, purchaseId, storeZone, key } = found;
  const { operationId, policy, now } = context;
  const purchase = context.document(purchaseStore, purchaseId);
  if (purchase === undefined || !isAsFound(purchase, found)) return stale;
  const member = memberId === null ? undefined : context.wallet(memberId);
  if (purchase.status === "reversed") {
    const answer = {
      outcome: "already_reversed",
      operationId,
      memberId,
      balance: balanceOf(found, member, policy),
    } as const;
    return accept({ memberId, subjectHash: key, documents: [], answer, events: [] });
  }
  const plan = planReturn(purchase, leftOf(purchase));
  if (isProblem(plan)) return stale;
  const order = found.order === null ? undefined : context.document(orderStore, found.order.orderId);
  const holding = found.order === null ? undefined : holdingOf(context, found.order);
  if (holding !== undefined && "kind" in holding) return holding;
  const toWhom = backTo(context, member, found);
  const back =
    order === undefined ? undefined : planPutBack(context, order, { purchase, plan, back: toWhom }, holding?.holder);
  // First what is free then: it may be what a fallen price had freed. Last what was earned: what was held goes before it.
  giveBackSpent(purchase, without(plan.parts, back?.held ?? []), { policy, storeZone, at: now, back: toWhom });
  const undone =
    order === undefined || back === undefined ? undefined : putBack(context, order, purchase, back, holding);
  takeBackEarned(context, member, purchase, plan.earned, now);
  for (const draft of new Set([member, holding?.holder])) if (draft !== undefined) applyDue(draft, now);
  const after = { ...purchase, returned: plan.returned, status: "reversed" as const };
  const reversed = receiptReversed({ kind: "purchase", purchaseId, returnId: null, memberId });
  return accept({
    memberId,
    subjectHash: key,
    documents: [
      save(purchaseStore, purchaseId, after),
      ...(undone === undefined ? [] : [save(orderStore, undone.id, undone)]),
      ...givenBack(context, found.actedBy, plan.bonuses, member?.version ?? 0n),
    ],
    answer: {
      outcome: "reversed",
      operationId,
      memberId,
      balance: balanceOf(found, member, policy),
      ...(undone === undefined ? {} : answered(undone)),
    },
    events: [reversed, ...(undone === undefined ? [] : [pickupUndone({ ...putBackAs(undone), purchaseId })])],
  });
}

const balanceOf = (
  { begunBy, brand }: Pick<FoundPurchase, "begunBy"> & About,
  member: WalletDraft | undefined,
  { burn }: Policy,
) => (member === undefined ? null : balanceFor(begunBy, balanceAfter(member, [brand], burn)));

/** What the till is told of the order whose goods wait again. */
const answered = ({ id, status, version }: Order) => ({ orderId: id, orderStatus: status, orderVersion: version });

const putBackAs = ({ id: orderId, orderNumber, memberId, brand, pickupBrand, pickupStoreId, status }: Order) => ({
  orderId,
  orderNumber,
  memberId,
  brand,
  pickupBrand,
  pickupStoreId,
  status,
});
