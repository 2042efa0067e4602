/** All ways in which the proof is tried. */
import type { Break } from "./break.ts";
import { ofBooks, ofLots, ofWallets } from "./ledger.ts";
import { ofHoldsAndMembers, ofTheJournal } from "./records.ts";
import { ofPurchases, ofReturns } from "./sales.ts";

export const breaks: readonly Break[] = [
  ...ofBooks,
  ...ofWallets,
  ...ofLots,
  ...ofTheJournal,
  ...ofHoldsAndMembers,
  ...ofPurchases,
  ...ofReturns,
];
