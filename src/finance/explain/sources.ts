/** What there is to explain a lot or a transfer by: read in one snapshot, each by a primary key. */
import type { Clock } from "../../kernel/clock.ts";
import { as, bucketOf, isId, type LotId, type MemberId, type OperationId, uuidOf } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import { termsRows, transferRows } from "../../engine/journal/journal.ts";
import { walletNow } from "../../engine/wallets/wallet-reads.ts";
import { lotRows } from "../../engine/wallets/wallet-store.ts";
import type { Lot } from "../../ledger/lot.ts";
import type { Transfer } from "../../ledger/transfer.ts";
import { readFacts, type StoredFacts } from "../../members/reads/operation-facts.ts";
import { placeOfTransfer, type StoredTransfer } from "../../members/reads/transfers.ts";
import type { Purchase } from "../../sales/documents/purchase-document.ts";
import { storedPurchase } from "../../sales/documents/purchase-store.ts";
import type { ReturnDocument } from "../../sales/documents/return-document.ts";
import { storedReturn } from "../../sales/documents/return-store.ts";
import { makesPurchase, makesReturn } from "../../sales/operation-names.ts";

/** What is asked about: one of the two. */
export interface Subject {
  readonly transferId?: string | undefined;
  readonly lotId?: string | undefined;
}

const terms = termsRows.only(["operationId", "reason", "formerEnd", "newEnd", "postedAt"]);

export interface Sources {
  readonly memberId: MemberId;
  readonly transfer: StoredTransfer | null;
  /** As it stands now, with all that is due applied. */
  readonly lot: Lot | null;
  /** What made the transfer that is asked about, or else the lot. */
  readonly operation: StoredFacts;
  readonly purchase: Purchase | null;
  readonly returned: ReturnDocument | null;
  /** Transfers of the lot, oldest first. */
  readonly posted: readonly StoredTransfer[];
  /** Whether there are more of them than one answer holds. */
  readonly truncated: boolean;
  /** Moves of the lot that time has made, and nobody has posted yet. */
  readonly due: readonly Transfer[];
  /** Changes of the lot's terms, oldest first. */
  readonly terms: readonly ReturnType<typeof terms.decode>[];
}

const MOST_TRANSFERS = 1_000;
const TRANSFER = `select ${transferRows.list("t")} from transfers t where t.bucket = $1::smallint and t.member_id = $2::uuid
  and t.operation_id = $3::uuid and t.ordinal = $4::int`;
const LOT = `select ${lotRows.list("l")} from lots l where l.bucket = $1::smallint and l.member_id = $2::uuid and l.lot_id = $3::uuid`;
const OF_LOT = `select ${transferRows.list("t")} from transfers t where t.bucket = $1::smallint and t.member_id = $2::uuid
  and t.lot_id = $3::uuid order by t.posted_at, t.operation_id, t.ordinal limit ${MOST_TRANSFERS + 1}`;
const TERMS = `select ${terms.list("c")} from lot_terms c where c.bucket = $1::smallint and c.member_id = $2::uuid
  and c.lot_id = $3::uuid order by c.posted_at, c.wallet_version, c.ordinal limit ${MOST_TRANSFERS}`;

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
  const lotId = transfer === null ? lotIdOf(subject.lotId) : transfer.lotId;
  const ofLot = lotId === null ? [] : ([...member, uuidOf(lotId)] as const);
  const [stored] = lotId === null ? [] : await tx.values(LOT, ofLot);
  if (lotId !== null && stored === undefined) throw new Problem("not_found");
  const lot: Lot | null = stored === undefined ? null : lotRows.decode(stored);
  const posted = lot === null ? [] : await tx.values(OF_LOT, ofLot);
  const changes = lot === null ? [] : await tx.values(TERMS, ofLot);
  const operation = await findOperation(tx, transfer?.operationId ?? lot?.operationId);
  return {
    memberId,
    transfer,
    lot: lot === null ? null : (draft.changedLots.get(lot.id) ?? lot),
    operation,
    ...(await documentsOf(tx, operation)),
    posted: posted.slice(0, MOST_TRANSFERS).map((values) => transferRows.decode(values)),
    truncated: posted.length > MOST_TRANSFERS,
    due: draft.transfers.filter((due) => lot !== null && due.lotId === lot.id),
    terms: changes.map((values) => terms.decode(values)),
  };
}

async function findTransfer(
  tx: Transaction,
  member: readonly [number, string],
  transferId: string | undefined,
): Promise<StoredTransfer | null> {
  if (transferId === undefined) return null;
  const place = placeOfTransfer(transferId);
  const [values] = place === undefined ? [] : await tx.values(TRANSFER, [...member, place.operation, place.ordinal]);
  if (values === undefined) throw new Problem("not_found");
  return transferRows.decode(values);
}

function lotIdOf(lotId: string | undefined): LotId {
  if (lotId === undefined || !isId("lot", lotId)) throw new Problem("not_found");
  return lotId;
}

async function findOperation(tx: Transaction, id: OperationId | undefined): Promise<StoredFacts> {
  const found = id === undefined ? undefined : (await readFacts(tx, [id])).get(id);
  if (found === undefined) throw new Problem("not_found");
  return found;
}

/** The receipt behind an operation, where it is one of a sale. */
async function documentsOf(
  tx: Transaction,
  { name, id }: StoredFacts,
): Promise<Pick<Sources, "purchase" | "returned">> {
  const purchase = makesPurchase(name) ? ((await storedPurchase(tx, as("pur", id))) ?? null) : null;
  const returned = makesReturn(name) ? ((await storedReturn(tx, as("ret", id))) ?? null) : null;
  return { purchase, returned };
}
