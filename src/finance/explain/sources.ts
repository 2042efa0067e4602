/** What there is to explain a lot or a transfer by: read in one snapshot, each by a primary key. */
import type { Clock } from "../../kernel/clock.ts";
import { bucketsOf, uuidsOf } from "../../db/arrays.ts";
import { as, bucketOf, isId, type LotId, type MemberId, type OperationId, uuidOf } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import { termsRows, transferRows } from "../../engine/journal/journal.ts";
import { walletNow } from "../../engine/wallets/wallet-reads.ts";
import { bucketIn } from "../../engine/transfer-sql.ts";
import { lotRows } from "../../engine/wallets/wallet-rows.ts";
import type { Lot } from "../../ledger/lot.ts";
import type { Transfer } from "../../ledger/transfer.ts";
import { partsIn } from "../../members/owner.ts";
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
  readonly transfer: StoredTransfer | null;
  /** As it stands now, with all that is due applied. */
  readonly lot: Lot | null;
  /** Time: it became due, and the operation has only posted it. */
  readonly cause: "operation" | "time";
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
  readonly termsTruncated: boolean;
}

const MOST_TRANSFERS = 1_000;
const TRANSFER = `select ${transferRows.list("t")} from transfers t where t.bucket = any($1::smallint[]) and t.member_id = any($2::uuid[])
  and t.operation_id = $3::uuid and t.ordinal = $4::int`;
const LOT = `select ${lotRows.list("l")} from lots l
  where l.bucket = any($1::smallint[]) and l.member_id = any($2::uuid[]) and l.lot_id = $3::uuid`;
/** Holds that time has ended: each says what it gave back, and when. */
const ENDED = `select from holds h, json_array_elements(h.moves) move, json_array_elements(move->'parts') part
  where h.bucket = $1::smallint and h.member_id = $2::uuid and move->>'event' = 'release' and move->>'operationId' is null
    and part->>'lotId' = $3 and (move->>'at')::bigint = $4::bigint limit 1`;
/** In the order in which they were posted, which no clock tells, nor the operations' numbers. */
const OF_LOT = `select ${transferRows.list("t")} from transfers t
    join operations o on o.bucket = ${bucketIn("t.operation_id")} and o.operation_id = t.operation_id
  where t.bucket = $1::smallint and t.member_id = $2::uuid and t.lot_id = $3::uuid
  order by t.position, o.place, t.ordinal limit ${MOST_TRANSFERS + 1}`;
const TERMS = `select ${terms.list("c")} from lot_terms c where c.bucket = $1::smallint and c.member_id = $2::uuid
  and c.lot_id = $3::uuid order by c.posted_at, c.wallet_version, c.ordinal limit ${MOST_TRANSFERS + 1}`;

/** Reads everything; `not_found` where neither the member, who stands for itself, nor anybody who is part of it has it. */
export async function readSources(
  tx: Transaction,
  memberId: MemberId,
  subject: Subject,
  clock: Clock,
): Promise<Sources> {
  const members = await partsIn(tx, memberId);
  const transfer = await findTransfer(tx, members, subject.transferId);
  const lot = transfer === null ? await findLot(tx, members, lotIdOf(subject.lotId)) : await lotOf(tx, transfer);
  if (lot === null && transfer?.lotId !== null) throw new Problem("not_found");
  const operation = await findOperation(tx, transfer?.operationId ?? lot?.operationId);
  const history = lot === null ? NO_LOT : await historyOf(tx, lot, clock);
  const cause = transfer !== null && (await isByTime(tx, transfer, history)) ? "time" : "operation";
  const documents = cause === "time" ? { purchase: null, returned: null } : await documentsOf(tx, operation);
  return { transfer, cause, operation, ...documents, ...history };
}

type History = Pick<Sources, "lot" | "posted" | "truncated" | "due" | "terms" | "termsTruncated">;
const NO_LOT: History = { lot: null, posted: [], truncated: false, due: [], terms: [], termsTruncated: false };

async function historyOf(tx: Transaction, lot: Lot, clock: Clock): Promise<History> {
  const { memberId } = lot;
  const key = [bucketOf(memberId), uuidOf(memberId), uuidOf(lot.id)] as const;
  const draft = await walletNow(tx, memberId, clock);
  const posted = await tx.values(OF_LOT, key);
  const changes = await tx.values(TERMS, key);
  return {
    lot: draft?.changedLots.get(lot.id) ?? lot,
    posted: posted.slice(0, MOST_TRANSFERS).map((values) => transferRows.decode(values)),
    truncated: posted.length > MOST_TRANSFERS,
    due: (draft?.transfers ?? []).filter((due) => due.lotId === lot.id),
    terms: changes.slice(0, MOST_TRANSFERS).map((values) => terms.decode(values)),
    termsTruncated: changes.length > MOST_TRANSFERS,
  };
}

/** In the wallet of whoever has it by now, else where it was last. */
async function findLot(tx: Transaction, members: readonly MemberId[], lotId: LotId): Promise<Lot | null> {
  const found = await tx.values(LOT, [bucketsOf(members), uuidsOf(members), uuidOf(lotId)]);
  const lots = found.map((values): Lot => lotRows.decode(values));
  return lots.find(({ closed }) => !closed) ?? lots.find(({ memberId }) => memberId === members[0]) ?? lots[0] ?? null;
}

const lotOf = async (tx: Transaction, { lotId, memberId }: StoredTransfer): Promise<Lot | null> =>
  lotId === null ? null : findLot(tx, [memberId], lotId);

/**
 * Whether a transfer was due, and some operation has only posted it. What a lot does as its own operation makes it is that
 * operation's doing, as what follows at once from what an operation has made available.
 */
async function isByTime(
  tx: Transaction,
  transfer: StoredTransfer,
  { lot, posted }: Pick<History, "lot" | "posted">,
): Promise<boolean> {
  const { event, operationId, occurredAt, ordinal, memberId } = transfer;
  if (lot === null) return false;
  if (event === "activation") return lot.operationId !== operationId;
  if (event === "release") {
    const found = await tx.values(ENDED, [bucketOf(memberId), uuidOf(memberId), lot.id, occurredAt]);
    return found.length > 0;
  }
  if (event !== "expiry" && event !== "repayment") return false;
  const before = posted.findLast(
    (other) =>
      other.operationId === operationId &&
      other.occurredAt === occurredAt &&
      other.ordinal < ordinal &&
      other.credit === "available",
  );
  return before === undefined ? event === "expiry" : isByTime(tx, before, { lot, posted });
}

async function findTransfer(
  tx: Transaction,
  members: readonly MemberId[],
  transferId: string | undefined,
): Promise<StoredTransfer | null> {
  if (transferId === undefined) return null;
  const place = placeOfTransfer(transferId);
  const parameters = [bucketsOf(members), uuidsOf(members)];
  const [values] =
    place === undefined ? [] : await tx.values(TRANSFER, [...parameters, place.operation, place.ordinal]);
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
