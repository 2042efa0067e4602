/** What two sides have had in common: read after the wallet is locked, so that nothing can be posted to it meanwhile. */
import { bucketsOf, uuidsOf } from "../../../db/arrays.ts";
import type { Instant } from "../../../kernel/clock.ts";
import { bucketOf, fromUuid, type LotId, type MemberId, type ProfileId, uuidOf } from "../../../kernel/ids.ts";
import type { Transaction } from "../../../engine/connection/session.ts";
import { defineReading } from "../../../engine/definition/document-store.ts";
import { bucketIn } from "../../../engine/transfer-sql.ts";
import type { Together } from "./past-spans.ts";
import { MOST_TRANSFERS, readLots, readSpan, type ReadSpan, withHistory } from "./read-spans.ts";
import { goingOn, readRecorded } from "./recorded.ts";
import type { Side } from "./shares.ts";
import type { LotOwner, ToPart } from "./uses.ts";
import { type BothSides, lotsOfBoth, type People, sideOf, Telling } from "./whose.ts";

const ORIGINS = `select l.lot_id, l.profile_id, g.member_id, case when l.profile_id is null then ${goingOn("g")} end as going_on from lots l
    left join operations g on g.bucket = ${bucketIn("l.operation_id")} and g.operation_id = l.operation_id
  where l.bucket = any($1::smallint[]) and l.member_id = any($2::uuid[]) and not l.closed`;
const HOLDS = `select h.hold_id, o.profile_id, o.member_id from holds h
    left join operations o on o.bucket = ${bucketIn("h.hold_id")} and o.operation_id = h.hold_id
  where h.bucket = any($1::smallint[]) and h.member_id = any($2::uuid[]) and h.status = 'open'`;
/** The changes of a lot's end in these wallets after a merge. */
const LATER = `select 1 from lot_terms t
      join operations o on o.bucket = ${bucketIn("t.operation_id")} and o.operation_id = t.operation_id
      where t.bucket = any($8::smallint[]) and t.member_id = any($9::uuid[]) and t.lot_id = l.lot_id
        and t.operation_id <> $5::uuid and (o.position, o.place) > ($6::bigint, $7::int)`;
/**
 * Open lots of which those who came had some as well, and that had another end there, or here: where merges and partings alone
 * have moved it since; with the end that it had here before, where that merge was the last to move it.
 */
const ENDS = `select l.lot_id, case when not exists (${LATER}) then m.former_end end as former_end from lots a
    join lateral (select k.bucket, k.member_id, k.lot_id, k.closed, k.expires_at from lots k
      where k.bucket = $1::smallint and k.member_id = $2::uuid and k.lot_id = a.lot_id limit 1) l on not l.closed
    left join lateral (select t.former_end from lot_terms t where t.bucket = l.bucket and t.member_id = l.member_id
      and t.lot_id = l.lot_id and t.operation_id = $5::uuid limit 1) m on true
  where a.bucket = $3::smallint and a.member_id = $4::uuid and (a.expires_at <> l.expires_at or m.former_end is not null)
    and not exists (${LATER} and t.reason <> 'move')`;

/** Whose the open lots and the open holds of a wallet are. */
async function readOwners(
  tx: Transaction,
  memberId: MemberId,
  sides: BothSides,
): Promise<{ readonly lots: ReadonlyMap<LotId, Side>; readonly holds: ReadonlyMap<string, Side> }> {
  const parameters = [bucketsOf([memberId]), uuidsOf([memberId])];
  type Granted = { profile_id: string | null; member_id: string | null };
  const [lots, holds] = await Promise.all([
    tx.run<Granted & { lot_id: string; going_on: string | null }>(ORIGINS, parameters),
    tx.run<Granted & { hold_id: string }>(HOLDS, parameters),
  ]);
  const recorded = await readRecorded(
    tx,
    lots.map(({ going_on }) => going_on),
  );
  const side = ({ profile_id, member_id }: Granted): Side => sideOf(sides, profile_id, member_id) ?? "staying";
  return {
    lots: new Map(
      lots.map(({ lot_id, profile_id, member_id, going_on }) => {
        const grantedTo = recorded.get(going_on)?.member_id ?? member_id;
        return [fromUuid("lot", lot_id), side({ profile_id, member_id: grantedTo })];
      }),
    ),
    holds: new Map(holds.map((row) => [fromUuid("hld", row.hold_id), side(row)])),
  };
}

