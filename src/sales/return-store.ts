/** Returns as rows. They go in once; only their status changes, when one is reversed. */
import { formatAmount, formatQuantity, parseAmount, parseQuantity } from "../kernel/amount.ts";
import { bucketOf, fromUuid, type LotId, type ReturnId, uuidOf } from "../kernel/ids.ts";
import { arrayOf, insertInto, Rows } from "../engine/rows.ts";
import type { Transaction } from "../engine/session.ts";
import type { DocumentStore } from "../engine/store.ts";
import type { ReturnDocument } from "./return-document.ts";

const shape = {
  bucket: "smallint",
  return_id: "uuid",
  purchase_id: "uuid",
  member_id: "uuid",
  brand: "text",
  store_id: "text",
  terminal_id: "text",
  shift: "text",
  number: "text",
  reason: "text",
  money_back: "bigint",
  bonuses_back: "bigint",
  clawed_back: "bigint",
  debt_added: "bigint",
  detail: "json",
  status: "text",
  occurred_at: "timestamptz",
  posted_at: "timestamptz",
} as const;
const SAVE = insertInto("returns", shape, "on conflict (bucket, return_id) do update set status = excluded.status");
const COLUMNS = Object.keys(shape)
  .map((column) => `r.${column}`)
  .join(", ");
const SELECT = `select ${COLUMNS} from unnest($1::smallint[], $2::uuid[]) as n(bucket, return_id)
  join returns r on r.bucket = n.bucket and r.return_id = n.return_id order by r.bucket, r.return_id`;
const LOCK = `${SELECT} for no key update of r`;

export const returnStore: DocumentStore<ReturnDocument> = {
  name: "returns",
  async load(tx, ids, lock) {
    const parameters = [arrayOf(ids.map(bucketOf), "smallint"), arrayOf(ids.map(uuidOf), "uuid")];
    const rows = await tx.run<ReturnRow>(lock ? LOCK : SELECT, parameters);
    return new Map(rows.map((row) => [fromUuid("ret", row.return_id), returnOf(row)]));
  },
  save(tx, changes) {
    const rows = new Rows(shape);
    for (const { document } of changes) rows.add(rowOf(document));
    return rows.size === 0 ? [] : [tx.run(SAVE, rows.parameters())];
  },
};

/** Reads one return outside of any command. */
export async function readReturn(tx: Transaction, id: ReturnId): Promise<ReturnDocument | undefined> {
  return (await returnStore.load(tx, [id], false)).get(id);
}

interface DetailJson {
  readonly lines: readonly {
    readonly id: string;
    readonly qty: string;
    readonly ranges: readonly (readonly [from: string, to: string])[];
    readonly money: string;
    readonly bonuses: string;
    readonly earned: string;
  }[];
  readonly parts: readonly PartJson[];
  readonly clawback: readonly (readonly [...PartJson, from: "pending" | "available"])[];
}
type PartJson = readonly [lotId: LotId, issuer: string, amount: string];

function rowOf(document: ReturnDocument) {
  const { receipt } = document;
  const detail: DetailJson = {
    lines: document.lines.map((line) => ({
      id: line.lineId,
      qty: formatQuantity(line.quantity),
      ranges: line.ranges.map(([from, to]) => [`${from}`, `${to}`] as const),
      money: formatAmount(line.money),
      bonuses: formatAmount(line.bonuses),
      earned: formatAmount(line.earned),
    })),
    parts: document.parts.map((part) => [part.lotId, part.issuer, formatAmount(part.amount)] as const),
    clawback: document.clawback.parts.map(
      (part) => [part.lotId, part.issuer, formatAmount(part.amount), part.from] as const,
    ),
  };
  return {
    bucket: bucketOf(document.id),
    return_id: uuidOf(document.id),
    purchase_id: uuidOf(document.purchaseId),
    member_id: document.memberId === null ? null : uuidOf(document.memberId),
    brand: receipt.brand,
    store_id: receipt.storeId,
    terminal_id: receipt.terminalId,
    shift: receipt.shift,
    number: receipt.number,
    reason: document.reason,
    money_back: document.moneyBack,
    bonuses_back: document.bonusesBack,
    clawed_back: document.clawedBack,
    debt_added: document.debtAdded,
    detail: JSON.stringify(detail),
    status: document.status,
    occurred_at: document.occurredAt,
    posted_at: document.postedAt,
  };
}

interface ReturnRow {
  readonly return_id: string;
  readonly purchase_id: string;
  readonly member_id: string | null;
  readonly brand: string;
  readonly store_id: string;
  readonly terminal_id: string;
  readonly shift: string;
  readonly number: string;
  readonly reason: string | null;
  readonly money_back: bigint;
  readonly bonuses_back: bigint;
  readonly clawed_back: bigint;
  readonly debt_added: bigint;
  readonly detail: DetailJson;
  readonly status: string;
  readonly occurred_at: Date;
  readonly posted_at: Date;
}

function returnOf(row: ReturnRow): ReturnDocument {
  const { brand, store_id: storeId, terminal_id: terminalId, shift, number } = row;
  return {
    id: fromUuid("ret", row.return_id),
    purchaseId: fromUuid("pur", row.purchase_id),
    memberId: row.member_id === null ? null : fromUuid("mbr", row.member_id),
    receipt: { brand, storeId, terminalId, shift, number },
    reason: row.reason,
    lines: row.detail.lines.map((line) => ({
      lineId: line.id,
      quantity: parseQuantity(line.qty),
      ranges: line.ranges.map(([from, to]) => [BigInt(from), BigInt(to)] as const),
      money: parseAmount(line.money),
      bonuses: parseAmount(line.bonuses),
      earned: parseAmount(line.earned),
    })),
    parts: row.detail.parts.map(([lotId, issuer, amount]) => ({ lotId, issuer, amount: parseAmount(amount) })),
    clawback: {
      parts: row.detail.clawback.map(([lotId, issuer, amount, from]) => ({
        lotId,
        issuer,
        amount: parseAmount(amount),
        from,
      })),
      debt: row.debt_added,
    },
    moneyBack: row.money_back,
    bonusesBack: row.bonuses_back,
    clawedBack: row.clawed_back,
    debtAdded: row.debt_added,
    status: row.status as ReturnDocument["status"],
    occurredAt: row.occurred_at.getTime(),
    postedAt: row.posted_at.getTime(),
  };
}
