/** Reads what has been posted of a wallet that several had as one, and says of each transfer whose it was. */
import { bucketsOf, uuidsOf } from "../../db/arrays.ts";
import {
  as,
  fromUuid,
  type LotId,
  type MemberId,
  type MergeId,
  type OperationId,
  type ProfileId,
} from "../../kernel/ids.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import type { DocumentStore } from "../../engine/definition/document-store.ts";
import { bucketIn, OWED } from "../../engine/transfer-sql.ts";
import type { Account, Brand } from "../../ledger/account.ts";
import type { TransferEvent } from "../../ledger/transfer.ts";
import type { ToPart } from "./part-wallets.ts";
import type { Posted, Side } from "./uses.ts";

/** Who leaves: members with all that is theirs, and profiles. */
interface Leaving {
  readonly members: ReadonlySet<MemberId>;
  readonly profiles: ReadonlySet<ProfileId>;
}

/** Since when, and where, they were one with the others. */
interface Shared {
  /** The wallets that they had, one after another. */
  readonly wallets: readonly MemberId[];
  /** The operation by which they came. */
  readonly since: OperationId;
  /** By which those wallets became one another: what moved so has moved nothing from one side to the other. */
  readonly between: readonly MergeId[];
}

interface PostedSince {
  readonly posted: readonly Posted[];
  /** What those who stay owed before. */
  readonly owed: ReadonlyMap<Brand, bigint>;
  readonly lots: readonly LotId[];
}

/** More than this of one member is not told apart. */
export const MOST_TRANSFERS = 50_000;

const SINCE = `coalesce((select s.position from operations s where s.bucket = any($3::smallint[]) and s.operation_id = any($4::uuid[])), 0)`;
const TRANSFERS = `select t.entity, t.debit, t.credit, t.amount, t.lot_id, t.event, t.operation_id, o.profile_id, o.member_id,
    l.profile_id as lot_profile, g.member_id as lot_member
  from transfers t join operations o on o.bucket = ${bucketIn("t.operation_id")} and o.operation_id = t.operation_id
    left join lots l on l.bucket = t.bucket and l.member_id = t.member_id and l.lot_id = t.lot_id
    left join operations g on g.bucket = ${bucketIn("l.operation_id")} and g.operation_id = l.operation_id
  where t.bucket = any($1::smallint[]) and t.member_id = any($2::uuid[]) and t.position >= ${SINCE}
    and t.event not in ('grant', 'claim', 'activation', 'expiry', 'hold', 'release')
  order by t.position, o.place, t.ordinal limit ${MOST_TRANSFERS + 1}`;
const OWED_BEFORE = `select t.entity, ${OWED}::bigint as owed from transfers t
  where t.bucket = any($1::smallint[]) and t.member_id = any($2::uuid[]) and t.position < ${SINCE}
    and (t.debit = 'debt' or t.credit = 'debt') group by t.entity`;

interface Row {
  readonly entity: Brand;
  readonly debit: Account;
  readonly credit: Account;
  readonly amount: bigint;
  readonly lot_id: string | null;
  readonly event: TransferEvent;
  readonly operation_id: string;
  readonly profile_id: string | null;
  readonly member_id: string | null;
  readonly lot_profile: string | null;
  readonly lot_member: string | null;
}

/** Undefined where there is more than can be told apart at once. */
async function readUses(tx: Transaction, leaving: Leaving, shared: Shared): Promise<PostedSince | undefined> {
  const { wallets, since, between } = shared;
  const parameters = [bucketsOf(wallets), uuidsOf(wallets), bucketsOf([since]), uuidsOf([since])];
  const [rows, owed] = await Promise.all([
    tx.run<Row>(TRANSFERS, parameters),
    tx.run<{ entity: Brand; owed: bigint }>(OWED_BEFORE, parameters),
  ]);
  if (rows.length > MOST_TRANSFERS) return undefined;
  const skipped = new Set(between.map((id) => as("opn", id)));
  const posted = rows
    .filter(({ event, operation_id }) => event !== "move" || !skipped.has(fromUuid("opn", operation_id)))
    .map((row) => postedOf(row, leaving, since));
  const lots = new Set(rows.flatMap(({ lot_id }) => (lot_id === null ? [] : [fromUuid("lot", lot_id)])));
  return { posted, owed: new Map(owed.map((row) => [row.entity, row.owed])), lots: [...lots] };
}

