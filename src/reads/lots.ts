/** A member's lots, open and closed, newest first, each as it stands now: what is due is applied, and not written. */
import { formatAmount } from "../kernel/amount.ts";
import { formatInstant } from "../kernel/clock.ts";
import { bucketOf, isId, uuidOf } from "../kernel/ids.ts";
import { Problem } from "../kernel/problems.ts";
import { type LotRow, lotOf } from "../engine/wallet-rows.ts";
import type { Lot } from "../ledger/lot.ts";
import type { ReadDesk } from "./balance.ts";
import { keyIn, type Page, type PageQuery, pageOf } from "./page.ts";
import { walletNow } from "./present-wallet.ts";

export interface LotView {
  readonly lotId: string;
  readonly issuer: string;
  readonly kind: string;
  /** The brand profile that it came from; null where it came to the member as such. */
  readonly originProfileId: string | null;
  readonly granted: string;
  readonly pending: string;
  readonly available: string;
  readonly held: string;
  readonly activeAt: string;
  readonly expiresAt: string;
  /** Its end has passed, and nothing is left in it. */
  readonly closed: boolean;
  readonly operationId: string;
  readonly policyVersion: number;
}

export const LOT_COLUMNS = `l.lot_id, l.member_id, l.issuer, l.profile_id, l.kind, l.granted, l.pending, l.available, l.held,
  l.active_at, l.expires_at, l.closed, l.operation_id, l.policy_version`;
/** Served by the primary key, backwards. */
const PAGE = `select ${LOT_COLUMNS} from lots l where l.bucket = $1::smallint and l.member_id = $2::uuid
  and l.lot_id < coalesce($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
  order by l.bucket desc, l.member_id desc, l.lot_id desc limit $4::int`;
const KEY = /^[0-9a-f]{32}$/;

/** A page of a member's lots; `member_not_found` where there is no such member. */
export async function readLots(desk: ReadDesk, memberId: string, { limit, cursor }: PageQuery): Promise<Page<LotView>> {
  const after = keyIn(cursor, KEY);
  if (!isId("mbr", memberId)) throw new Problem("member_not_found");
  return desk.reader.snapshot(async (tx) => {
    const [draft, rows] = await Promise.all([
      walletNow(tx, memberId, desk.clock),
      tx.run<LotRow>(PAGE, [bucketOf(memberId), uuidOf(memberId), after, limit + 1]),
    ]);
    if (draft === undefined) throw new Problem("member_not_found");
    return pageOf(
      rows.map(lotOf),
      limit,
      ({ id }) => uuidOf(id),
      (lot) => lotView(draft.changedLots.get(lot.id) ?? lot),
    );
  });
}

export function lotView(lot: Lot): LotView {
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
