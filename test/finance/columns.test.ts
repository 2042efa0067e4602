/** Every column of the ledger: whoever changes one value by hand is seen by the proof, but for those that stand in one place only. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TransactionSql } from "../../src/db/connect.ts";
import { FACT_NAMES } from "../../src/engine/definition/operation.ts";
import { invariants, modules } from "../../src/modules.ts";
import { columnOf, type FactName, factsOf } from "../support/facts.ts";
import { testLedger, type TestLedger } from "../support/ledger.ts";
import { categoryFollower } from "../../src/finance/categories/kept.ts";
import { figureFollower } from "../../src/finance/measures/kept.ts";
import { turnoverFollower } from "../../src/finance/turnovers/turnovers.ts";
import { followToEnd } from "../support/following.ts";
import { liveThrough } from "../support/town.ts";

/** Columns whose changes nothing contradicts, and why. The page on the proof says so too. */
const UNSEEN: Readonly<Record<string, string>> = {
  "accesses.at": "when somebody was shown something stands here only",
  "accesses.name": "what was asked for stands here only",
  "accesses.request_id": "names an answer that is not kept",
  "accesses.staff_id": "who asked stands here only",
  "accesses.store_id": "where it was asked stands here only",
  "accesses.terminal_id": "where it was asked stands here only",
  "customer_links.identifier_key": "of an address that is not kept",
  "customer_links.own_code_hash": "of a code that is not kept",
  "customer_links.other_code_hash": "of a code that is not kept",
  "operations.client_id": "who asked stands here only",
  "operations.input_hash": "of a body that is not kept",
  "orders.code_hash": "of a code that is not kept",
  "orders.code_used_by": "whether a code may be used stands here only, and ends with the order",
  "orders.code_tries": "wrong tries stand here only",
  "orders.code_blocked_until": "wrong tries stand here only",
  "profiles.external_id": "sealed: whoever opens it sees it changed, and its hash is the profile's key",
  "profiles.identifier_values": "sealed: whoever opens it sees it changed, and the hashes stand beside it",
  "profiles.person": "sealed: whoever opens it sees it changed; it stands here only, and may be erased",
  "purchases.store_zone": "the days that follow from it were answered, and stand in lots",
  "purchases.fiscal_id": "kept for whoever asks, and part of no key",
  "reconciliations.tries": "how often the work was begun, which says nothing of the books",
  "reconciliations.not_before": "when the work is tried again, which says nothing of the books",
  "reconciliation_parts.content": "lines that wait stand here only, and are gone once they are matched",
  "reconciliation_parts.kept_at": "lines that wait stand here only, and are gone once they are matched",
};

/** Tables that no invariant speaks of, and why. */
const OUTSIDE: Readonly<Record<string, string>> = {
  client_keys: "hashes of keys",
  clients: "who may ask, which each operation has kept beside what was asked",
  mclub_migrations: "what has been done to the tables",
  settings: "which keys and which clock this database is of",
};
/**
 * Which rows are asked. Of whoever was erased nothing is sealed: what is written there is seen, and hides whether it is seen of
 * others. The key of a client, or of a receipt, is missed where a purchase says that there is one.
 */
const KNOWN: Readonly<Record<string, string>> = {
  profiles: "octet_length(person) > 0",
  command_keys: "operation_id in (select purchase_id from purchases)",
};
/** Rows of which one must be seen; and each of them, where what the value must be follows from the row itself. */
const MOST_ROWS = 12;
const isSeenOfEachRow = ({ column }: Column): boolean => column === "bucket";

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
  await liveThrough(ledger);
  for (const follower of [turnoverFollower, categoryFollower, figureFollower]) {
    await followToEnd(ledger.database, follower);
  }
});
afterAll(() => ledger.close());

/** SQL: another value of the same type. */
function changed(column: string, type: string): string {
  if (type === "uuid") return "gen_random_uuid()";
  if (type === "boolean") return `not ${column}`;
  if (type === "date") return `${column} + 1`;
  if (type.startsWith("timestamp")) return `coalesce(${column}, now()) + interval '1 hour'`;
  if (type === "bytea") return `${column} || '\\x00'`;
  if (type.startsWith("json")) return `'{"changed": [1]}'`;
  return type === "text" ? `coalesce(${column}, '') || 'x'` : `coalesce(${column}, 0) + 1`;
}

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

