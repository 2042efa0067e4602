/** All modules of the ledger, in the order of the document; and the operations that concern more than one bucket. */
import { hold } from "./bonuses/hold/hold.ts";
import { bonusModule } from "./bonuses/module.ts";
import { redemption } from "./bonuses/redemption.ts";
import type { AnyExport } from "./engine/definition/export.ts";
import type { Invariant } from "./engine/definition/invariant.ts";
import type { Module } from "./engine/definition/module.ts";
import type { AnyJudgeable } from "./engine/definition/operation.ts";
import { engineInvariants } from "./engine/invariants/invariants.ts";
import { adjustmentApproval } from "./finance/adjustments/approval.ts";
import { adjustmentModule } from "./finance/adjustments/module.ts";
import { adjustmentReversal } from "./finance/adjustments/reversal.ts";
import { categoryModule } from "./finance/categories/module.ts";
import { costModule } from "./finance/costs/module.ts";
import { exportModule } from "./finance/exports/module.ts";
import { measureModule } from "./finance/measures/module.ts";
import { financeModule } from "./finance/module.ts";
import { periodModule } from "./finance/periods/module.ts";
import { settlementModule } from "./finance/settlement/module.ts";
import { statementModule } from "./finance/statement/module.ts";
import { reconciliationModule } from "./finance/reconciliation/module.ts";
import { turnoverModule } from "./finance/turnovers/module.ts";
import { memberErasure } from "./members/erasing/carry-out.ts";
import { identifierAdding } from "./members/identifying/adding.ts";
import { consentChange } from "./members/consents/change.ts";
import { merge } from "./members/joining/merging/merge.ts";
import { profileParting } from "./members/joining/parting/profile-parting.ts";
import { registration } from "./members/registration/registration.ts";
import { unmerge } from "./members/joining/parting/unmerge.ts";
import { linkConfirmation } from "./members/linking/confirm.ts";
import { linkStart } from "./members/linking/start.ts";
import { memberModule } from "./members/module.ts";
import { mergeOverrideApproval } from "./members/overriding/approval.ts";
import { matchProposal } from "./members/review/proposal.ts";
import { mergeOverride } from "./members/overriding/request.ts";
import { representativeGrant } from "./members/representing/grant.ts";
import { matchDecision } from "./members/review/decision.ts";
import { orderModule } from "./orders/module.ts";
import { cancel } from "./orders/changes/order-cancel.ts";
import { ready } from "./orders/changes/order-ready.ts";
import { reroute } from "./orders/changes/order-reroute.ts";
import { orderExpiry } from "./orders/expiry/order-expiry.ts";
import { order } from "./orders/placing/order.ts";
import { pickup } from "./orders/pickup/pickup.ts";
import { programmeModule } from "./programme/module.ts";
import { claim } from "./sales/claim/claim.ts";
import { salesModule } from "./sales/module.ts";
import { purchase } from "./sales/purchase/purchase.ts";
import { returnById } from "./sales/return/return-by-id.ts";
import { returnByReceipt } from "./sales/return/return-by-receipt.ts";
import { reversal } from "./sales/reversal/reversal.ts";

/** A new one is added here, so that the proof has its invariants. */
const proven: readonly Module[] = [
  memberModule,
  salesModule,
  orderModule,
  bonusModule,
  programmeModule,
  periodModule,
  adjustmentModule,
  reconciliationModule,
  turnoverModule,
  categoryModule,
  settlementModule,
  measureModule,
];

/** Everything that the proof proves. */
export const invariants: readonly Invariant[] = [
  ...engineInvariants,
  ...proven.flatMap(({ invariants: own = [] }) => own),
];

export const modules: readonly Module[] = [
  ...proven,
  statementModule,
  financeModule(invariants),
  costModule,
  exportModule,
];

/** All that can be taken as a file. */
export const allExports: readonly AnyExport[] = modules.flatMap(({ exports = [] }) => exports);

/**
 * An operation changes rows of the bucket that it is kept in, and asks for no others to be locked. These few may go beyond
 * it, each for its reason; where buckets lie on several servers, they are what is committed on more than one. A document
 * stays in the bucket that it was born in: of the receipt, where that had no member yet.
 */
export const SEVERAL_BUCKETS: ReadonlyMap<AnyJudgeable, string> = new Map<AnyJudgeable, string>([
  [matchDecision, "who is linked may have been born in another bucket, and all that is his moves"],
  [claim, "receipts on suspense lie by their receipts, and their bonuses go to the member"],
  [
    purchase,
    "a return that waited for it lies by the receipt, and is made on the member's wallet; or a representative has made it, whose link is born with another",
  ],
  [redemption, "the link of whoever has acted was born with a member who has become part of another"],
  [hold, "the same"],
  [order, "the same"],
  [returnById, "the purchase was on suspense, and its member has claimed it"],
  [returnByReceipt, "the same"],
  [
    pickup,
    "it was ordered by a card that led to nobody, and is its member's now; or a return had waited for its receipt",
  ],
  [reversal, "the purchase was on suspense, or the return had waited for it"],
  [registration, "phones go over from members who were born in other buckets"],
  [identifierAdding, "the same"],
  [consentChange, "the profile was born in another bucket than whoever it leads to by now"],
  [memberErasure, "profiles were born, and their receipts recorded, in other buckets"],
  [merge, "what is one member's becomes another's"],
  [mergeOverrideApproval, "the same"],
  [linkConfirmation, "the same"],
  [unmerge, "the same, back again"],
  [profileParting, "a profile goes to a member who is born with it"],
  [ready, "the order was placed in the wallet of a member who has become part of another, or has parted"],
  [reroute, "the same"],
  [cancel, "the same"],
  [orderExpiry, "the same"],
  [adjustmentApproval, "whose account it is was born in another bucket, and has become one with whom it was asked for"],
  [adjustmentReversal, "the same"],
]);

/** What asks for rows of another bucket to be locked, and changes none of them. */
export const LOCKS_BEYOND: ReadonlyMap<AnyJudgeable, string> = new Map<AnyJudgeable, string>([
  [representativeGrant, "neither side may have more links than there may be, and may become part of another meanwhile"],
  [linkStart, "the other may be erased, or become part of another, while it is started"],
  [matchProposal, "neither of the two may be joined with somebody, or part, while it is proposed"],
  [mergeOverride, "neither of the two may be joined with somebody, or part, while it is asked"],
]);
