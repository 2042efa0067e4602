/**
 * Connections to PostgreSQL: one place that fixes types, timeouts and how a lost connection comes back.
 *
 * Drizzle's `drizzle(client)` replaces the serializers of the client it is given (dates, json): give it a client of
 * its own, never one that raw statements use as well.
 */
import type postgresTypes from "postgres";
import { postgres } from "./driver.ts";

type Types = { bigint: bigint; instant: number; date: string };

/** A pool. `int8` comes and goes as bigint, `numeric` as string, instants come as milliseconds. */
export type Sql = postgresTypes.Sql<Types>;

/** The connection inside `sql.begin(...)`; never use the pool there. */
export type TransactionSql = postgresTypes.TransactionSql<Types>;

/** Where the database is; the unix socket is taken when there is one. `planner`: what the lanes' sessions tell its planner. */
export type Target = string | { url: string; socketPath?: string | null; planner?: Readonly<Record<string, string>> };

/**
 * For a single server: the statements of the lanes are few, prepared once and always served by the full key of an index.
 * The planner is told so, whatever it knows of the tables when it plans: a plan that was made for empty tables would
 * otherwise go through whole buckets. Looking at a row is dear, finding it by its key is cheap.
 * A server that distributes needs its own.
 */
export const SINGLE_SERVER: Readonly<Record<string, string>> = {
  plan_cache_mode: "force_generic_plan",
  enable_seqscan: "off",
  enable_bitmapscan: "off",
  enable_hashjoin: "off",
  enable_mergejoin: "off",
  enable_material: "off",
  random_page_cost: "0.01",
  cpu_tuple_cost: "1",
  cpu_index_tuple_cost: "1",
};

export type ConnectOptions = {
  /** Most connections in the pool. */
  max?: number;
  /** Shows in pg_stat_activity. */
  applicationName?: string;
  /** 0: no limit. */
  statementTimeoutMs?: number;
  /** 0: no limit. */
  lockTimeoutMs?: number;
  /** Takes this role's rights, and no more, for every session. */
  role?: string;
  /** Further settings of the server for these sessions. */
  settings?: Readonly<Record<string, string>>;
  /** Told when a connection of the pool is lost or closed. */
  onclose?: () => void;
};

/** `timestamptz`: sessions are in UTC, so the text is always `2026-03-02 09:00:00.123+00`, its fraction cut where it is zero. */
const INSTANT: postgresTypes.PostgresType<number> = {
  to: 1184,
  from: [1184],
  serialize: instantText,
  parse: parseInstant,
};
/** `date` stays the text that it is. */
const DATE: postgresTypes.PostgresType<string> = {
  to: 1082,
  from: [1082],
  serialize: String,
  parse: (text: string): string => text,
};

/** What the pools read and write other than as the driver does. */
export const TYPES = { bigint: postgres.BigInt, instant: INSTANT, date: DATE };

function instantText(instant: string | number | Date): string {
  return typeof instant === "string" ? instant : new Date(instant).toISOString();
}

/** Reads an instant of this millennium as milliseconds; faster than a date object, of which nobody wants one. */
function parseInstant(text: string): number {
  // Years of less than four digits are taken for years of the last century there.
  const plain = text.length <= 26 && text.endsWith("+00") && text[4] === "-" && text[0] !== "0";
  if (!plain) return Date.parse(text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"));
  const fraction = text.slice(20, -3);
  return (
    Date.UTC(
      Number(text.slice(0, 4)),
      Number(text.slice(5, 7)) - 1,
      Number(text.slice(8, 10)),
      Number(text.slice(11, 13)),
      Number(text.slice(14, 16)),
      Number(text.slice(17, 19)),
    ) + (fraction === "" ? 0 : Number(fraction.padEnd(3, "0").slice(0, 3)))
  );
}

/** A pool that opens its connections when first used; close it with `sql.end()`. */
export function connect(target: Target, options: ConnectOptions = {}): Sql {
  const { url, socketPath } = typeof target === "string" ? { url: target, socketPath: null } : target;
  const {
    max = 10,
    applicationName = "mclub",
    statementTimeoutMs = 10_000,
    lockTimeoutMs = 5_000,
    role,
    settings = {},
    onclose,
  } = options;
  return postgres(url, {
    max,
    ...(socketPath ? { path: socketPath } : {}),
    prepare: true,
    // One query less for each new connection; arrays therefore go in as text: '{1,2}'::bigint[].
    fetch_types: false,
    types: TYPES,
    connect_timeout: 5,
    // The default waits up to 20 s between attempts: a database that is back would be missed for as long.
    backoff: (attempt) => Math.min(0.02 * 2 ** attempt, 0.5) * (0.5 + Math.random() / 2),
    onnotice: () => {},
    ...(onclose ? { onclose } : {}),
    connection: {
      application_name: applicationName,
      statement_timeout: statementTimeoutMs,
      lock_timeout: lockTimeoutMs,
      // A transaction whose owner went silent holds its locks no longer than a statement may.
      idle_in_transaction_session_timeout: statementTimeoutMs,
      TimeZone: "UTC",
      // Statements are short: compiling one, as many servers do by default, can take seconds where it runs for milliseconds.
      jit: "off",
      ...(role ? { role } : {}),
      ...settings,
    },
  });
}
