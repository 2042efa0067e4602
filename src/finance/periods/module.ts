/** Periods of the books. */
import type { Module } from "../../engine/definition/module.ts";
import { periodClose } from "./close.ts";
import { periodEvents } from "./events.ts";
import { periodInvariants } from "./invariants.ts";
import { listPeriods } from "./list.ts";
import { periodReopen } from "./reopen.ts";

export const periodModule: Module = {
  name: "periods",
  tags: [{ name: "Periods", description: "Months of the books: closing them, and opening the last one again." }],
  operations: [periodClose, periodReopen],
  reads: [listPeriods],
  events: periodEvents,
  invariants: periodInvariants,
};
