/** What two sides have had in common: read after the wallet is locked, so that nothing can be posted to it meanwhile. */
import { bucketsOf, uuidsOf } from "../../../db/arrays.ts";
import type { Instant } from "../../../kernel/clock.ts";
import { bucketOf, fromUuid, type LotId, type MemberId, uuidOf } from "../../../kernel/ids.ts";
import type { Transaction } from "../../../engine/connection/session.ts";
import { defineReading } from "../../../engine/definition/document-store.ts";
import { bucketIn } from "../../../engine/transfer-sql.ts";
import { homecomingsOf } from "./homecomings.ts";
import type { Leaving } from "../leaving.ts";
import { MOST_TRANSFERS, readStay } from "./read-stays.ts";
import { goingOn, readRecorded } from "./recorded.ts";
import { type Side, SIDES } from "./shares.ts";
import type { Together } from "./stays.ts";
import { Timeline } from "./timeline.ts";
import type { Told, ToPart } from "./told.ts";
import { Uses } from "./uses.ts";
import { tell } from "./whose.ts";

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
  { members, profiles }: Leaving,
): Promise<Pick<ToPart, "lots" | "holds">> {
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
  const side = ({ profile_id: profile, member_id: member }: Granted): Side => {
    const isTheirs =
      profile === null
        ? member !== null && members.includes(fromUuid("mbr", member))
        : profiles.includes(fromUuid("prf", profile));
    return isTheirs ? "leaving" : "staying";
  };
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
async function readEnds(tx: Transaction, { memberId, together }: CommonPast): Promise<ToPart["ends"]> {
  if (together.arrival === null) return new Map();
  const { by, at, from } = together.arrival;
  const wallets = [...new Set(together.stays.map(({ wallet }) => wallet))];
  const of = [memberId, from].flatMap((id) => [bucketOf(id), uuidOf(id)]);
  const parameters = [...of, uuidOf(by), at.position, at.place, bucketsOf(wallets), uuidsOf(wallets)];
  const rows = await tx.run<{ lot_id: string; former_end: Instant | null }>(ENDS, parameters);
  return new Map(rows.map(({ lot_id, former_end }) => [fromUuid("lot", lot_id), former_end]));
}

/** Which it is: who leaves whose wallet, and where they were before. */
export interface CommonPast {
  readonly memberId: MemberId;
  readonly leaving: Leaving;
  readonly together: Together;
}

/** What is known of it, of a wallet of this version. */
interface KnownPast extends ToPart {
  readonly version: bigint;
  /** Lots that it speaks of. */
  readonly named: readonly LotId[];
}

const VERSION = `select w.version from wallets w where w.bucket = any($1::smallint[]) and w.member_id = any($2::uuid[])`;

/** The lots that it speaks of: what there is to know before the wallet is locked. Of very many none are told apart. */
export async function lotsInPast(tx: Transaction, past: CommonPast): Promise<readonly LotId[]> {
  const told = await toldOf(tx, past);
  return told === "too_much" ? [] : namedIn(told);
}

async function readPast(tx: Transaction, past: CommonPast): Promise<KnownPast | "too_much"> {
  const { memberId, leaving } = past;
  const [told, owners, ends, [wallet]] = await Promise.all([
    toldOf(tx, past),
    readOwners(tx, memberId, leaving),
    readEnds(tx, past),
    tx.run<{ version: bigint }>(VERSION, [bucketsOf([memberId]), uuidsOf([memberId])]),
  ]);
  if (told === "too_much") return told;
  return { told, ...owners, ends, named: namedIn(told), version: wallet?.version ?? 0n };
}

/** See `Reading`: asked when the wallet is locked. */
export const commonPastReading = defineReading("common past", readPast);

async function toldOf(tx: Transaction, { leaving, together }: CommonPast): Promise<readonly Told[] | "too_much"> {
  const reads = await Promise.all(together.stays.map((stay) => readStay(tx, stay)));
  if (reads.reduce((sum, { rows }) => sum + rows.length, 0) > MOST_TRANSFERS) return "too_much";
  const rows = reads.flatMap((read) => read.rows);
  const profiles = new Set(rows.flatMap(({ profile_id, lot_profile }) => [profile_id ?? [], lot_profile ?? []].flat()));
  const named = [...new Set([...leaving.profiles, ...[...profiles].map((id) => fromUuid("prf", id))])];
  const timeline = new Timeline(together.merges, await homecomingsOf(tx, named));
  return tell({ leaving, together, timeline }, reads);
}

/** Lots into which something may be given back. */
function namedIn(told: readonly Told[]): readonly LotId[] {
  const uses = Uses.of(told);
  return [...new Set(SIDES.flatMap((side) => uses.lotsOf(side)))];
}
