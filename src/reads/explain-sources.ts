/** What there is to explain a lot or a transfer by: read in one snapshot, each by a primary key. */
import type { Clock } from "../kernel/clock.ts";
import { as, bucketOf, fromUuid, isId, type LotId, type MemberId, type OperationId, uuidOf } from "../kernel/ids.ts";
import { Problem } from "../kernel/problems.ts";
import { type LotRow, lotOf } from "../engine/wallet-rows.ts";
import type { Transaction } from "../engine/session.ts";
import type { Lot } from "../ledger/lot.ts";
import type { Transfer } from "../ledger/transfer.ts";
import type { Purchase } from "../sales/purchase-document.ts";
import { readPurchase } from "../sales/purchase-store.ts";
import type { ReturnDocument } from "../sales/return-document.ts";
import { readReturn } from "../sales/return-store.ts";
import { LOT_COLUMNS } from "./lots.ts";
import { walletNow } from "./present-wallet.ts";
import { placeOfTransfer, TRANSFER_COLUMNS, type TransferRow } from "./transfers.ts";

/** What is asked about: one of the two. */
export interface Subject {
  readonly transferId?: string | undefined;
  readonly lotId?: string | undefined;
}

interface OperationRow {
  readonly operation_id: string;
  readonly command: string;
  readonly policy_version: number;
  readonly occurred_at: Date;
  readonly posted_at: Date;
}

/** An end that a lot had, until it was moved. */
interface FormerEnd {
  readonly moved_at: Date;
  readonly former_end: Date;
}

export interface Sources {
  readonly memberId: MemberId;
  readonly transfer: TransferRow | null;
  /** As it stands now, with all that is due applied. */
  readonly lot: Lot | null;
  /** What made the transfer that is asked about, or else the lot. */
  readonly operation: OperationRow;
  readonly purchase: Purchase | null;
  readonly returned: ReturnDocument | null;
  /** Transfers of the lot, oldest first. */
  readonly posted: readonly TransferRow[];
  /** Whether there are more of them than one answer holds. */
  readonly truncated: boolean;
  /** Moves of the lot that time has made, and nobody has posted yet. */
  readonly due: readonly Transfer[];
  readonly formerEnds: readonly FormerEnd[];
}

const MOST_TRANSFERS = 1_000;
const TRANSFER = `select ${TRANSFER_COLUMNS} from transfers t where t.bucket = $1::smallint and t.member_id = $2::uuid
  and t.operation_id = $3::uuid and t.ordinal = $4::int`;
const LOT = `select ${LOT_COLUMNS} from lots l where l.bucket = $1::smallint and l.member_id = $2::uuid and l.lot_id = $3::uuid`;
const OF_LOT = `select ${TRANSFER_COLUMNS} from transfers t where t.bucket = $1::smallint and t.member_id = $2::uuid
  and t.lot_id = $3::uuid order by t.posted_at, t.operation_id, t.ordinal limit ${MOST_TRANSFERS + 1}`;
const ENDS = `select moved_at, former_end from lot_ends
  where bucket = $1::smallint and member_id = $2::uuid and lot_id = $3::uuid order by moved_at limit ${MOST_TRANSFERS}`;
const OPERATION = `select operation_id, command, policy_version, occurred_at, posted_at from operations
  where bucket = $1::smallint and operation_id = $2::uuid`;

/** Reads everything; `not_found` where the member has no such lot or transfer. */
export async function readSources(
  tx: Transaction,
  memberId: MemberId,
  subject: Subject,
  clock: Clock,
): Promise<Sources> {
  const member = [bucketOf(memberId), uuidOf(memberId)] as const;
  const draft = await walletNow(tx, memberId, clock);
  if (draft === undefined) throw new Problem("member_not_found");
  const transfer = await findTransfer(tx, member, subject.transferId);
  const lotId = transfer === null ? lotIdOf(subject.lotId) : transfer.lot_id && fromUuid("lot", transfer.lot_id);
  const stored = lotId === null ? undefined : (await tx.run<LotRow>(LOT, [...member, uuidOf(lotId)]))[0];
  if (lotId !== null && stored === undefined) throw new Problem("not_found");
  const lot = stored === undefined ? null : lotOf(stored);
  const ofLot = lot === null ? [] : await tx.run<TransferRow>(OF_LOT, [...member, uuidOf(lot.id)]);
  const formerEnds = lot === null ? [] : await tx.run<FormerEnd>(ENDS, [...member, uuidOf(lot.id)]);
  const operation = await findOperation(
    tx,
    transfer === null ? (lot?.operationId ?? null) : fromUuid("opn", transfer.operation_id),
  );
  const documents = await documentsOf(tx, operation);
  return {
    memberId,
    transfer,
    lot: lot === null ? null : (draft.changedLots.get(lot.id) ?? lot),
    operation,
    ...documents,
    posted: ofLot.slice(0, MOST_TRANSFERS),
    truncated: ofLot.length > MOST_TRANSFERS,
    due: draft.transfers.filter((due) => lot !== null && due.lotId === lot.id),
    formerEnds,
  };
}

async function findTransfer(
  tx: Transaction,
  member: readonly [number, string],
  transferId: string | undefined,
): Promise<TransferRow | null> {
  if (transferId === undefined) return null;
  const place = placeOfTransfer(transferId);
  const [row] =
    place === undefined ? [] : await tx.run<TransferRow>(TRANSFER, [...member, place.operation, place.ordinal]);
  if (row === undefined) throw new Problem("not_found");
  return row;
}

function lotIdOf(lotId: string | undefined): LotId {
  if (lotId === undefined || !isId("lot", lotId)) throw new Problem("not_found");
  return lotId;
}

async function findOperation(tx: Transaction, id: OperationId | null): Promise<OperationRow> {
  const [row] = id === null ? [] : await tx.run<OperationRow>(OPERATION, [bucketOf(id), uuidOf(id)]);
  if (row === undefined) throw new Problem("not_found");
  return row;
}

/** The receipt behind an operation, where it is one of a sale. */
async function documentsOf(
  tx: Transaction,
  { command, operation_id }: OperationRow,
): Promise<Pick<Sources, "purchase" | "returned">> {
  const id = fromUuid("opn", operation_id);
  const purchase = command === "purchase" ? ((await readPurchase(tx, as("pur", id))) ?? null) : null;
  const returned = command === "return" ? ((await readReturn(tx, as("ret", id))) ?? null) : null;
  return { purchase, returned };
}
