/** What can be asked about sales, returns and their reversal. */
import type { Module } from "../engine/module.ts";
import { claim } from "./claim.ts";
import { claimAfterRegistration } from "./claim-waiting.ts";
import { salesEvents } from "./events.ts";
import { salesInvariants } from "./invariants/invariants.ts";
import { purchase } from "./purchase.ts";
import { findPurchase, readPurchase } from "./purchase-read.ts";
import { returnById, returnByReceipt } from "./return.ts";
import { readReturn } from "./return-read.ts";
import { reversal } from "./reversal.ts";

export const salesModule: Module = {
  name: "sales",
  operations: [purchase, returnById, returnByReceipt, reversal],
  ownOperations: [claim],
  reads: [readPurchase, findPurchase, readReturn],
  follows: [claimAfterRegistration],
  events: salesEvents,
  invariants: salesInvariants,
};
