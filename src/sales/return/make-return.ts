/** Makes one return of a purchase, on the draft of its member's wallet: a return that is asked for, and one that was parked. */
import { type Bonus, formatAmount } from "../../kernel/amount.ts";
import type { ReturnId } from "../../kernel/ids.ts";
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
import type { BackTo } from "../documents/found-purchase.ts";
import { isOfBefore } from "../receipt/age.ts";
import type { ReturnTerms } from "../return-terms.ts";
import { isProblem, planReturn, type ReturnPlan } from "./distribution.ts";
import type { ReturnAnswer } from "./return-answer.ts";
import { lotsBack, type TakenBack, undo } from "./undo.ts";

export interface MadeReturn {
  readonly purchase: Purchase;
  readonly documents: readonly Saved[];
  readonly answer: ReturnAnswer;
  readonly event: LedgerEvent;
  /** The spent bonuses that it has given back. */
  readonly bonuses: Bonus;
}

/**
 * Answers a refusal or a rejection, and moves nothing, where the goods cannot come back. `back`: the wallet that a lot's
 * bonuses go back into.
 */
export function makeReturn(
  context: CommandContext,
  id: ReturnId,
  purchase: Purchase,
  member: WalletDraft | undefined,
  terms: ReturnTerms,
  back: BackTo = () => member,
): MadeReturn | Refused | Rejected {
  if (purchase.status === "reversed") return refuse("purchase_reversed");
  if (isOfBefore(context.policy, terms.occurredAt, purchase.occurredAt)) return reject("returned_before_sale");
  const plan = planReturn(purchase, terms.lines);
  if (isProblem(plan)) return plan;
  const { occurredAt: at, storeZone } = terms;
  const policy = context.policies.at(at);
  const taken = undo(context, member, purchase, plan, { policy, storeZone, at, back });
  // A late return is judged by its own day: what it brought back may have ended since.
  if (member !== undefined) applyDue(member, context.now);
  const after: Purchase = { ...purchase, returned: plan.returned };
  const memberId = member?.memberId ?? null;
  const document = { ...documentOf(context, id, purchase, terms, plan, taken), memberId };
  const said = {
    purchaseId: purchase.id,
    memberId,
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
      lots: lotsBack(back, plan),
      balance: member === undefined ? null : balanceAfter(member, [terms.receipt.brand], policy.burn),
    },
    bonuses: plan.bonuses,
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
): Omit<ReturnDocument, "memberId"> {
  return {
    id,
    purchaseId: purchase.id,
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
