/** One state of the database, over a connection of its own, with what was asked given to its statements. */
import { HORIZON } from "../../db/horizon.ts";
import { connect, type Sql, type Target, type TransactionSql } from "../../db/connect.ts";
import { Problem } from "../../kernel/problems.ts";
import { bound, type Given, MARK } from "../definition/export.ts";

/** From the first to the last byte, and before the first as well. */
export const LONGEST_SECONDS = 3_600;
/**
 * Positions are found by ranges, everything is joined by hash: see BY_POSITIONS. What a row shows is made by as many processes
 * as the server allows: that takes longer than to read it.
 */
const SETTINGS = {
  plan_cache_mode: "force_custom_plan",
  enable_nestloop: "off",
  enable_mergejoin: "off",
  work_mem: "64MB",
  parallel_setup_cost: "0",
  parallel_tuple_cost: "0",
  // Else the server would sort to the end what nobody waits for any more.
  client_connection_check_interval: "500ms",
};

export const poolOf = (target: Target): Sql =>
  connect(target, {
    max: 1,
    applicationName: "mclub export",
    role: "mclub_app",
    statementTimeoutMs: LONGEST_SECONDS * 1_000,
    settings: SETTINGS,
  });

interface Question {
  readonly given: Given;
  readonly mark: bigint | undefined;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

export interface Snapshot {
  readonly sql: TransactionSql;
  readonly mark: bigint;
  /** SQL: a statement with what was given, and the mark, written into it. */
  readonly bind: (statement: string) => string;
}

/**
 * Where the work fails or is ended, its connection is cut: the server may be in the middle of a file that nobody reads any more.
 * `unavailable` where it was ended.
 */
export async function inSnapshot<T>(
  pool: Sql,
  { given, mark, signal }: Question,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  let failure: { readonly error: unknown } | undefined;
  const end = () => {
    failure ??= { error: new Problem("unavailable") };
    void pool.end({ timeout: 0 });
  };
  signal?.addEventListener("abort", end);
  try {
    if (signal?.aborted === true) throw new Problem("unavailable");
    return (await pool.begin("isolation level repeatable read read only", async (sql) => {
      const at = await markOf(sql, mark);
      const bind = (text: string) => bound(text, { ...given, mark: at.toString() });
      return work({ sql, mark: at, bind }).catch(async (error: unknown) => {
        failure ??= { error };
        await pool.end({ timeout: 0 });
        throw error;
      });
    })) as T;
  } catch (error) {
    // The rollback over a connection that was cut fails as well, and is not what went wrong.
    throw failure === undefined ? error : failure.error;
  } finally {
    signal?.removeEventListener("abort", end);
    await pool.end({ timeout: 0 });
  }
}

/** What was to be read has been. */
class Read extends Error {}

/**
 * For work that reads a copy to its end: its connection is cut after it. The driver leaves a socket paused whose last bytes were too many
 * at once, and not even the end of the transaction would be heard.
 */
export async function inSnapshotOfCopies<T>(
  pool: Sql,
  question: Question,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  let read: { readonly value: T } | undefined;
  try {
    return await inSnapshot<T>(pool, question, async (snapshot) => {
      read = { value: await work(snapshot) };
      throw new Read();
    });
  } catch (error) {
    if (read === undefined) throw error;
    return read.value;
  }
}

async function markOf(sql: TransactionSql, asked: bigint | undefined): Promise<bigint> {
  const [row] = await sql.unsafe<{ horizon: bigint }[]>(`select ${HORIZON} as horizon`);
  const horizon = row?.horizon ?? 0n;
  if (asked !== undefined && asked > horizon) throw new Problem("mark_ahead", { mark: horizon.toString() });
  return asked ?? horizon;
}

/** The programme's zone by the rules of the last operation before the mark. */
export async function zoneAtMark({ sql, bind }: Snapshot): Promise<string> {
  const [row] = await sql.unsafe<{ zone: string }[]>(
    bind(`select p.rules->>'zone' as zone
    from policies p where p.version = coalesce(
      (select o.policy_version from operations o where o.position < ${MARK} order by o.position desc limit 1), 1)`),
  );
  return row?.zone ?? "";
}
