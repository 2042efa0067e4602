/** Words of reconciliations. */

/** How a break is told: the most specific of all that differs. */
export const BREAK_KINDS = [
  "missing_here",
  "missing_there",
  "duplicate",
  "amount_differs",
  "wrong_store",
  "wrong_day",
  "wrong_member",
] as const;
export type BreakKind = (typeof BREAK_KINDS)[number];

/** What may differ between a line of a file and a receipt of the ledger. */
export const DIFFERENCES = [
  "store",
  "terminal",
  "shift",
  "day",
  "member",
  "kind",
  "total",
  "paid",
  "spent",
  "earned",
  "reversed",
] as const;
export type Difference = (typeof DIFFERENCES)[number];

export const RECONCILIATION_STATUSES = ["waiting", "done", "failed"] as const;
export type ReconciliationStatus = (typeof RECONCILIATION_STATUSES)[number];

/** `awaiting_approval`: its correction waits for a second person. */
export const BREAK_STATUSES = ["open", "explained", "awaiting_approval", "resolved"] as const;
export type BreakStatus = (typeof BREAK_STATUSES)[number];

export const RESOLUTIONS = ["corrected", "no_correction"] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** `approve`, `reject`: what a second person has said of its correction. */
export const BREAK_ACTIONS = ["assign", "comment", "resolve", "correct", "approve", "reject"] as const;
export type BreakAction = (typeof BREAK_ACTIONS)[number];

/** Why a reconciliation has come to no result. */
export const FAILURES = ["too_many_breaks", "disk_full"] as const;
export type Failure = (typeof FAILURES)[number];

export const FILE_FORMATS = ["csv", "jsonl", "parquet"] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];
