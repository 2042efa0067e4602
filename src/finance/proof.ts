/**
 * The proof: every invariant of the ledger, looked at over every row, in one state of the database.
 * It changes nothing, holds no lock, and may be asked for while tills are selling: one at a time, on a connection of its own.
 */
import { z } from "@hono/zod-openapi";
import { classify } from "../db/errors.ts";
import { formatAmount } from "../kernel/amount.ts";
import type { Actor } from "../engine/actor.ts";
import type { Audit } from "../engine/connection/audit.ts";
import type { Snapshot } from "../engine/connection/reader.ts";
import type { Transaction } from "../engine/connection/session.ts";
import type { Invariant } from "../engine/definition/invariant.ts";
import { defineRead } from "../engine/definition/read.ts";
import { seesOwnOf } from "../engine/definition/visibility.ts";

const Finding = z
  .strictObject({
    name: z.string().openapi({ example: "wallets_are_their_transfers" }),
    statement: z.string(),
    holds: z.boolean(),
    checked: z.int().min(0).openapi({ description: "How many facts were looked at." }),
    wrong: z.int().min(0).openapi({ description: "How many of them are broken." }),
    figures: z
      .array(z.strictObject({ label: z.string(), amount: z.string().regex(/^-?\d+\.\d{2}$/) }))
      .openapi({ description: "The amounts that it is about; a credit balance is positive." }),
    broken: z.array(z.record(z.string(), z.unknown())).openapi({
      description:
        "The first twenty places where it does not hold, and what was found there. An invariant that cannot be looked at, since something that is kept cannot be read, has one, with the database's code for it: `unreadable`.",
    }),
  })
  .openapi("Finding");

const Proof = z.strictObject({ holds: z.boolean(), invariants: z.array(Finding) }).openapi("Proof");
export type Proof = z.input<typeof Proof>;

/** The route of the proof, of these invariants. */
export const proofRead = (invariants: readonly Invariant[]) =>
  defineRead({
    name: "prove",
    permission: "proof.read",
    http: {
      method: "get",
      path: "/v1/proof",
      tag: "Finance",
      summary: "Prove every invariant of the ledger",
      description:
        "Looks at every row in one state of the database, without a lock. Answers 200 whether the invariants hold or not: see `holds`. " +
        "Over millions of rows it takes from seconds to some minutes; whoever asks meanwhile is given the next one, together with all others who do. " +
        "What cannot be read keeps the invariants from being looked at that need it, and no others; such an invariant does not hold. " +
        "A client of one brand is shown figures and broken places of that brand's own books; whether everything holds, it is told of all.",
    },
    answer: { description: "Each invariant, as it was found.", schema: Proof },
    problems: [],
    read: async ({ audit }, { actor }) => shownTo(actor, await prove(audit, invariants)),
  });

/** An amount or a place with the entity in whose books it lies; null where it is nobody's own. */
type Owned<T> = T & { readonly entity: string | null };

/** One invariant, as it was found, with everything that anybody may see of it. */
interface Found extends Omit<Proof["invariants"][number], "figures"> {
  readonly figures: readonly Owned<Proof["invariants"][number]["figures"][number]>[];
}

const MOST_PLACES = 20;
/**
 * Joins of whole tables go faster where their hashes fit into memory, and must not become a million look-ups because the planner
 * has not seen yet how large the tables have grown; nor may a join go by one of two keys, and compare all of a receipt's lots with
 * all. One proof runs at a time.
 */
export const SETTINGS = { work_mem: "64MB", enable_nestloop: "off", enable_mergejoin: "off" };
const PREPARE = `select ${Object.entries(SETTINGS)
  .map(([name, value]) => `set_config('${name}', '${value}', true)`)
  .join(", ")}`;

/** Proves every invariant in one snapshot. Answers what was found; a broken invariant is an answer, not an error. */
function prove(audit: Audit, invariants: readonly Invariant[]): Promise<readonly Found[]> {
  return audit.run("proof", async (tx) => {
    await tx.run(PREPARE);
    const found: Found[] = [];
    for (const invariant of invariants) found.push(await findApart(tx, invariant));
    return found;
  });
}

/** Values that a statement cannot read as what they are to be; and rows of which there is one, and are several. */
const DATA_ERROR = /^2[12]/;

/**
 * Each by itself: a value that nobody can read keeps one invariant from being looked at, and no other. Such a one does not
 * hold. What the database says of it may repeat what is kept there, and is told to nobody.
 */
async function findApart(tx: Snapshot, invariant: Invariant): Promise<Found> {
  try {
    return await tx.part((part) => find(part, invariant));
  } catch (error) {
    const fault = classify(error);
    if (fault.kind !== "other" || fault.sqlstate === null || !DATA_ERROR.test(fault.sqlstate)) throw error;
    const { name, statement } = invariant;
    const broken = [{ entity: null, invariant: name, unreadable: fault.sqlstate }];
    return { name, statement, holds: false, checked: 0, wrong: 1, figures: [], broken };
  }
}

async function find(tx: Transaction, { name, statement, facts, figures }: Invariant): Promise<Found> {
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

async function amountsOf(tx: Transaction, figures: string): Promise<Found["figures"]> {
  const rows = await tx.run<{ label: string; amount: string; entity: string | null }>(figures);
  return rows.map(({ label, amount, entity }) => ({ label, amount: formatAmount(BigInt(amount)), entity }));
}

/**
 * The first places of each entity, so that a client of one brand misses none of its own because of the other's.
 * Asked only where something is wrong, so that a sound ledger is read once.
 */
async function placesOf(tx: Transaction, facts: string): Promise<Found["broken"]> {
  const ranked = `select broken, row_number() over (partition by broken::json->>'entity' order by broken) as place
    from (${facts}) facts where broken is not null`;
  const first = `select broken from (${ranked}) ranked where place <= ${MOST_PLACES} order by broken`;
  const rows = await tx.run<{ broken: string }>(first);
  return rows.map(({ broken }) => JSON.parse(broken) as Record<string, unknown>);
}

/** What an actor may see: of one brand its own books; of no brand, everything. */
function shownTo({ brand }: Pick<Actor, "brand">, found: readonly Found[]): Proof {
  // What lies in nobody's books is of both brands together.
  const isShown = (entity: unknown): boolean =>
    brand === null || (typeof entity === "string" && seesOwnOf({ brand }, entity));
  const invariants = found.map(({ figures, broken, ...known }) => ({
    ...known,
    figures: figures.filter(({ entity }) => isShown(entity)).map(({ label, amount }) => ({ label, amount })),
    broken: broken.filter(({ entity }) => isShown(entity)).slice(0, MOST_PLACES),
  }));
  return { holds: invariants.every(({ holds }) => holds), invariants };
}
