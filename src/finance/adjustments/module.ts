/** Adjustments by hand. */
import type { Module } from "../../engine/definition/module.ts";
import { adjustmentApproval } from "./approval.ts";
import { breakCorrection } from "./correction.ts";
import { adjustmentEvents } from "./events.ts";
import { adjustmentInvariants } from "./invariants.ts";
import { listAdjustments, readAdjustment } from "./list.ts";
import { readReasons } from "./reasons.ts";
import { adjustmentRejection } from "./rejection.ts";
import { adjustment } from "./request.ts";
import { adjustmentReversal } from "./reversal.ts";

export const adjustmentModule: Module = {
  name: "adjustments",
  tags: [
    { name: "Adjustments", description: "Accounts adjusted by hand: for a reason, by two people where it is much." },
  ],
  operations: [adjustment, breakCorrection, adjustmentApproval, adjustmentRejection, adjustmentReversal],
  reads: [readReasons, listAdjustments, readAdjustment],
  events: adjustmentEvents,
  invariants: adjustmentInvariants,
};
