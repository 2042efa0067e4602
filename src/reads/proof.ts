/**
 * The proof: every invariant of the ledger, looked at over every row, in one state of the database.
 * It changes nothing, holds no lock, and may be asked for while tills are selling.
 */
import type { Reader } from "../engine/reader.ts";
import type { Transaction } from "../engine/session.ts";
import { formatAmount } from "../kernel/amount.ts";
import { balanceInvariants } from "./invariants/balances.ts";
import { documentInvariants } from "./invariants/documents.ts";
import type { Invariant } from "./invariants/invariant.ts";
import { recordInvariants } from "./invariants/records.ts";

/** One invariant, as it was found. */
interface Finding {
  readonly name: string;
  /** In words. */
  readonly statement: string;
  readonly holds: boolean;
  /** How many facts were looked at. */
  readonly checked: number;
  /** How many of them are broken. */
  readonly wrong: number;
  /** The amounts that it is about, where there are any, as decimal strings. */
  readonly figures: readonly { readonly label: string; readonly amount: string }[];
  /** The first places where it does not hold, and what was found there. */
  readonly broken: readonly Readonly<Record<string, unknown>>[];
}

export interface Proof {
  readonly holds: boolean;
  readonly invariants: readonly Finding[];
}

export const INVARIANTS: readonly Invariant[] = [...balanceInvariants, ...recordInvariants, ...documentInvariants];

const MOST_PLACES = 20;
/** Long enough for hundreds of millions of rows; a till's statement may take seconds, a proof may not be cut short. */
const STATEMENT_MS = 600_000;
/**
 * Joins of whole tables go faster where their hashes fit into memory, and must not become a million look-ups because
 * the planner has not seen yet how large the tables have grown. One proof runs at a time on a connection.
 */
const SETTINGS = { statement_timeout: `${STATEMENT_MS}`, work_mem: "64MB", enable_nestloop: "off" };
const PREPARE = `select ${Object.entries(SETTINGS)
  .map(([name, value]) => `set_config('${name}', '${value}', true)`)
  .join(", ")}`;

/** Proves every invariant in one snapshot. Answers what was found; a broken invariant is an answer, not an error. */
export function prove(reader: Reader): Promise<Proof> {
  return reader.snapshot(async (tx) => {
    await tx.run(PREPARE);
    const invariants: Finding[] = [];
    for (const invariant of INVARIANTS) invariants.push(await look(tx, invariant));
    return { holds: invariants.every(({ holds }) => holds), invariants };
  });
}

async function look(tx: Transaction, { name, statement, facts, figures }: Invariant): Promise<Finding> {
  const count = `select count(*) as checked, count(broken) as wrong from (${facts}) facts`;
  const [counted] = await tx.run<{ checked: bigint; wrong: bigint }>(count);
  const wrong = Number(counted?.wrong ?? 0n);
  return {
    name,
    statement,
    holds: counted !== undefined && wrong === 0,
    checked: Number(counted?.checked ?? 0n),
    wrong,
    figures: figures === undefined ? [] : await amountsOf(tx, figures),
    broken: wrong === 0 ? [] : await placesOf(tx, facts),
  };
}

async function amountsOf(tx: Transaction, figures: string): Promise<Finding["figures"]> {
  const rows = await tx.run<{ label: string; amount: string }>(figures);
  return rows.map(({ label, amount }) => ({ label, amount: formatAmount(BigInt(amount)) }));
}

/** Asked only where something is wrong, so that a sound ledger is read once. */
async function placesOf(tx: Transaction, facts: string): Promise<Finding["broken"]> {
  const first = `select broken from (${facts}) facts where broken is not null order by broken limit ${MOST_PLACES}`;
  const rows = await tx.run<{ broken: string }>(first);
  return rows.map(({ broken }) => JSON.parse(broken) as Record<string, unknown>);
}
