/**
 * Where figures come from. Each source is one statement over a part of the journal; what it says of two parts adds up to what it
 * says of both, and nothing that happens later changes it.
 */

/** SQL: whether a position belongs to the part of the journal that is looked at. */
export type Holds = (position: string) => string;

/** How rows of other tables are found: of a few operations by their keys, of all by joins. */
export type Which = "some" | "all";

/** SQL: rows of `entity`, `day`, `figure` and `value`. */
export type Source = (which: Which, holds: Holds) => string;
