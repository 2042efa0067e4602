/** A settlement as it is read: its parties, what each owes the other line by line, and who has done what with it. */
import { sum } from "../../kernel/amount.ts";
import type { Instant } from "../../kernel/clock.ts";
import { uuidsOf } from "../../db/arrays.ts";
import { assert } from "../../kernel/assert.ts";
import { bucketOf, fromUuid, type OperationId, type SettlementId, uuidOf } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Brand } from "../../ledger/account.ts";
import type { Actor } from "../../engine/actor.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { firstDayAfter, firstDayOf } from "../periods/months.ts";
import { requireSettlement } from "../settlement/parties.ts";
import { lineRows, type Settlement, type SettlementLine, settlementStore } from "../settlement/stores.ts";
import { type Days, type Party, partyIn } from "./party-names.ts";

/** What somebody did with it. */
export interface Act {
  readonly operationId: OperationId;
  readonly staffId: string;
  readonly at: Instant;
  readonly reason: string | null;
  readonly reference: string | null;
}

export interface StatementLine extends SettlementLine {
  /** Of the settlement that has what is corrected; null where none has. */
  readonly originalNumber: number | null;
}

/** What one party owes the other. */
export interface Direction {
  readonly debtor: Party;
  readonly creditor: Party;
  readonly lines: readonly StatementLine[];
  readonly bonuses: bigint;
  readonly total: bigint;
  readonly vat: bigint;
}

export interface Statement {
  readonly settlement: Settlement;
  readonly days: Days;
  /** Whose statement it is, and the other party. */
  readonly own: Party;
  readonly other: Party;
  /** What the one is to pay the other, and the other way round. The other's statement has the two exchanged. */
  readonly payable: bigint;
  readonly receivable: bigint;
  /** The same for both: first what the party owes whose code comes first. */
  readonly directions: readonly [Direction, Direction];
  readonly made: Act;
  readonly agreed: readonly (Act & { readonly entity: Brand })[];
  readonly paid: Act | null;
  readonly dropped: Act | null;
}

const LINES = `select g.number, ${lineRows.list("l")} from settlement_lines l left join settlements g on g.settlement_id = l.original_id
  where l.bucket = $1::smallint and l.settlement_id = $2::uuid order by l.place`;
const ACTS = `select operation_id, staff_id, posted_at, reason, reference from operations
  where bucket = $1::smallint and operation_id = any($2::uuid[])`;

/** `settlement_not_found` for whoever is no party; `brand_forbidden` for whoever asks for the other party's statement. */
export async function readStatement(
  look: Lookup,
  actor: Actor,
  settlementId: string,
  entity: Brand | undefined,
): Promise<Statement> {
  const settlement = await requireSettlement(look, actor, settlementId);
  if (actor.brand !== null && entity !== undefined && entity !== actor.brand) {
    throw new Problem("brand_forbidden", { brand: actor.brand });
  }
  const { one, other } = settlement;
  const whose = actor.brand ?? entity ?? one;
  if (whose !== one && whose !== other) throw new Problem("settlement_not_found");
  const { zone } = (await look.readPolicies()).at(look.clock.now()).rules;
  const days = { first: firstDayOf(settlement.fromMonth), end: firstDayAfter(settlement.toMonth), zone };
  return look.reader.snapshot(async (tx) => composed(await readParts(tx, settlement, days), whose));
}

interface Parts {
  readonly settlement: Settlement;
  readonly days: Days;
  readonly one: Party;
  readonly other: Party;
  readonly lines: readonly StatementLine[];
  readonly acts: ReadonlyMap<string, Act>;
}

/** All in one state of the ledger. */
async function readParts(tx: Transaction, { id }: Settlement, days: Days): Promise<Parts> {
  const settlement = (await settlementStore.load(tx, [id], "none")).get(id);
  if (settlement === undefined) throw new Problem("settlement_not_found");
  const [one, other] = [await partyIn(tx, settlement.one, days), await partyIn(tx, settlement.other, days)];
  return { settlement, days, one, other, lines: await readLines(tx, id), acts: await readActs(tx, settlement) };
}

async function readLines(tx: Transaction, id: SettlementId): Promise<StatementLine[]> {
  const rows = await tx.values(LINES, [bucketOf(id), uuidOf(id)]);
  return rows.map(([number, ...values]) => ({ ...lineRows.decode(values), originalNumber: number as number | null }));
}

interface ActRow {
  readonly operation_id: string;
  readonly staff_id: string;
  readonly posted_at: Instant;
  readonly reason: string | null;
  readonly reference: string | null;
}

/** What a settlement names was done where it lies itself. */
async function readActs(tx: Transaction, settlement: Settlement): Promise<Parts["acts"]> {
  const { id, operationId, oneAgreedBy, otherAgreedBy, paidBy, droppedBy } = settlement;
  const named = [operationId, oneAgreedBy, otherAgreedBy, paidBy, droppedBy].filter((each) => each !== null);
  const rows = await tx.run<ActRow>(ACTS, [bucketOf(id), uuidsOf(named)]);
  const acts = rows.map(({ operation_id: uuid, staff_id: staffId, posted_at: at, reason, reference }): Act => {
    return { operationId: fromUuid("opn", uuid), staffId, at, reason, reference };
  });
  return new Map(acts.map((act) => [act.operationId, act]));
}

function composed({ settlement, days, one, other, lines, acts }: Parts, whose: Brand): Statement {
  const [own, opposite] = whose === one.brand ? [one, other] : [other, one];
  const directions = [directionOf(one, other, lines), directionOf(other, one, lines)] as const;
  const owes = (party: Party) => sum(directions.filter(({ debtor }) => debtor === party).map(({ total }) => total));
  const actOf = (by: OperationId | null) => (by === null ? undefined : acts.get(by));
  const made = actOf(settlement.operationId);
  assert(made !== undefined, "a settlement was made by an operation");
  const agreements = [
    [one.brand, actOf(settlement.oneAgreedBy)],
    [other.brand, actOf(settlement.otherAgreedBy)],
  ] as const;
  return {
    settlement,
    days,
    own,
    other: opposite,
    payable: owes(own),
    receivable: owes(opposite),
    directions,
    made,
    agreed: agreements.flatMap(([entity, act]) => (act === undefined ? [] : [{ entity, ...act }])),
    paid: actOf(settlement.paidBy) ?? null,
    dropped: actOf(settlement.droppedBy) ?? null,
  };
}

/** Totals are the sums of their lines, each of which is rounded by itself. */
function directionOf(debtor: Party, creditor: Party, all: readonly StatementLine[]): Direction {
  const lines = all.filter((line) => line.debtor === debtor.brand);
  const added = (amounts: (line: StatementLine) => bigint) => sum(lines.map(amounts));
  return {
    debtor,
    creditor,
    lines,
    bonuses: added(({ bonuses }) => bonuses),
    total: added(({ total }) => total),
    vat: added(({ vat }) => vat),
  };
}