function postedOf(row: Row, leaving: Leaving, since: OperationId): Posted {
  const { entity, debit, credit, amount, lot_id, event, operation_id, profile_id, member_id } = row;
  return {
    entity,
    debit,
    credit,
    amount,
    event,
    lotId: lot_id === null ? null : fromUuid("lot", lot_id),
    ownedBy: lot_id === null ? null : (sideOf(leaving, row.lot_profile, row.lot_member) ?? "staying"),
    askedBy: fromUuid("opn", operation_id) === since ? "leaving" : askedBy(leaving, profile_id, member_id),
  };
}

/** Who is named by id stands for all who are one with him: it is nobody's in particular, but where he himself leaves. */
function askedBy(leaving: Leaving, profile: string | null, member: string | null): Side | null {
  if (profile !== null) return sideOf(leaving, profile, null);
  return member !== null && leaving.members.has(fromUuid("mbr", member)) ? "leaving" : null;
}

/** Whose something is that goes with a profile, else with a member. */
function sideOf({ members, profiles }: Leaving, profile: string | null, member: string | null): Side | null {
  if (profile !== null) return profiles.has(fromUuid("prf", profile)) ? "leaving" : "staying";
  return member === null ? null : members.has(fromUuid("mbr", member)) ? "leaving" : "staying";
}

const ORIGINS = `select l.lot_id, l.profile_id, g.member_id from lots l
    left join operations g on g.bucket = ${bucketIn("l.operation_id")} and g.operation_id = l.operation_id
  where l.bucket = any($1::smallint[]) and l.member_id = any($2::uuid[]) and not l.closed`;
const HOLDS = `select h.hold_id, o.profile_id, o.member_id from holds h
    left join operations o on o.bucket = ${bucketIn("h.hold_id")} and o.operation_id = h.hold_id
  where h.bucket = any($1::smallint[]) and h.member_id = any($2::uuid[]) and h.status = 'open'`;

/** Whose the open lots and the open holds of a wallet are. */
async function readOwners(
  tx: Transaction,
  memberId: MemberId,
  leaving: Leaving,
): Promise<{ readonly lots: ReadonlyMap<string, Side>; readonly holds: ReadonlyMap<string, Side> }> {
  const parameters = [bucketsOf([memberId]), uuidsOf([memberId])];
  type Origin = { profile_id: string | null; member_id: string | null };
  const [lots, holds] = await Promise.all([
    tx.run<Origin & { lot_id: string }>(ORIGINS, parameters),
    tx.run<Origin & { hold_id: string }>(HOLDS, parameters),
  ]);
  const side = ({ profile_id, member_id }: Origin): Side => sideOf(leaving, profile_id, member_id) ?? "staying";
  return {
    lots: new Map(lots.map((row) => [fromUuid("lot", row.lot_id), side(row)])),
    holds: new Map(holds.map((row) => [fromUuid("hld", row.hold_id), side(row)])),
  };
}

/** Names what two sides have had in common: who leaves whom, and since when and where they were one. */
export interface CommonPast {
  readonly memberId: MemberId;
  readonly members: readonly MemberId[];
  readonly profiles: readonly ProfileId[];
  readonly shared: Shared;
}

export const commonPastRef = (past: CommonPast): string => JSON.stringify(past);

/** What is known of it, of a wallet of this version. */
interface KnownPast extends ToPart {
  readonly version: bigint;
  /** Lots that it speaks of. */
  readonly named: readonly LotId[];
}

const VERSION = `select w.version from wallets w where w.bucket = any($1::smallint[]) and w.member_id = any($2::uuid[])`;

/**
 * What two sides have had in common, by its name: read after the wallet is locked, so that nothing can be posted to it
 * meanwhile. Never saved.
 */
export const commonPastStore: DocumentStore<KnownPast | "too_much"> = {
  name: "common past",
  async load(tx, refs) {
    const known = refs.map(async (ref) => [ref, await readPast(tx, JSON.parse(ref) as CommonPast)] as const);
    return new Map(await Promise.all(known));
  },
  save: () => [],
};

async function readPast(tx: Transaction, past: CommonPast): Promise<KnownPast | "too_much"> {
  const leaving = { members: new Set(past.members), profiles: new Set(past.profiles) };
  const [uses, owners, [wallet]] = await Promise.all([
    readUses(tx, leaving, past.shared),
    readOwners(tx, past.memberId, leaving),
    tx.run<{ version: bigint }>(VERSION, [bucketsOf([past.memberId]), uuidsOf([past.memberId])]),
  ]);
  if (uses === undefined) return "too_much";
  return { ...uses, ...owners, named: uses.lots, version: wallet?.version ?? 0n };
}
