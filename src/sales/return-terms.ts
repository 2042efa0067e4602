/** What a return is made of: what the till asks to be taken back, and what that is of each line. */
import type { Bonus, Kopecks } from "../kernel/amount.ts";
import type { Instant } from "../kernel/clock.ts";
import type { ReturnedLineInput } from "./receipt/line.ts";
import type { Receipt } from "./receipt/receipt.ts";

/** Units from (inclusive) to (exclusive), counted from zero. */
export type UnitRange = readonly [from: bigint, to: bigint];

/** What a return takes back of one line. */
export interface ReturnedLine extends ReturnedLineInput {
  readonly ranges: readonly UnitRange[];
  readonly money: Kopecks;
  readonly bonuses: Bonus;
  readonly earned: Bonus;
}

/** What the till asks to be taken back. */
export interface ReturnTerms {
  readonly receipt: Receipt;
  readonly storeZone: string;
  readonly lines: readonly ReturnedLineInput[];
  readonly reason: string | null;
  readonly occurredAt: Instant;
}
