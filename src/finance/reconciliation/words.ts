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

/** `cancelled`: somebody has dropped it before it came to a result, or after it had failed. */
export const RECONCILIATION_STATUSES = ["waiting", "done", "failed", "cancelled"] as const;
export type ReconciliationStatus = (typeof RECONCILIATION_STATUSES)[number];

/** `awaiting_approval`: its correction waits for a second person. */
export const BREAK_STATUSES = ["open", "explained", "awaiting_approval", "resolved"] as const;
export type BreakStatus = (typeof BREAK_STATUSES)[number];

export const RESOLUTIONS = ["corrected", "no_correction"] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** `approve`, `reject`: what a second person has said of its correction. */
export const BREAK_ACTIONS = ["assign", "comment", "resolve", "correct", "approve", "reject"] as const;
export type BreakAction = (typeof BREAK_ACTIONS)[number];

/** Why it could not be matched, at a try: it is tried again, so often and no more. */
export const FAULTS = ["disk_full", "out_of_memory", "took_too_long", "cannot_be_matched"] as const;
export type Fault = (typeof FAULTS)[number];

/** Why a reconciliation has come to no result. */
export const FAILURES = ["too_many_breaks", ...FAULTS] as const;
export type Failure = (typeof FAILURES)[number];

export const FILE_FORMATS = ["csv", "jsonl", "parquet"] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];
