/** Statements of settlements. */
import type { Module } from "../../engine/definition/module.ts";
import { settlementExport } from "./export.ts";
import { listSettlements } from "./list.ts";
import { settlementRead, settlementStatement } from "./read.ts";

export const statementModule: Module = {
  name: "statements",
  operations: [],
  reads: [listSettlements, settlementRead, settlementStatement],
  exports: [settlementExport],
};
