/** All ways in which the proof is tried. */
import type { Break } from "./break.ts";
import { ofBooks, ofInstants, ofLots, ofWallets } from "./ledger.ts";
import { ofHoldsAndMembers, ofTheJournal } from "./records.ts";
import { ofAdjustments } from "./adjustments.ts";
import { ofErasures } from "./erasing.ts";
import { ofIdentifiers } from "./identifiers.ts";
import { ofCategories } from "./categories.ts";
import { ofConsents } from "./consents.ts";
import { ofAccesses } from "./accesses.ts";
import { ofBlocks } from "./blocking.ts";
import { ofJoining } from "./joining.ts";
import { ofLinks } from "./linking.ts";
import { ofMeasures } from "./measures.ts";
import { ofOrders } from "./orders.ts";
import { ofOverrides } from "./overriding.ts";
import { ofPeriods } from "./periods.ts";
import { ofReconciliations } from "./reconciling.ts";
import { ofRepresentatives } from "./representing.ts";
import { ofReview } from "./review.ts";
import { ofPurchases, ofReturns } from "./sales.ts";
import { ofSettlements } from "./settlements.ts";
import { ofTurnovers } from "./turnovers.ts";
import { unreadable } from "./unreadable.ts";

export const breaks: readonly Break[] = [
  ...ofBooks,
  ...ofInstants,
  ...ofWallets,
  ...ofLots,
  ...ofTheJournal,
  ...ofHoldsAndMembers,
  ...ofBlocks,
  ...ofErasures,
  ...ofIdentifiers,
  ...ofAccesses,
  ...ofConsents,
  ...ofRepresentatives,
  ...ofJoining,
  ...ofLinks,
  ...ofOverrides,
  ...ofPeriods,
  ...ofAdjustments,
  ...ofReconciliations,
  ...ofOrders,
  ...ofPurchases,
  ...ofReturns,
  ...ofSettlements,
  ...ofTurnovers,
  ...ofCategories,
  ...ofMeasures,
  ...unreadable,
  ...ofReview,
];
