/** What two sides have had in common, by its name: read after the wallet is locked, so that nothing can be posted to it meanwhile. */
import { bucketsOf, uuidsOf } from "../../../db/arrays.ts";
import { fromUuid, type LotId, type MemberId, type ProfileId } from "../../../kernel/ids.ts";
import type { Transaction } from "../../../engine/connection/session.ts";
import type { DocumentStore } from "../../../engine/definition/document-store.ts";
import { bucketIn } from "../../../engine/transfer-sql.ts";
import { recordedFor } from "../../recorded-sql.ts";
import type { Together } from "./past-spans.ts";
import { type Leaving, readUses, sideOf } from "./read-uses.ts";
import type { Side, ToPart } from "./uses.ts";

const ORIGINS = `select l.lot_id, l.profile_id, coalesce(e.member_id, g.member_id) as member_id from lots l
    left join operations g on g.bucket = ${bucketIn("l.operation_id")} and g.operation_id = l.operation_id
    left join lateral ${recordedFor("g")} e on l.profile_id is null
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
  type Granted = { profile_id: string | null; member_id: string | null };
  const [lots, holds] = await Promise.all([
    tx.run<Granted & { lot_id: string }>(ORIGINS, parameters),
    tx.run<Granted & { hold_id: string }>(HOLDS, parameters),
  ]);
  const side = ({ profile_id, member_id }: Granted): Side => sideOf(leaving, profile_id, member_id) ?? "staying";
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
  readonly shared: Together;
}

export const commonPastRef = (past: CommonPast): string => JSON.stringify(past);

/** What is known of it, of a wallet of this version. */
interface KnownPast extends ToPart {
  readonly version: bigint;
  /** Lots that it speaks of. */
  readonly named: readonly LotId[];
}

const VERSION = `select w.version from wallets w where w.bucket = any($1::smallint[]) and w.member_id = any($2::uuid[])`;

/** Never saved. */
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
  const lots = new Map([...owners.lots].map(([id, side]) => [id, uses.brought.has(id) ? "leaving" : side] as const));
  return { posted: uses.posted, holds: owners.holds, lots, named: uses.lots, version: wallet?.version ?? 0n };
}
