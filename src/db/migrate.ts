/**
 * Brings a database to the state that this code needs, forward only.
 *
 * Each file of `drizzle/` is one transaction, taken under an advisory lock, so that any number of processes may
 * start at once. drizzle's own migrator compares a single high-water mark and skips a file merged late without a
 * word; this one keeps every file's name and hash, and refuses to go on when they do not fit the folder.
 */
import type { TransactionSql } from "./connect.ts";
import { connect } from "./connect.ts";
import type { Sql, Target } from "./connect.ts";
import { classify } from "./errors.ts";
import { MIGRATIONS, MigrationRefused, readMigrations } from "./migrations.ts";
import type { Migration } from "./migrations.ts";

type Applied = { name: string; sha256: string };

/** The advisory lock's key: "mclub" in ASCII. */
const LOCK = 0x6d63_6c75_62n;
const LOCK_TIMEOUT = "10s";

/** Applies what is missing and tells which files this call applied. Throws `MigrationRefused` when unsafe. */
export async function migrate(target: Target, folder: string = MIGRATIONS): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(folder);
  const sql = connect(target, { max: 1, applicationName: "mclub-migrate", statementTimeoutMs: 0, lockTimeoutMs: 0 });
  const applied: string[] = [];
  try {
    let pending = pendingOf(migrations, await readApplied(sql));
    while (pending.length > 0) {
      const step = await sql.begin((tx) => applyNext(tx, migrations));
      if (step.applied) applied.push(step.applied);
      pending = step.pending;
    }
    return { applied };
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Names of the files that the database still lacks: empty when it fits this code. For the readiness check. */
export async function pendingMigrations(sql: Sql, folder: string = MIGRATIONS): Promise<string[]> {
  return pendingOf(await readMigrations(folder), await readApplied(sql)).map((migration) => migration.name);
}

/** Guarantee: at most one process is between the lock and the commit; the guard is repeated under the lock. */
async function applyNext(
  tx: TransactionSql,
  migrations: Migration[],
): Promise<{ applied: string | null; pending: Migration[] }> {
  await tx`select pg_advisory_xact_lock(${LOCK})`;
  await tx.unsafe(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
  // Readable by all: the application's role checks it for readiness, and it holds names and hashes only.
  await tx.unsafe(`
    create table if not exists public.mclub_migrations (
      name text primary key,
      sha256 text not null,
      applied_at timestamptz not null default clock_timestamp()
    );
    grant select on public.mclub_migrations to public`);
  const [next, ...rest] = pendingOf(migrations, await readApplied(tx));
  if (!next) return { applied: null, pending: [] };
  for (const statement of next.statements) await tx.unsafe(statement).catch(refuseUnfit(next));
  await tx`insert into public.mclub_migrations (name, sha256) values (${next.name}, ${next.sha256})`;
  return { applied: next.name, pending: rest };
}

/** A migration that cannot take over what it finds raises `object_not_in_prerequisite_state`, and says why. */
const refuseUnfit =
  ({ name }: Migration) =>
  (error: unknown): never => {
    if (!(error instanceof Error) || classify(error).sqlstate !== "55000") throw error;
    throw new MigrationRefused("unfit", [`${name}: ${error.message}`]);
  };

/** Compares the folder with what the database has; what is left is always the journal's tail. */
function pendingOf(migrations: Migration[], applied: Applied[]): Migration[] {
  const hashes = new Map(applied.map(({ name, sha256 }) => [name, sha256]));
  const known = new Set(migrations.map(({ name }) => name));
  const newest = migrations.findLastIndex(({ name }) => hashes.has(name));
  refuseIfAny(
    "newer_database",
    applied.filter(({ name }) => !known.has(name)),
  );
  refuseIfAny(
    "changed",
    migrations.filter(({ name, sha256, former }) => ![undefined, sha256, ...former].includes(hashes.get(name))),
  );
  refuseIfAny(
    "skipped",
    migrations.slice(0, newest + 1).filter(({ name }) => !hashes.has(name)),
  );
  return migrations.slice(newest + 1);
}

function refuseIfAny(reason: MigrationRefused["reason"], offenders: { name: string }[]): void {
  const names = offenders.map(({ name }) => name);
  if (names.length > 0) throw new MigrationRefused(reason, names);
}

async function readApplied(sql: Sql | TransactionSql): Promise<Applied[]> {
  try {
    return await sql<Applied[]>`select name, sha256 from public.mclub_migrations`;
  } catch (error) {
    // undefined_table: nothing was ever applied here.
    if (classify(error).sqlstate === "42P01") return [];
    throw error;
  }
}
