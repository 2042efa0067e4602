/** Finds the receipts that wait for a member's identifiers, and has them claimed. */
import { bucketOf, fromUuid, type MemberId, newUuid } from "../kernel/ids.ts";
import type { Desk } from "../members/desk.ts";
import { type Identifier, identifierKey } from "../members/identifier.ts";
import { claim } from "./claim.ts";

/** At most so many receipts in one command; the rest follow in the next. */
const CLAIM_LIMIT = 200;
const AWAITING = `select p.purchase_id, s.time_zone from purchases p join stores s on s.store_id = p.store_id
  where p.awaits = any($1::uuid[]) order by p.occurred_at limit ${CLAIM_LIMIT}`;

/** Claims everything that waits for these identifiers. Safe to repeat, and to lose half-way. */
export async function claimFor(desk: Desk, memberId: MemberId, identifiers: readonly Identifier[]): Promise<void> {
  const keys = `{${identifiers.map(identifierKey).join(",")}}`;
  for (;;) {
    const rows = await desk.reader.run<{ purchase_id: string; time_zone: string }>(AWAITING, [keys]);
    if (rows.length === 0) return;
    const purchases = rows.map((row) => ({ id: fromUuid("pur", row.purchase_id), storeZone: row.time_zone }));
    const bucket = bucketOf(memberId);
    const body = { memberId, purchases };
    const outcome = await desk.engine.run({
      command: claim,
      input: body,
      operationId: `opn_${newUuid(bucket)}`,
      bucket,
      clientId: null,
      idempotencyKey: null,
      asked: { operation: "claim", body },
    });
    if (outcome.kind !== "accepted") return;
  }
}
