/** A wallet as it was posted last, with its open lots and holds: one statement, which sees one state and takes no lock. */
import type { Clock, Instant } from "../kernel/clock.ts";
import { bucketOf, fromUuid, type LotId, type MemberId, uuidOf } from "../kernel/ids.ts";
import type { Transaction } from "../engine/session.ts";
import type { Brand, LotKind } from "../ledger/account.ts";
import { Draft } from "../ledger/draft.ts";
import { applyDue } from "../ledger/due.ts";
import type { OpenHold } from "../ledger/hold.ts";
import type { Lot } from "../ledger/lot.ts";
import { type MemberStatus, Wallet } from "../ledger/wallet.ts";

/** Milliseconds are exact in JSON; amounts are not, and go as text. */
const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::bigint`;

const WALLET = `select w.status, w.version, w.debts, w.posted_at, (
    select json_agg(json_build_array(l.lot_id, l.issuer, l.profile_id, l.kind, l.granted::text, l.pending::text,
      l.available::text, l.held::text, ${ms("l.active_at")}, ${ms("l.expires_at")}, l.operation_id, l.policy_version))
    from lots l where l.bucket = w.bucket and l.member_id = w.member_id and not l.closed) as lots, (
    select json_agg(json_build_array(h.hold_id, h.brand, h.amount::text, h.parts, h.reference, ${ms("h.expires_at")}))
    from holds h where h.bucket = w.bucket and h.member_id = w.member_id and h.status = 'open') as holds
  from wallets w where w.bucket = $1::smallint and w.member_id = $2::uuid`;

interface WalletRow {
  readonly status: MemberStatus;
  readonly version: bigint;
  readonly debts: Readonly<Record<Brand, string>>;
  readonly posted_at: Date;
  readonly lots: readonly LotTuple[] | null;
  readonly holds: readonly HoldTuple[] | null;
}

/** Reads the wallet; undefined where there is no such member. */
export async function presentWallet(tx: Transaction, memberId: MemberId): Promise<Wallet | undefined> {
  const [row] = await tx.run<WalletRow>(WALLET, [bucketOf(memberId), uuidOf(memberId)]);
  if (row === undefined) return undefined;
  return new Wallet({
    memberId,
    status: row.status,
    version: row.version,
    postedAt: row.posted_at.getTime(),
    debts: new Map(Object.entries(row.debts).map(([entity, debt]) => [entity, BigInt(debt)])),
    lots: (row.lots ?? []).map((lot) => lotIn(memberId, lot)),
    holds: (row.holds ?? []).map((hold) => holdIn(memberId, hold)),
  });
}

/** The same with all that is due by now applied, on a draft that nobody will accept. */
export async function walletNow(tx: Transaction, memberId: MemberId, clock: Clock): Promise<Draft | undefined> {
  const wallet = await presentWallet(tx, memberId);
  if (wallet === undefined) return undefined;
  const draft = new Draft(wallet);
  applyDue(draft, Math.max(clock.now(), wallet.postedAt));
  return draft;
}

type LotTuple = readonly [
  lotId: string,
  issuer: Brand,
  profileId: string | null,
  kind: LotKind,
  granted: string,
  pending: string,
  available: string,
  held: string,
  activeAt: Instant,
  expiresAt: Instant,
  operationId: string,
  policyVersion: number,
];

function lotIn(memberId: MemberId, tuple: LotTuple): Lot {
  const [
    lotId,
    issuer,
    profileId,
    kind,
    granted,
    pending,
    available,
    held,
    activeAt,
    expiresAt,
    operationId,
    policyVersion,
  ] = tuple;
  return {
    id: fromUuid("lot", lotId),
    memberId,
    issuer,
    profileId: profileId === null ? null : fromUuid("prf", profileId),
    kind,
    granted: BigInt(granted),
    pending: BigInt(pending),
    available: BigInt(available),
    held: BigInt(held),
    activeAt,
    expiresAt,
    closed: false,
    operationId: fromUuid("opn", operationId),
    policyVersion,
  };
}

type HoldTuple = readonly [
  holdId: string,
  brand: Brand,
  amount: string,
  parts: readonly { readonly lotId: LotId; readonly issuer: Brand; readonly amount: string }[],
  reference: string,
  expiresAt: Instant,
];

function holdIn(memberId: MemberId, [holdId, brand, amount, parts, reference, expiresAt]: HoldTuple): OpenHold {
  return {
    id: fromUuid("hld", holdId),
    memberId,
    brand,
    amount: BigInt(amount),
    parts: parts.map((part) => ({ ...part, amount: BigInt(part.amount) })),
    reference,
    expiresAt,
    status: "open",
  };
}
