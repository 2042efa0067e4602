/** A member's lots, open and closed, newest first, each as it stands now: what is due is applied, and not written. */
import { z } from "@hono/zod-openapi";
import { formatAmount } from "../../kernel/amount.ts";
import { AmountText, idText, InstantText } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { bucketOf, uuidOf } from "../../kernel/ids.ts";
import { standingIn } from "../owner.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { keyIn, type Page, type PageQuery, pageOf } from "../../engine/definition/page.ts";
import { walletNow } from "../../engine/wallets/wallet-reads.ts";
import { lotRows } from "../../engine/wallets/wallet-rows.ts";
import { LOT_KINDS } from "../../ledger/account.ts";
import type { Lot } from "../../ledger/lot.ts";

export const LotItem = z
  .strictObject({
    lotId: idText("lot"),
    issuer: z.string(),
    kind: z.enum(LOT_KINDS),
    originProfileId: idText("prf")
      .nullable()
      .openapi({ description: "The brand profile that it came from; null where it came to the member as such." }),
    granted: AmountText,
    pending: AmountText,
    available: AmountText,
    held: AmountText,
    activeAt: InstantText,
    expiresAt: InstantText,
    closed: z.boolean().openapi({ description: "Its end has passed, and nothing is left in it." }),
    operationId: idText("opn"),
    policyVersion: z.int(),
  })
  .openapi("Lot");
export type LotItem = z.input<typeof LotItem>;

/** Served by the primary key, backwards. */
const PAGE = `select ${lotRows.list("l")} from lots l where l.bucket = $1::smallint and l.member_id = $2::uuid
  and l.lot_id < coalesce($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
  order by l.bucket desc, l.member_id desc, l.lot_id desc limit $4::int`;
const KEY = /^[0-9a-f]{32}$/;

/** A page of a member's lots; `member_not_found` where there is no such member. */
export async function lotsOf(look: Lookup, named: string, { limit, cursor }: PageQuery): Promise<Page<LotItem>> {
  const after = keyIn(cursor, KEY);
  return look.reader.snapshot(async (tx) => {
    const memberId = await standingIn(tx, named);
    const [draft, rows] = await Promise.all([
      walletNow(tx, memberId, look.clock),
      tx.values(PAGE, [bucketOf(memberId), uuidOf(memberId), after, limit + 1]),
    ]);
    if (draft === undefined) throw new Problem("member_not_found");
    return pageOf(
      rows.map((values): Lot => lotRows.decode(values)),
      limit,
      ({ id }) => uuidOf(id),
      (lot) => lotItem(draft.changedLots.get(lot.id) ?? lot),
    );
  });
}

export function lotItem(lot: Lot): LotItem {
  return {
    lotId: lot.id,
    issuer: lot.issuer,
    kind: lot.kind,
    originProfileId: lot.profileId,
    granted: formatAmount(lot.granted),
    pending: formatAmount(lot.pending),
    available: formatAmount(lot.available),
    held: formatAmount(lot.held),
    activeAt: formatInstant(lot.activeAt),
    expiresAt: formatInstant(lot.expiresAt),
    closed: lot.closed,
    operationId: lot.operationId,
    policyVersion: lot.policyVersion,
  };
}
