/** Holds as rows: open ones are loaded with their wallet, and saved when they begin and when they end. */
import { bucketOf, fromUuid, type LotId, uuidOf } from "../kernel/ids.ts";
import type { Hold, LotPart, OpenHold } from "../ledger/hold.ts";
import { insertInto, Rows } from "./rows.ts";
import type { Transaction } from "./session.ts";

const HOLDS = `select h.hold_id, h.member_id, h.brand, h.amount, h.parts, h.reference, h.expires_at from unnest($1::smallint[], $2::uuid[]) as n(bucket, member_id)
  join holds h on h.bucket = n.bucket and h.member_id = n.member_id where h.status = 'open'`;

/** Loads the open holds of members, given as array literals of buckets and ids. */
export async function loadOpenHolds(tx: Transaction, buckets: string, members: string): Promise<OpenHold[]> {
  return (await tx.run<HoldRow>(HOLDS, [buckets, members])).map(holdOf);
}

interface HoldRow {
  readonly hold_id: string;
  readonly member_id: string;
  readonly brand: string;
  readonly amount: bigint;
  readonly parts: readonly { lotId: LotId; issuer: string; amount: string }[];
  readonly reference: string;
  readonly expires_at: Date;
}

function holdOf(row: HoldRow): OpenHold {
  return {
    id: fromUuid("hld", row.hold_id),
    memberId: fromUuid("mbr", row.member_id),
    brand: row.brand,
    amount: row.amount,
    parts: row.parts.map((part): LotPart => ({ ...part, amount: BigInt(part.amount) })),
    reference: row.reference,
    expiresAt: row.expires_at.getTime(),
    status: "open",
  };
}

const holdShape = {
  bucket: "smallint",
  hold_id: "uuid",
  member_id: "uuid",
  brand: "text",
  amount: "bigint",
  parts: "json",
  reference: "text",
  status: "text",
  captured: "bigint",
  expires_at: "timestamptz",
  ended_at: "timestamptz",
} as const;
const SAVE_HOLDS = insertInto(
  "holds",
  holdShape,
  "on conflict (bucket, hold_id) do update set status = excluded.status, captured = excluded.captured, ended_at = excluded.ended_at",
);

/** Writes holds that are new or have ended. Sends without waiting. */
export function saveHolds(tx: Transaction, holds: Iterable<Hold>): Promise<unknown>[] {
  const rows = new Rows(holdShape);
  for (const hold of holds) {
    rows.add({
      bucket: bucketOf(hold.memberId),
      hold_id: uuidOf(hold.id),
      member_id: uuidOf(hold.memberId),
      brand: hold.brand,
      amount: hold.amount,
      parts: JSON.stringify(hold.parts.map((part) => ({ ...part, amount: part.amount.toString() }))),
      reference: hold.reference,
      status: hold.status,
      captured: hold.status === "captured" ? hold.captured : 0n,
      expires_at: hold.expiresAt,
      ended_at: hold.status === "open" ? null : hold.endedAt,
    });
  }
  return rows.size === 0 ? [] : [tx.run(SAVE_HOLDS, rows.parameters())];
}
