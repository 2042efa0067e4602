/** Where the books were open from when something was posted. */

/** SQL: the first day that was open at a position of the journal; null where nothing had been closed. */
export const openFromAt = (position: string): string =>
  `select open_from from book_changes where position <= ${position} order by position desc limit 1`;
