/** Until when the orders of a member wait to be collected. */
import type { Instant } from "../../kernel/clock.ts";
import { uuidOf, type MemberId } from "../../kernel/ids.ts";
import { defineReading } from "../../engine/definition/document-store.ts";

/** By any member whom one of its profiles has led to: an order keeps the one in whose wallet it was placed. */
const OPEN = `with whose as (
    select w.member_id from wallets w where w.member_id = $1::uuid or w.survivor_id = $1::uuid
    union select k.member_id from profiles p join profile_links k on k.bucket = p.bucket and k.profile_id = p.profile_id where p.member_id = $1::uuid)
  select o.expires_at from orders o where o.member_id in (select member_id from whose) and o.status in ('placed', 'ready')
    and case when o.profile_id is null then o.member_id in (select w.member_id from wallets w where w.member_id = $1::uuid or w.survivor_id = $1::uuid)
      else o.profile_id in (select p.profile_id from profiles p where p.member_id = $1::uuid) end`;

/** One instant an order, in no order; asked under the lock of the wallet, which whoever places one needs. */
export const openOrdersReading = defineReading<{ readonly memberId: MemberId }, readonly Instant[]>(
  "open orders of members",
  async (tx, { memberId }) => {
    const found = await tx.values(OPEN, [uuidOf(memberId)]);
    return found.map(([expiresAt]) => Number(expiresAt));
  },
);
