/** What is compared, and how closely. */

/** Kopecks, and days. */
interface Tolerances {
  readonly amount: bigint;
  readonly days: number;
}

/** What a file has columns for: nothing else of a receipt is compared. */
interface Mapped {
  readonly terminal: boolean;
  readonly shift: boolean;
  readonly member: boolean;
  readonly total: boolean;
  readonly paid: boolean;
  readonly spent: boolean;
  readonly earned: boolean;
  readonly returns: boolean;
}

export const AMOUNT_COLUMNS = ["total", "paid", "spent", "earned"] as const;

export interface MatchTerms {
  /** The days for which the file has every receipt, as the mapping's zone tells them. */
  readonly from: string;
  readonly to: string;
  readonly tolerances: Tolerances;
  readonly mapped: Mapped;
}

/** Further than this from those days no receipt of the ledger is looked for, beside the tolerance. */
export const MARGIN_DAYS = 3;
