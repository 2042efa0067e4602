/** Reads what has been posted of a wallet that several had as one, and says of each transfer whose it was. */
import { bucketOf, fromUuid, type LotId, type MemberId, type ProfileId, uuidOf } from "../../../kernel/ids.ts";
import type { Transaction } from "../../../engine/connection/session.ts";
import { bucketIn, IN_LOTS, OWED } from "../../../engine/transfer-sql.ts";
import type { Account, Brand } from "../../../ledger/account.ts";
import type { TransferEvent } from "../../../ledger/transfer.ts";
import { recordedFor } from "../../recorded-sql.ts";
import { isBefore, type Place, type Span, type Together } from "./past-spans.ts";
import type { Posted, Side } from "./uses.ts";

/** Who leaves: members with all that is theirs, and profiles. */
export interface Leaving {
  readonly members: ReadonlySet<MemberId>;
  readonly profiles: ReadonlySet<ProfileId>;
}

interface PostedSince {
  readonly posted: readonly Posted[];
  readonly lots: readonly LotId[];
  /** Lots of others who were not there that those who leave have brought: what a hold had taken along from an earlier parting. */
  readonly brought: ReadonlySet<string>;
}

/** More than this of one member is not told apart. */
export const MOST_TRANSFERS = 50_000;

/** Of operations before a place, and with it. */
const BEFORE = (
  place: string,
) => `(t.position < ${place}::bigint or (t.position = ${place}::bigint and t.operation_id in
  (select b.operation_id from operations b where b.position = ${place}::bigint and b.place <= $4::int)))`;
const TRANSFERS = `select t.entity, t.debit, t.credit, t.amount, t.lot_id, t.event, t.operation_id, o.profile_id,
    coalesce(s.member_id, o.member_id) as member_id, coalesce(f.position, o.position)::text as recorded_position,
    coalesce(f.place, o.place) as recorded_place, o.position::text as position, o.place,
    l.profile_id as lot_profile, coalesce(e.member_id, g.member_id) as lot_member
  from transfers t join operations o on o.bucket = ${bucketIn("t.operation_id")} and o.operation_id = t.operation_id
    left join lateral (select k.profile_id, k.operation_id from lots k
      where k.bucket = t.bucket and k.member_id = t.member_id and k.lot_id = t.lot_id limit 1) l on true
    left join operations g on g.bucket = ${bucketIn("l.operation_id")} and g.operation_id = l.operation_id
    left join lateral ${recordedFor("g")} e on l.profile_id is null
    left join lateral ${recordedFor("o")} s on true
    left join operations f on f.bucket = ${bucketIn("s.operation_id")} and f.operation_id = s.operation_id
  where t.bucket = $1::smallint and t.member_id = $2::uuid
    and t.position >= $3::bigint and (o.position, o.place) >= ($3::bigint, $4::int)
    and ($5::bigint is null or (t.position <= $5::bigint and (o.position, o.place) <= ($5::bigint, $6::int)))
    and t.event not in ('grant', 'claim', 'activation', 'expiry', 'hold', 'release')
  order by o.position, o.place, t.ordinal limit ${MOST_TRANSFERS + 1}`;
/** What a wallet had at a place: by lot, and what it owed. */
const HAD = `select h.entity, h.lot_id, h.amount, l.profile_id as lot_profile, coalesce(e.member_id, g.member_id) as lot_member from (
    select t.entity, t.lot_id, ${IN_LOTS}::bigint as amount from transfers t
      where t.bucket = $1::smallint and t.member_id = $2::uuid and t.lot_id is not null and ${BEFORE("$3")}
      group by t.entity, t.lot_id
    union all
    select t.entity, null, ${OWED}::bigint from transfers t
      where t.bucket = $1::smallint and t.member_id = $2::uuid and (t.debit = 'debt' or t.credit = 'debt') and ${BEFORE("$3")}
      group by t.entity
  ) h
    left join lots l on l.bucket = $1::smallint and l.member_id = $2::uuid and l.lot_id = h.lot_id
    left join operations g on g.bucket = ${bucketIn("l.operation_id")} and g.operation_id = l.operation_id
    left join lateral ${recordedFor("g")} e on l.profile_id is null
  where h.amount > 0`;

