/**
 * Connections to PostgreSQL: one place that fixes types, timeouts and how a lost connection comes back.
 *
 * Drizzle's `drizzle(client)` replaces the serializers of the client it is given (dates, json): give it a client of
 * its own, never one that raw statements use as well.
 */
import type postgresTypes from "postgres";
import { postgres } from "./driver.ts";

/** A pool. `int8` comes and goes as bigint, `numeric` as string, timestamps as Date. */
export type Sql = postgresTypes.Sql<{ bigint: bigint }>;

/** The connection inside `sql.begin(...)`; never use the pool there. */
export type TransactionSql = postgresTypes.TransactionSql<{ bigint: bigint }>;

/** Where the database is; the unix socket is taken when there is one. */
export type Target = string | { url: string; socketPath?: string | null };

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
  settings?: Record<string, string>;
  /** Told when a connection of the pool is lost or closed. */
  onclose?: () => void;
};

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
    types: { bigint: postgres.BigInt },
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
      ...(role ? { role } : {}),
      ...settings,
    },
  });
}
