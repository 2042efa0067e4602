/**
 * Has the files matched that wait: the oldest first, and those first that were tried less often. Each is one process's at a time, which
 * holds a lock for as long as it lives; where it is killed, another one begins anew with what was kept of the file, and what it comes to
 * is written once.
 */
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { connect, type Sql, type Target } from "../../../db/connect.ts";
import type { Clock } from "../../../kernel/clock.ts";
import { hash128 } from "../../../kernel/hash.ts";
import { uuidOf } from "../../../kernel/ids.ts";
import { type Reconciliation, reconciliationRows } from "../stores.ts";
import { inWorkplace, type WorkplaceOptions } from "../reading/duckdb.ts";
import type { Failure } from "../words.ts";
import { compare } from "./compare.ts";
import { finish } from "./finish.ts";
import { begin, faultOf, MOST_TRIES, putOff } from "./tries.ts";

/** Waiting files that are looked at for one that nobody is at. */
const MOST_LOOKED_AT = 50;
const LONGEST_SECONDS = 600;

export interface MatchingOptions extends WorkplaceOptions {
  readonly target: Target;
  readonly clock: Clock;
}

/** How it went; `id` for the log. */
export interface Matched {
  readonly reconciliationId: string;
  readonly outcome: "done" | Failure | "elsewhere";
  /** Whether it is tried again later. */
  readonly again: boolean;
  readonly seconds: number;
  /** Of what was not foreseen: its kind, and where it was thrown. Never its words, which may quote a line. */
  readonly thrown?: string;
}

const WAITING = `select ${reconciliationRows.list("r")} from reconciliations r where r.status = 'waiting'
  and (r.not_before is null or r.not_before <= clock_timestamp()) order by r.tries, r.reconciliation_id limit ${MOST_LOOKED_AT}`;

/** Matches one file; null where none waits that nobody is at. */
export async function matchNext(options: MatchingOptions): Promise<Matched | null> {
  const pool = connect(options.target, {
    max: 1,
    applicationName: "mclub reconciler",
    role: "mclub_app",
    statementTimeoutMs: LONGEST_SECONDS * 1_000,
  });
  try {
    const mine = await takeOne(pool);
    return mine === undefined ? null : await matchOne(pool, mine, options);
  } finally {
    // With its connection its lock ends.
    await pool.end({ timeout: 5 });
  }
}

async function takeOne(pool: Sql): Promise<Reconciliation | undefined> {
  const waiting = (await pool.unsafe(WAITING).values()) as unknown as unknown[][];
  for (const values of waiting) {
    const reconciliation = reconciliationRows.decode(values);
    const [row] = await pool<
      { taken: boolean }[]
    >`select pg_try_advisory_lock(${lockOf(reconciliation.id)}::bigint) as taken`;
    if (row?.taken !== true) continue;
    // Whoever had it may have finished it between the two statements, or have put it off.
    if (await stands(pool, reconciliation)) return reconciliation;
  }
  return undefined;
}

const stands = async (pool: Sql, { id, tries }: Reconciliation): Promise<boolean> =>
  (
    await pool`select 1 from reconciliations
      where reconciliation_id = ${uuidOf(id)}::uuid and status = 'waiting' and tries = ${tries}`
  ).length > 0;

const lockOf = (id: string): string =>
  BigInt.asIntN(64, BigInt(`0x${hash128(`reconciliation|${id}`).slice(0, 16)}`)).toString();

async function matchOne(pool: Sql, found: Reconciliation, options: MatchingOptions): Promise<Matched> {
  const started = performance.now();
  const told = (outcome: Matched["outcome"], again = false, error?: unknown): Matched => ({
    reconciliationId: found.id,
    outcome,
    again,
    seconds: Math.round((performance.now() - started) / 100) / 10,
    ...(error instanceof Error ? { thrown: placeOf(error) } : {}),
  });
  if (found.tries >= MOST_TRIES) {
    // Each try has ended its process, or has lost the database.
    const failure = found.failure === null || found.failure === "too_many_breaks" ? "cannot_be_matched" : found.failure;
    await options.clock.refresh?.();
    const ended = await putOff(pool, found, failure, options.clock.now());
    return told(ended === undefined ? "elsewhere" : failure);
  }
  const mine = await begin(pool, found);
  if (mine === undefined) return told("elsewhere");
  try {
    const compared = await inWorkplace(options, async (place) => {
      const lines = join(place.folder, "lines.parquet");
      await writeKept(pool, mine, lines);
      return compare(place, options.target, mine, lines);
    });
    await options.clock.refresh?.();
    const outcome = await finish(pool, mine, compared, options.clock.now());
    return told(outcome ?? "elsewhere");
  } catch (error) {
    const fault = faultOf(error);
    const put = await putOff(pool, mine, fault, options.clock.now());
    return put === undefined ? told("elsewhere") : told(fault, put === "waits", error);
  }
}

/** `RangeError at compare (…/compare.ts:50:3)`; of what DuckDB says, the kind: `Invalid Input Error`. */
const placeOf = ({ name, message, stack = "" }: Error): string =>
  [/^[A-Z][A-Za-z ]+ Error(?=:)/.exec(message)?.[0] ?? name, ...(/^ {4}(at .+)$/m.exec(stack)?.slice(1) ?? [])].join(
    " ",
  );

/** What was kept of a file, part by part. */
async function writeKept(pool: Sql, { uploadId }: Reconciliation, path: string): Promise<void> {
  const file = createWriteStream(path, { mode: 0o600 });
  const failed = new Promise<never>((_, reject) => file.once("error", reject));
  failed.catch(() => {});
  for (let ordinal = 1; ; ordinal += 1) {
    const [part] = await pool<{ content: Buffer }[]>`
      select content from reconciliation_parts where upload_id = ${uploadId}::uuid and ordinal = ${ordinal}`;
    if (part === undefined) break;
    await Promise.race([failed, new Promise<void>((resolve) => file.write(part.content, () => resolve()))]);
  }
  await Promise.race([failed, new Promise<void>((resolve) => file.end(() => resolve()))]);
}