/** Lots of which a wallet had nothing before, and of which a merge has given it some; whose they are, and whether that came too. */
const BROUGHT = `select b.lot_id, l.profile_id as lot_profile, coalesce(e.member_id, g.member_id) as lot_member, k.profile_id is not null as has_come
  from (select t.lot_id from transfers t where t.bucket = $1::smallint and t.member_id = $2::uuid and t.lot_id is not null
      group by t.lot_id
      having min(t.position) = $3::bigint and bool_or(t.operation_id = $4::uuid and t.event = 'move' and t.debit = 'moved')) b
    cross join lateral (select * from lots o where o.bucket = $1::smallint and o.member_id = $2::uuid and o.lot_id = b.lot_id limit 1) l
    left join operations g on g.bucket = ${bucketIn("l.operation_id")} and g.operation_id = l.operation_id
    left join lateral ${recordedFor("g")} e on l.profile_id is null
    left join profile_links k on k.bucket = ${bucketIn("l.profile_id")} and k.profile_id = l.profile_id and k.operation_id = $4::uuid`;

interface BroughtRow extends Origin {
  readonly lot_id: string;
  readonly has_come: boolean;
}

interface Origin {
  readonly lot_profile: string | null;
  readonly lot_member: string | null;
}

interface Row extends Origin {
  readonly entity: Brand;
  readonly debit: Account;
  readonly credit: Account;
  readonly amount: bigint;
  readonly lot_id: string | null;
  readonly event: TransferEvent;
  readonly operation_id: string;
  readonly profile_id: string | null;
  /** Whom it was recorded for, and where that stands: a return's sale, a pickup's order. */
  readonly member_id: string | null;
  readonly recorded_position: string;
  readonly recorded_place: number;
  readonly position: string;
  readonly place: number;
}

interface HadRow extends Origin {
  readonly entity: Brand;
  readonly lot_id: string | null;
  readonly amount: bigint;
}

/** Undefined where there is more than can be told apart at once. */
export async function readUses(tx: Transaction, leaving: Leaving, shared: Together): Promise<PostedSince | undefined> {
  const [brought, ...spans] = await Promise.all([
    readBrought(tx, shared.arrival),
    ...shared.spans.map((span) => readSpan(tx, span)),
  ]);
  const posted = spans.flatMap((read) => postedIn(read, { ...leaving, brought }, shared));
  if (posted.length > MOST_TRANSFERS) return undefined;
  const lots = new Set(posted.flatMap(({ lotId }) => lotId ?? []));
  return { posted, lots: [...lots], brought };
}

async function readBrought(tx: Transaction, arrival: Together["arrival"]): Promise<Set<string>> {
  if (arrival === null) return new Set();
  const { by, at, wallet } = arrival;
  const rows = await tx.run<BroughtRow>(BROUGHT, [bucketOf(wallet), uuidOf(wallet), at.position, uuidOf(by)]);
  const came = new Set<string>(arrival.members);
  const ofOthers = rows.filter(({ lot_profile, lot_member, has_come }) =>
    lot_profile === null ? lot_member !== null && !came.has(fromUuid("mbr", lot_member)) : !has_come,
  );
  return new Set(ofOthers.map(({ lot_id }) => fromUuid("lot", lot_id)));
}

interface ReadSpan {
  readonly span: Span;
  /** What was in the wallet before. */
  readonly had: readonly HadRow[];
  readonly rows: readonly Row[];
  readonly left: readonly HadRow[];
}

async function readSpan(tx: Transaction, span: Span): Promise<ReadSpan> {
  const { wallet, from, to, before, isLeft } = span;
  const member = [bucketOf(wallet), uuidOf(wallet)] as const;
  const hadAt = (place: Place, last: number) => tx.run<HadRow>(HAD, [...member, place.position, last]);
  const [had, rows, left] = await Promise.all([
    before === "nothing" ? [] : hadAt(from, from.place - 1),
    tx.run<Row>(TRANSFERS, [...member, from.position, from.place, to?.position ?? null, to?.place ?? null]),
    to !== null && isLeft ? hadAt(to, to.place) : [],
  ]);
  return { span, had, rows, left };
}

/** Those who leave, with the lots that they have brought. */
type Leavers = Leaving & Pick<PostedSince, "brought">;

