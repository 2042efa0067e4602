/** The books as files. */
import type { Module } from "../../engine/definition/module.ts";
import { entriesExport } from "./accounting/entries.ts";
import { adjustmentExport } from "./adjustments.ts";
import { categoryExport } from "./categories.ts";
import { journalExport } from "./journal.ts";
import { liability } from "./liability.ts";
import { ageing } from "./lots/ageing.ts";
import { breakage } from "./lots/breakage.ts";
import { cohorts } from "./lots/cohorts.ts";
import { trialBalance } from "./trial-balance.ts";

export const exportModule: Module = {
  name: "exports",
  tags: [{ name: "Exports", description: "The books as files, of one mark of the journal each." }],
  operations: [],
  reads: [],
  exports: [
    journalExport,
    trialBalance,
    liability,
    categoryExport,
    ageing,
    breakage,
    cohorts,
    entriesExport,
    adjustmentExport,
  ],
};
