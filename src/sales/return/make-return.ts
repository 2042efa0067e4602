/** Makes one return of a purchase, on the draft of its member's wallet: a return that is asked for, and one that was parked. */
import { formatAmount } from "../../kernel/amount.ts";
import type { LotId, MemberId, PurchaseId, ReturnId } from "../../kernel/ids.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { type Refused, refuse, type Rejected, reject, type Saved, save } from "../../engine/definition/decision.ts";
import type { LedgerEvent } from "../../engine/event.ts";
import { balanceAfter } from "../../ledger/posting/balance.ts";
import { applyDue } from "../../ledger/posting/due.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import type { Purchase } from "../documents/purchase-document.ts";
import { purchaseStore } from "../documents/purchase-store.ts";
import type { ReturnDocument } from "../documents/return-document.ts";
import { returnStore } from "../documents/return-store.ts";
import { returnMade } from "../events.ts";
import { isOfBefore } from "../receipt/age.ts";
import type { ReturnTerms } from "../return-terms.ts";
import { isProblem, planReturn, type ReturnPlan } from "./distribution.ts";
import type { ReturnAnswer } from "./return-answer.ts";
import { lotsBack, type TakenBack, undo } from "./undo.ts";

/** A purchase as a request about it has found it: whose it is, and which lots it names. They may change until it is judged. */
export interface FoundPurchase {
  readonly purchaseId: PurchaseId;
  readonly memberId: MemberId | null;
  readonly lots: readonly LotId[];
}

/** Whether a purchase is still as it was found: a receipt on suspense may have found its member meanwhile, or made its lot. */
export const isAsFound = ({ memberId, lotId }: Purchase, found: FoundPurchase): boolean =>
  memberId === found.memberId && (lotId === null || found.lots.includes(lotId));

export interface MadeReturn {
  readonly purchase: Purchase;
  readonly documents: readonly Saved[];
  readonly answer: ReturnAnswer;
  readonly event: LedgerEvent;
}

/** Answers a refusal or a rejection, and moves nothing, where the goods cannot come back. */
export function makeReturn(
  context: CommandContext,
  id: ReturnId,
  purchase: Purchase,
  member: WalletDraft | undefined,
  terms: ReturnTerms,
): MadeReturn | Refused | Rejected {
  if (purchase.status === "reversed") return refuse("purchase_reversed");
  if (isOfBefore(context.policy, terms.occurredAt, purchase.occurredAt)) return reject("returned_before_sale");
  const plan = planReturn(purchase, terms.lines);
  if (isProblem(plan)) return plan;
  const { occurredAt: at, storeZone } = terms;
  const policy = context.policies.at(at);
  const taken = undo(context, member, purchase, plan, { policy, storeZone, at });
  // A late return is judged by its own day: what it brought back may have ended since.
  if (member !== undefined) applyDue(member, context.now);
  const after: Purchase = { ...purchase, returned: plan.returned };
  const document = documentOf(context, id, purchase, terms, plan, taken);
  const said = {
    purchaseId: purchase.id,
    memberId: purchase.memberId,
    returnId: id,
    moneyBack: formatAmount(plan.money),
    bonusesBack: formatAmount(plan.bonuses),
    clawedBack: formatAmount(plan.earned),
    debtAdded: formatAmount(taken.debt),
  };
  return {
    purchase: after,
    documents: [save(purchaseStore, purchase.id, after), save(returnStore, id, document)],
    answer: {
      ...said,
      operationId: context.operationId,
      lots: lotsBack(member, plan),
      balance: member === undefined ? null : balanceAfter(member, [terms.receipt.brand], policy.burn),
    },
    event: returnMade({ ...said, brand: terms.receipt.brand, storeId: terms.receipt.storeId }),
  };
}

function documentOf(
  context: CommandContext,
  id: ReturnId,
  purchase: Purchase,
  { receipt, reason, occurredAt }: ReturnTerms,
  plan: ReturnPlan,
  taken: TakenBack,
): ReturnDocument {
  return {
    id,
    purchaseId: purchase.id,
    memberId: purchase.memberId,
    ...receipt,
    fiscalId: receipt.fiscalId ?? null,
    reason,
    moneyBack: plan.money,
    bonusesBack: plan.bonuses,
    clawedBack: plan.earned,
    debtAdded: taken.debt,
    fromSuspense: taken.fromSuspense,
    lines: plan.lines,
    parts: plan.parts,
    cover: taken.parts,
    status: "returned",
    occurredAt,
    postedAt: context.now,
  };
}
