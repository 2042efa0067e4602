/** One hold, as the ledger has it now. What has ended by time and is not posted yet is told as ended. */
import { formatAmount } from "../kernel/amount.ts";
import { formatInstant, type Instant } from "../kernel/clock.ts";
import { bucketOf, fromUuid, isId, type HoldId, type MemberId, uuidOf } from "../kernel/ids.ts";
import { Problem } from "../kernel/problems.ts";
import type { Desk } from "../members/desk.ts";

export interface HoldView {
  readonly holdId: HoldId;
  readonly memberId: MemberId;
  readonly brand: string;
  readonly amount: string;
  readonly status: "open" | "captured" | "released" | "expired";
  readonly captured: string;
  readonly reference: string;
  readonly expiresAt: string;
  readonly endedAt: string | null;
}

interface HoldRow {
  readonly hold_id: string;
  readonly member_id: string;
  readonly brand: string;
  readonly amount: bigint;
  readonly status: HoldView["status"];
  readonly captured: bigint;
  readonly reference: string;
  readonly expires_at: Date;
  readonly ended_at: Date | null;
}

const FIND = `select hold_id, member_id, brand, amount, status, captured, reference, expires_at, ended_at
  from holds where bucket = $1 and hold_id = $2::uuid`;

/** Reads a hold for whoever may see it: `hold_not_found` where there is none, and where it is the other brand's. */
export async function requireHold({ reader, clock }: Desk, id: string, brand: string | null): Promise<HoldView> {
  const [row] = isId("hld", id) ? await reader.run<HoldRow>(FIND, [bucketOf(id), uuidOf(id)]) : [];
  if (row === undefined || (brand !== null && row.brand !== brand)) throw new Problem("hold_not_found");
  return viewOf(row, clock.now());
}

function viewOf(row: HoldRow, now: Instant): HoldView {
  const expired = row.status === "open" && row.expires_at.getTime() <= now;
  const endedAt = expired ? row.expires_at : row.ended_at;
  return {
    holdId: fromUuid("hld", row.hold_id),
    memberId: fromUuid("mbr", row.member_id),
    brand: row.brand,
    amount: formatAmount(row.amount),
    status: expired ? "expired" : row.status,
    captured: formatAmount(row.captured),
    reference: row.reference,
    expiresAt: formatInstant(row.expires_at.getTime()),
    endedAt: endedAt === null ? null : formatInstant(endedAt.getTime()),
  };
}
