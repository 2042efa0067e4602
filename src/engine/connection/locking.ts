/** How rows that are to change are locked. */

/**
 * `wait` for whoever has them; `skip` leaves out what a stranger has locked, and keeps; `none` only reads.
 * Without a wait there is no order of locks to keep.
 */
export type LockMode = "none" | "wait" | "skip";

/** SQL: the three forms of a query that finds rows. */
export const lockable = (select: string): Readonly<Record<LockMode, string>> => ({
  none: select,
  wait: `${select} for no key update`,
  skip: `${select} for no key update skip locked`,
});