const columns = () =>
  ledger.database.sql<Column[]>`select table_name as table, column_name as column, data_type as type
    from information_schema.columns where table_schema = 'public' and table_name <> all(string_to_array(${Object.keys(OUTSIDE).join(" ")}, ' ')) order by 1, ordinal_position`;

/** Without what keeps the owner from writing nonsense. */
const UNCHECKED = `select string_agg(format('alter table %s drop constraint %I cascade', conrelid::regclass, conname), ';') as statements
  from pg_constraint where contype in ('c', 'f') and connamespace = 'public'::regnamespace`;

/** Whether the proof sees one value of a row changed. A statement that cannot read the value has seen it as well. */
async function isSeen({ table, column, type }: Column, row: string, unchecked: string): Promise<boolean | undefined> {
  const undone = new Error("undone");
  let seen: boolean | undefined;
  const value = changed(column, type);
  const work = ledger.database.sql.begin(async (sql: TransactionSql) => {
    await sql.unsafe(`set local session_replication_role = replica; ${unchecked}`);
    const { count } = await sql.unsafe(
      `update ${table} set ${column} = ${value} where ctid = '${row}' and ${column}::text is distinct from (${value})::text`,
    );
    if (count === 0) throw undone;
    seen = false;
    for (const { facts } of invariants) {
      const asked = sql.savepoint((inner) => inner.unsafe(`select from (${facts}) f where broken is not null limit 1`));
      seen = await asked.then(
        (rows) => rows.length > 0,
        () => true,
      );
      if (seen) break;
    }
    throw undone;
  });
  await work.catch((error: unknown) => {
    // A key that would stand twice cannot be written by anybody.
    if (error !== undone) seen = undefined;
  });
  return seen;
}

/** An operation's name, and which facts it has kept. */
type Row = Readonly<Record<FactName, boolean> & { name: string }>;

it("has lived through each fact of each operation, so that the proof has met it", async () => {
  const kept = FACT_NAMES.map((fact) => `${columnOf(fact)} is not null as "${fact}"`);
  const rows = await ledger.database.sql.unsafe<Row[]>(
    `select distinct name, ${kept.join(", ")} from operations where refusal is null`,
  );
  const lived = new Set(
    rows.flatMap((row) => FACT_NAMES.filter((fact) => row[fact]).map((fact) => `${row.name}.${fact}`)),
  );
  const stated = modules
    .flatMap(({ operations }) => operations)
    .flatMap((operation) => Object.keys(factsOf(operation)).map((fact) => `${operation.name}.${fact}`));
  expect(stated.filter((each) => !lived.has(each))).toEqual([]);
});

it("breaks nothing as the ledger has written it", async () => {
  const broken: string[] = [];
  for (const { name, facts } of invariants) {
    const rows = await ledger.database.sql.unsafe(`select broken from (${facts}) f where broken is not null limit 1`);
    if (rows.length > 0) broken.push(`${name}: ${JSON.stringify(rows[0])}`);
  }
  // Whatever is broken already hides all that the test below looks for.
  expect(broken).toEqual([]);
});

it("is seen by the proof when one of its values is changed, but for those that are named here", async () => {
  const { sql } = ledger.database;
  const [row] = await sql.unsafe<{ statements: string }[]>(UNCHECKED);
  const unseen: string[] = [];
  for (const column of await columns()) {
    const rows = await sql.unsafe<{ id: string }[]>(
      `select ctid::text as id from ${column.table} where ${KNOWN[column.table] ?? "true"} order by ${column.column} is null, ctid desc limit ${MOST_ROWS}`,
    );
    const enough = !isSeenOfEachRow(column);
    let seen = false;
    for (const { id } of rows) {
      const isThisSeen = await isSeen(column, id, row?.statements ?? "");
      // A value that nobody can write is none that anybody must see.
      if (isThisSeen === undefined && !enough) continue;
      seen = isThisSeen === true;
      if (seen === enough) break;
    }
    if (!seen) unseen.push(`${column.table}.${column.column}`);
  }
  expect(unseen.sort()).toEqual(Object.keys(UNSEEN).sort());
}, 600_000);
