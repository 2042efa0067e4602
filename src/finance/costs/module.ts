/** What adjustments have cost. */
import type { Module } from "../../engine/definition/module.ts";
import { adjustmentCostPage, readAdjustmentCosts } from "./costs.ts";

export const costModule: Module = {
  name: "adjustment-costs",
  operations: [],
  reads: [readAdjustmentCosts, adjustmentCostPage],
};
