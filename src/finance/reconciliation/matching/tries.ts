/**
 * How often a file is tried that cannot be matched. Each try is counted before it begins, so that one which ends its process counts as well;
 * the waits between grow, and other files go first. The database's clock tells them: it is one for all processes, and also runs where
 * that of the ledger is set by hand.
 */
import { classify } from "../../../db/errors.ts";
import type { Sql } from "../../../db/connect.ts";
import type { Instant } from "../../../kernel/clock.ts";
import { uuidOf } from "../../../kernel/ids.ts";
import { WorkStopped } from "../reading/duckdb.ts";
import type { Reconciliation } from "../stores.ts";
import type { Fault } from "../words.ts";
import { fail } from "./finish.ts";

/** Then it fails. */
export const MOST_TRIES = 6;
const FIRST_WAIT_SECONDS = 30;

/** After so many tries: half a minute, two, eight, half an hour, two hours. */
const waitAfter = (tries: number): number => (tries < 1 ? 0 : FIRST_WAIT_SECONDS * 4 ** (tries - 1));

/** Counts a try; undefined where somebody else has begun one, or it waits no more. */
export async function begin(pool: Sql, found: Reconciliation): Promise<Reconciliation | undefined> {
  const { count } = await pool`update reconciliations
    set tries = tries + 1, not_before = clock_timestamp() + ${waitAfter(found.tries)} * interval '1 second'
    where reconciliation_id = ${uuidOf(found.id)}::uuid and status = 'waiting' and tries = ${found.tries}`;
  return count === 0 ? undefined : { ...found, tries: found.tries + 1 };
}

/** It waits to be tried again, with what was kept of the file; after the last try it has failed. Undefined where it waited no more. */
export async function putOff(
  pool: Sql,
  mine: Reconciliation,
  fault: Fault,
  now: Instant,
): Promise<"waits" | "failed" | undefined> {
  if (mine.tries >= MOST_TRIES) {
    const failed = await pool.begin((sql) => fail(sql, mine, fault, Math.max(now, mine.requestedAt)));
    return failed === undefined ? undefined : "failed";
  }
  const { count } = await pool`update reconciliations
    set failure = ${fault}, not_before = clock_timestamp() + ${waitAfter(mine.tries)} * interval '1 second'
    where reconciliation_id = ${uuidOf(mine.id)}::uuid and status = 'waiting'`;
  return count === 0 ? undefined : "waits";
}

/** What has gone wrong, in a word for whoever has sent the file. */
export function faultOf(error: unknown): Fault {
  if (error instanceof WorkStopped) return error.fault;
  const { kind, sqlstate } = classify(error);
  if (sqlstate === "53100") return "disk_full";
  return kind === "timeout" ? "took_too_long" : "cannot_be_matched";
}
