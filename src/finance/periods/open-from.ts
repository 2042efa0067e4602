/** Where the books were open from when something was posted. */

const inOrder = (column: string): string => `(select array_agg(${column} order by position) from book_changes)`;

/**
 * SQL: the first day that was open at a position of the journal; null where nothing had been closed. The changes are read once
 * for a statement, and searched by halves for each row.
 */
export const openFromAt = (position: string): string =>
  `${inOrder("open_from")}[width_bucket(${position}, ${inOrder("position")})]`;

/** SQL: the day on which what an operation `o` has done is accounted: none that was closed when it was posted. */
export const countingDay = `greatest(o.accounting_date, (${openFromAt("o.position")}))`;
