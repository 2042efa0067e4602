/** A return of goods: by lines and quantity, once or many times, at any store of any brand. */
import { type Bonus, formatAmount } from "../kernel/amount.ts";
import type { Instant } from "../kernel/clock.ts";
import type { LotId, MemberId, PurchaseId, ReturnId } from "../kernel/ids.ts";
import { as } from "../kernel/ids.ts";
import { type Command, type Context, need, refuse, reject, type Saved, save, stale } from "../engine/command.ts";
import { type BalanceAfter, balanceAfter } from "../ledger/balance.ts";
import type { Draft } from "../ledger/draft.ts";
import { applyDue } from "../ledger/due.ts";
import { wrongAge } from "./age.ts";
import { isProblem, type PlanProblem, planReturn, type ReturnedLineInput } from "./distribution.ts";
import type { Purchase } from "./purchase-document.ts";
import { purchaseStore } from "./purchase-store.ts";
import type { Receipt } from "./receipt.ts";
import { returnStore } from "./return-store.ts";
import { type LotBack, lotsBack, undo } from "./undo.ts";

/** What the till asks to be taken back. */
export interface ReturnTerms {
  readonly receipt: Receipt;
  readonly storeZone: string;
  readonly lines: readonly ReturnedLineInput[];
  readonly reason: string | null;
  readonly occurredAt: Instant;
}

export interface ReturnInput extends ReturnTerms {
  readonly purchaseId: PurchaseId;
  /** As the purchase names them; they never change. */
  readonly memberId: MemberId | null;
  readonly lots: readonly LotId[];
  readonly anyAge: boolean;
}

export interface ReturnAnswer {
  readonly returnId: string;
  readonly operationId: string;
  readonly purchaseId: string;
  readonly memberId: string | null;
  readonly moneyBack: string;
  readonly bonusesBack: string;
  /** All that the returned goods had earned. */
  readonly clawedBack: string;
  /** The part of it that nothing covered. */
  readonly debtAdded: string;
  readonly lots: readonly LotBack[];
  readonly balance: BalanceAfter | null;
}

export const takeBack: Command<ReturnInput, ReturnAnswer> = {
  name: "return",
  needs: ({ memberId, lots, purchaseId }) => ({
    wallets: memberId === null ? [] : [memberId],
    lots,
    documents: [need(purchaseStore, purchaseId)],
  }),
  decide(context, input) {
    const tooEarlyOrLate = wrongAge(context.policies.at(context.now), input.occurredAt, context.now, input.anyAge);
    if (tooEarlyOrLate !== undefined) return tooEarlyOrLate;
    const purchase = context.document(purchaseStore, input.purchaseId);
    if (purchase === undefined) return reject("purchase_not_found");
    // A receipt on suspense may have found its member meanwhile.
    if (purchase.memberId !== input.memberId) return stale;
    const member = input.memberId === null ? undefined : context.wallet(input.memberId);
    const made = makeReturn(context, as("ret", context.operationId), purchase, member, input);
    if ("code" in made) return made.kept ? refuse(made.code, made.data) : reject(made.code, made.data);
    return {
      kind: "accepted",
      status: 201,
      occurredAt: input.occurredAt,
      policyVersion: context.policies.at(input.occurredAt).version,
      memberId: input.memberId,
      documents: made.documents,
      answer: made.answer,
    };
  },
};

export interface MadeReturn {
  readonly purchase: Purchase;
  readonly documents: readonly Saved[];
  readonly answer: ReturnAnswer;
  readonly debtAdded: Bonus;
}

/** Makes one return of a purchase, on the draft of its member's wallet. Serves a return that was parked as well. */
export function makeReturn(
  context: Context,
  id: ReturnId,
  purchase: Purchase,
  member: Draft | undefined,
  terms: ReturnTerms,
): MadeReturn | PlanProblem {
  if (purchase.status === "reversed") return { code: "purchase_reversed", data: {}, kept: true };
  const plan = planReturn(purchase, terms.lines);
  if (isProblem(plan)) return plan;
  const policy = context.policies.at(terms.occurredAt);
  const clawback = undo(context, member, purchase, plan, policy, terms.storeZone, terms.occurredAt);
  // A late return is judged by its own day: what it brought back may have ended since.
  if (member !== undefined) applyDue(member, context.now);
  const after: Purchase = { ...purchase, returned: plan.returned };
  const document = {
    id,
    purchaseId: purchase.id,
    memberId: purchase.memberId,
    receipt: terms.receipt,
    reason: terms.reason,
    lines: plan.lines,
    parts: plan.parts,
    clawback,
    moneyBack: plan.money,
    bonusesBack: plan.bonuses,
    clawedBack: plan.earned,
    debtAdded: clawback.debt,
    status: "returned" as const,
    occurredAt: terms.occurredAt,
    postedAt: context.now,
  };
  const answer: ReturnAnswer = {
    returnId: id,
    operationId: context.operationId,
    purchaseId: purchase.id,
    memberId: purchase.memberId,
    moneyBack: formatAmount(plan.money),
    bonusesBack: formatAmount(plan.bonuses),
    clawedBack: formatAmount(plan.earned),
    debtAdded: formatAmount(clawback.debt),
    lots: lotsBack(member, plan),
    balance: member === undefined ? null : balanceAfter(member, [terms.receipt.brand], policy.burn),
  };
  const documents = [save(purchaseStore, purchase.id, after), save(returnStore, id, document)];
  return { purchase: after, documents, answer, debtAdded: clawback.debt };
}
