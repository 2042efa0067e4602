/** Words of links that customers start, which the database and the API share. */

/** `open`: codes are awaited, as long as it has not expired and was not tried too often. */
export type CustomerLinkStatus = "open" | "replaced" | "linked" | "refused";
