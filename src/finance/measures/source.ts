/**
 * Where figures come from. Each source is one statement over a part of the journal; what it says of two parts adds up to what it
 * says of both, and nothing that happens later changes it.
 */
import { openFromAt } from "../periods/open-from.ts";

/** SQL: whether a position belongs to the part of the journal that is looked at. */
export type Holds = (position: string) => string;

/** How rows of other tables are found: of a few operations by their keys, of all by joins. */
export type Which = "some" | "all";

/** SQL: rows of `entity`, `day`, `figure` and `value`. */
export type Source = (which: Which, holds: Holds) => string;

/** SQL: the day on which what an operation `o` has counted is accounted: none that was closed when it was posted. */
export const countingDay = `greatest(o.accounting_date, (${openFromAt("o.position")}))`;
