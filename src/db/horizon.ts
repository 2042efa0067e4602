/**
 * SQL: the number of the oldest transaction that is still under way, anywhere on the server. Positions of the journal are numbers of
 * transactions: below this one nothing can appear any more.
 */
export const HORIZON = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