/** What others had in the wallet comes in, then what was posted there, and what they have left there goes. */
function postedIn({ span, had, rows, left }: ReadSpan, leaving: Leavers, shared: Together): Posted[] {
  const { to, before, isLeft } = span;
  const skipped = new Set(shared.between);
  const came = new Map(shared.brought);
  const posted = rows.flatMap((row) => {
    const isEnd = to !== null && row.position === to.position && row.place === to.place;
    if (isEnd && !(isLeft && REPAYS.has(row.event))) return [];
    const by = fromUuid("opn", row.operation_id);
    return row.event === "move" && skipped.has(by)
      ? []
      : [postedOf(row, leaving, came.get(by) ?? ownSide(row, leaving, shared))];
  });
  const side = before === "own" ? "leaving" : "staying";
  return [...movedOf(had, leaving, "in", side), ...posted, ...movedOf(left, leaving, "out", "staying")];
}

/** What a parting has posted in the wallet that they have left: debts that others' bonuses had paid are owed again. */
const REPAYS: ReadonlySet<TransferEvent> = new Set(["repayment", "repayment_reversal"]);

const lotIn = ({ lot_id }: { readonly lot_id: string | null }): LotId | null =>
  lot_id === null ? null : fromUuid("lot", lot_id);

function postedOf(row: Row, leaving: Leavers, came: Side | undefined): Posted {
  const { entity, debit, credit, amount, event, profile_id, member_id } = row;
  const ownedBy = ownerOf(row, leaving);
  const lotId = lotIn(row);
  return {
    entity,
    debit,
    credit,
    amount,
    event,
    lotId,
    ownedBy,
    askedBy: came ?? askedBy(leaving, profile_id, member_id),
  };
}

/** What a side brings along, or leaves behind, told as moves: debts, and what it has of lots of those who leave now. */
const movedOf = (rows: readonly HadRow[], leaving: Leavers, way: "in" | "out", side: Side): Posted[] =>
  rows.flatMap((row) => {
    const { entity, amount } = row;
    const lotId = lotIn(row);
    const ownedBy = ownerOf(row, leaving);
    if (ownedBy === "staying") return [];
    // Of a lot it does not matter in which of its accounts it is. What comes in is a credit of a lot, and a debit of a debt.
    const own = lotId === null ? "debt" : "available";
    const isCredit = (way === "in") === (own === "available");
    const accounts = isCredit ? ({ debit: "moved", credit: own } as const) : ({ debit: own, credit: "moved" } as const);
    return [{ entity, ...accounts, amount, event: "move" as const, lotId, ownedBy, askedBy: side }];
  });

function ownerOf(row: Origin & { readonly lot_id: string | null }, leaving: Leavers): Side | null {
  const lotId = lotIn(row);
  if (lotId === null) return null;
  if (leaving.brought.has(lotId)) return "leaving";
  return sideOf(leaving, row.lot_profile, row.lot_member) ?? "staying";
}

/**
 * What was recorded for one of those who stay, named by his id, while those who leave were not one with him, is theirs alone: a
 * wallet that is named has been his own then.
 */
function ownSide(
  { profile_id, member_id, recorded_position: position, recorded_place: place }: Row,
  { members }: Leaving,
  { spans }: Together,
): Side | undefined {
  if (profile_id !== null || member_id === null || members.has(fromUuid("mbr", member_id))) return undefined;
  const [named, at] = [fromUuid("mbr", member_id), { position, place }];
  const isIn = ({ wallet, from, to }: Span) =>
    wallet === named && !isBefore(at, from) && (to === null || isBefore(at, to));
  return spans.some(isIn) ? undefined : "staying";
}

/** Who is named by id stands for all who are one with him: it is nobody's in particular, but where he himself leaves. */
function askedBy(leaving: Leaving, profile: string | null, member: string | null): Side | null {
  if (profile !== null) return sideOf(leaving, profile, null);
  return member !== null && leaving.members.has(fromUuid("mbr", member)) ? "leaving" : null;
}

/** Whose something is that goes with a profile, else with a member. */
export function sideOf({ members, profiles }: Leaving, profile: string | null, member: string | null): Side | null {
  if (profile !== null) return profiles.has(fromUuid("prf", profile)) ? "leaving" : "staying";
  return member === null ? null : members.has(fromUuid("mbr", member)) ? "leaving" : "staying";
}