/** See `ToPart`. */
async function readEnds(tx: Transaction, { memberId, shared }: CommonPast): Promise<ToPart["ends"]> {
  if (shared.arrival === null) return new Map();
  const { by, at, from } = shared.arrival;
  const wallets = [...new Set(shared.spans.map(({ wallet }) => wallet))];
  const of = [memberId, from].flatMap((id) => [bucketOf(id), uuidOf(id)]);
  const parameters = [...of, uuidOf(by), at.position, at.place, bucketsOf(wallets), uuidsOf(wallets)];
  const rows = await tx.run<{ lot_id: string; former_end: Instant | null }>(ENDS, parameters);
  return new Map(rows.map(({ lot_id, former_end }) => [fromUuid("lot", lot_id), former_end]));
}

/** Which it is: who leaves whom, and since when and where they were one. */
export interface CommonPast {
  readonly memberId: MemberId;
  readonly leaving: PeopleIds;
  /** See `BothSides`. */
  readonly homes: readonly (readonly [ProfileId, MemberId])[];
  readonly staying: PeopleIds;
  readonly shared: Together;
}

interface PeopleIds {
  readonly members: readonly MemberId[];
  readonly profiles: readonly ProfileId[];
}

/** What is known of it, of a wallet of this version. */
interface KnownPast extends ToPart {
  readonly version: bigint;
  /** Lots that it speaks of. */
  readonly named: readonly LotId[];
}

const VERSION = `select w.version from wallets w where w.bucket = any($1::smallint[]) and w.member_id = any($2::uuid[])`;

/** The lots that it speaks of, perhaps some more: what there is to know before the wallet is locked. */
export async function lotsInPast(tx: Transaction, past: CommonPast): Promise<readonly LotId[]> {
  const { shared } = past;
  const sides = sidesOf(past);
  const spans = await Promise.all(shared.spans.map((span) => readLots(tx, span)));
  // Of so many none are told apart.
  if (spans.some(({ lots }) => lots.length > MOST_TRANSFERS)) return [];
  const reads = spans.map(({ read }) => read);
  const telling = new Telling(sides, shared, lotsOfBoth(reads, sides, shared));
  const atEnds = reads.flatMap((read) => telling.postedIn(read)).flatMap(({ lotId }) => lotId ?? []);
  return [...new Set([...spans.flatMap(({ lots }) => lots), ...atEnds])];
}

async function readPast(tx: Transaction, past: CommonPast): Promise<KnownPast | "too_much"> {
  const { memberId, shared } = past;
  const sides = sidesOf(past);
  const [spans, owners, [wallet]] = await Promise.all([
    Promise.all(shared.spans.map((span) => readSpan(tx, span))),
    readOwners(tx, memberId, sides),
    tx.run<{ version: bigint }>(VERSION, [bucketsOf([memberId]), uuidsOf([memberId])]),
  ]);
  const both = lotsOfBoth(spans, sides, shared);
  const [known, ends] = await Promise.all([withHistoryOf(tx, spans, both), readEnds(tx, past)]);
  const telling = new Telling(sides, shared, both);
  const posted = known.flatMap((read) => telling.postedIn(read));
  if (posted.length > MOST_TRANSFERS) return "too_much";
  // Of lots that have ended, too: what one has paid of a debt is in it again.
  const lots = new Map<LotId, LotOwner>(
    posted.flatMap(({ lotId, ownedBy }) => (lotId === null || ownedBy === null ? [] : [[lotId, ownedBy] as const])),
  );
  for (const [id, side] of owners.lots) lots.set(id, both.has(id) ? "both" : side);
  const named = [...new Set(posted.flatMap(({ lotId }) => lotId ?? []))];
  return { posted, holds: owners.holds, lots, ends, named, version: wallet?.version ?? 0n };
}

/** See `Reading`: asked when the wallet is locked. */
export const commonPastReading = defineReading("common past", readPast);

const sidesOf = ({ leaving, staying, homes }: CommonPast): BothSides => ({
  leaving: peopleOf(leaving),
  staying: peopleOf(staying),
  homes: new Map(homes),
});

const peopleOf = ({ members, profiles }: PeopleIds): People => ({
  members: new Set(members),
  profiles: new Set(profiles),
});

/** Of lots of both all is told. */
const withHistoryOf = async (
  tx: Transaction,
  spans: readonly ReadSpan[],
  lots: ReadonlySet<LotId>,
): Promise<readonly ReadSpan[]> =>
  lots.size === 0 ? spans : Promise.all(spans.map((read) => withHistory(tx, read, [...lots])));
