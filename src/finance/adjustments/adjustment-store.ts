/** Adjustments, as they are kept; and earlier ones of an incident. */
import { type RowOf, TableRows } from "../../db/table-rows.ts";
import type { Instant } from "../../kernel/clock.ts";
import { type AdjustmentId, fromUuid, type MemberId, uuidOf } from "../../kernel/ids.ts";
import { defineReading, memberDocuments } from "../../engine/definition/document-store.ts";
import { adjustments } from "./tables.ts";
import type { AdjustmentState } from "./words.ts";

export type Adjustment = Readonly<RowOf<typeof adjustments, "bucket">>;

export const adjustmentRows = new TableRows(adjustments);
export const adjustmentStore = memberDocuments(adjustments, [
  ...(["memberId", "profileId", "brand", "direction", "amount", "reason", "category", "incident"] as const),
  ...(["comment", "reverses", "breakId", "staffId", "requestedAt", "expiresAt"] as const),
]);

export function stateOf({ appliedBy, rejectedBy, expiresAt }: Adjustment, now: Instant): AdjustmentState {
  if (appliedBy !== null) return "applied";
  if (rejectedBy !== null) return "rejected";
  return expiresAt !== null && expiresAt <= now ? "expired" : "awaiting_approval";
}

/** For which incident something was given to a member, or to anybody who is part of it. */
interface Compensated {
  readonly memberId: MemberId;
  readonly incident: string;
}

export interface Compensation {
  readonly adjustmentId: AdjustmentId;
  readonly brand: string;
  readonly reason: string;
  readonly amount: bigint;
  readonly requestedAt: Instant;
  /** Null: it is there; else it waits until then. */
  readonly waitsUntil: Instant | null;
}

interface CompensationRow {
  readonly adjustment_id: string;
  readonly brand: string;
  readonly reason: string;
  readonly amount: bigint;
  readonly requested_at: Instant;
  readonly waits_until: Instant | null;
}

/** So many are told; the report has all. */
export const MOST_EARLIER = 20;
/** Of those that wait some may have expired, which the database cannot say: its clock is not the ledger's. */
const MOST_READ = 200;

const EARLIER = `select a.adjustment_id, a.brand, a.reason, a.amount, a.requested_at, case when a.applied_by is null then a.expires_at end as waits_until
  from adjustments a
  where a.incident = $2::text and a.direction = 'credit' and a.reverses is null and a.rejected_by is null and a.reversed_by is null
    and a.member_id in (select w.member_id from wallets w where w.member_id = $1::uuid or w.survivor_id = $1::uuid)
  order by a.adjustment_id limit ${MOST_READ}`;

/** Asked once the member's wallet is locked, as everybody does who gives something to it. */
export const compensationReading = defineReading<Compensated, readonly Compensation[]>(
  "compensations of an incident",
  async (tx, { memberId, incident }) => {
    const rows = await tx.run<CompensationRow>(EARLIER, [uuidOf(memberId), incident]);
    return rows.map((row) => ({
      adjustmentId: fromUuid("adj", row.adjustment_id),
      brand: row.brand,
      reason: row.reason,
      amount: row.amount,
      requestedAt: row.requested_at,
      waitsUntil: row.waits_until,
    }));
  },
);
