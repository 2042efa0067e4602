/** What can be asked about bonuses outside of a sale. */
import type { Module } from "../engine/definition/module.ts";
import { accrual } from "./accrual.ts";
import { duePosting } from "./due-posting.ts";
import { bonusEvents } from "./events.ts";
import { hold } from "./hold/hold.ts";
import { holdCapture } from "./hold/hold-capture.ts";
import { readHold } from "./hold/hold-read.ts";
import { holdRelease } from "./hold/hold-release.ts";
import { bonusInvariants } from "./invariants.ts";
import { redemption } from "./redemption.ts";
import { visitDueJob } from "./visit-due.ts";

export const bonusModule: Module = {
  name: "bonuses",
  tags: [{ name: "Bonuses", description: "Bonuses granted, spent or put aside without a receipt of goods." }],
  operations: [accrual, redemption, hold, holdCapture, holdRelease],
  ownOperations: [duePosting],
  reads: [readHold],
  jobs: [visitDueJob],
  events: bonusEvents,
  invariants: bonusInvariants,
};
