/** What can be asked about sales, returns and their reversal. */
import type { Module } from "../engine/definition/module.ts";
import { claim } from "./claim/claim.ts";
import { claimAfterAdding, claimAfterRegistration } from "./claim/claim-for-member.ts";
import { claimWaitingJob } from "./claim/claim-waiting.ts";
import { salesEvents } from "./events.ts";
import { salesInvariants } from "./invariants/invariants.ts";
import { purchase } from "./purchase/purchase.ts";
import { findPurchase, readPurchase } from "./purchase/purchase-read.ts";
import { quote } from "./quote/quote.ts";
import { returnById } from "./return/return-by-id.ts";
import { returnByReceipt } from "./return/return-by-receipt.ts";
import { readReturn } from "./return/return-read.ts";
import { reversal } from "./reversal/reversal.ts";

export const salesModule: Module = {
  name: "sales",
  tags: [{ name: "Sales", description: "Receipts: sold, taken back, undone." }],
  operations: [purchase, returnById, returnByReceipt, reversal],
  ownOperations: [claim],
  reads: [quote, readPurchase, findPurchase, readReturn],
  afterwards: [claimAfterRegistration, claimAfterAdding],
  jobs: [claimWaitingJob],
  events: salesEvents,
  invariants: salesInvariants,
};
