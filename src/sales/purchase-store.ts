/** Purchases as rows. Lines go in once; afterwards only what came back, and whether the whole was reversed, changes. */
import { formatAmount, formatQuantity, parseAmount, parseQuantity } from "../kernel/amount.ts";
import { bucketOf, fromUuid, type LotId, type PurchaseId, uuidOf } from "../kernel/ids.ts";
import { arrayOf, insertInto, Rows, table } from "../engine/rows.ts";
import type { Transaction } from "../engine/session.ts";
import type { DocumentChange, DocumentStore } from "../engine/store.ts";
import type { Channel, Purchase, PurchaseLine, UnitRange } from "./purchase-document.ts";

const shape = {
  bucket: "smallint",
  purchase_id: "uuid",
  member_id: "uuid",
  brand: "text",
  store_id: "text",
  terminal_id: "text",
  shift: "text",
  number: "text",
  fiscal_id: "text",
  channel: "text",
  total: "bigint",
  spent: "bigint",
  earned: "bigint",
  lot_id: "uuid",
  awaits: "uuid",
  lines: "json",
  returned: "json",
  status: "text",
  occurred_at: "timestamptz",
  posted_at: "timestamptz",
} as const;
/** What of a purchase may change: what came back, the whole reversed, or claimed from suspense. */
const change = {
  bucket: "smallint",
  purchase_id: "uuid",
  member_id: "uuid",
  lot_id: "uuid",
  awaits: "uuid",
  returned: "json",
  status: "text",
} as const;
const INSERT = insertInto("purchases", shape);
const UPDATE = `update purchases p set returned = n.returned, status = n.status,
  member_id = n.member_id, lot_id = n.lot_id, awaits = n.awaits from ${table(change, "n")}
  where p.bucket = n.bucket and p.purchase_id = n.purchase_id`;
const SELECT = `select ${Object.keys(shape)
  .map((column) => `p.${column}`)
  .join(", ")}
  from unnest($1::smallint[], $2::uuid[]) as n(bucket, purchase_id)
  join purchases p on p.bucket = n.bucket and p.purchase_id = n.purchase_id order by p.bucket, p.purchase_id`;
const LOCK = `${SELECT} for no key update of p`;

export const purchaseStore: DocumentStore<Purchase> = {
  name: "purchases",
  async load(tx, ids, lock) {
    const parameters = [arrayOf(ids.map(bucketOf), "smallint"), arrayOf(ids.map(uuidOf), "uuid")];
    const rows = await tx.run<PurchaseRow>(lock ? LOCK : SELECT, parameters);
    return new Map(rows.map((row) => [fromUuid("pur", row.purchase_id), purchaseOf(row)]));
  },
  save: (tx, changes) => [
    ...insert(
      tx,
      changes.filter((entry) => entry.isNew),
    ),
    ...update(
      tx,
      changes.filter((entry) => !entry.isNew),
    ),
  ],
};

function insert(tx: Transaction, changes: readonly DocumentChange<Purchase>[]): Promise<unknown>[] {
  const rows = new Rows(shape);
  for (const { document: purchase } of changes) {
    const { receipt } = purchase;
    rows.add({
      bucket: bucketOf(purchase.id),
      purchase_id: uuidOf(purchase.id),
      member_id: purchase.memberId === null ? null : uuidOf(purchase.memberId),
      brand: receipt.brand,
      store_id: receipt.storeId,
      terminal_id: receipt.terminalId,
      shift: receipt.shift,
      number: receipt.number,
      fiscal_id: receipt.fiscalId ?? null,
      channel: purchase.channel,
      total: purchase.total,
      spent: purchase.spent,
      earned: purchase.earned,
      lot_id: purchase.lotId === null ? null : uuidOf(purchase.lotId),
      awaits: purchase.awaits,
      lines: JSON.stringify(purchase.lines.map(lineOut)),
      returned: returnedOut(purchase),
      status: purchase.status,
      occurred_at: purchase.occurredAt,
      posted_at: purchase.postedAt,
    });
  }
  return rows.size === 0 ? [] : [tx.run(INSERT, rows.parameters())];
}

function update(tx: Transaction, changes: readonly DocumentChange<Purchase>[]): Promise<unknown>[] {
  const rows = new Rows(change);
  for (const { document: purchase } of changes) {
    const { id, status, awaits, memberId, lotId } = purchase;
    rows.add({
      bucket: bucketOf(id),
      purchase_id: uuidOf(id),
      member_id: memberId === null ? null : uuidOf(memberId),
      lot_id: lotId === null ? null : uuidOf(lotId),
      awaits,
      returned: returnedOut(purchase),
      status,
    });
  }
  return rows.size === 0 ? [] : [tx.run(UPDATE, rows.parameters())];
}

/** A line in JSON: short names, since every sale keeps them for ever. */
interface LineJson {
  readonly id: string;
  readonly sku: string;
  readonly cat: string;
  readonly qty: string;
  readonly price: string;
  readonly total: string;
  readonly spend?: string;
  readonly earn?: string;
  readonly noEarn?: true;
  readonly noSpend?: true;
  readonly parts?: readonly (readonly [lotId: LotId, issuer: string, amount: string])[];
}

function lineOut(line: PurchaseLine): LineJson {
  return {
    id: line.lineId,
    sku: line.sku,
    cat: line.category,
    qty: formatQuantity(line.quantity),
    price: formatAmount(line.unitPrice),
    total: formatAmount(line.total),
    ...(line.spend > 0n ? { spend: formatAmount(line.spend) } : {}),
    ...(line.earn > 0n ? { earn: formatAmount(line.earn) } : {}),
    ...(line.noEarn ? { noEarn: true } : {}),
    ...(line.noSpend ? { noSpend: true } : {}),
    ...(line.parts.length > 0
      ? { parts: line.parts.map((part) => [part.lotId, part.issuer, formatAmount(part.amount)] as const) }
      : {}),
  };
}

function lineIn(line: LineJson): PurchaseLine {
  return {
    lineId: line.id,
    sku: line.sku,
    category: line.cat,
    quantity: parseQuantity(line.qty),
    unitPrice: parseAmount(line.price),
    total: parseAmount(line.total),
    spend: parseAmount(line.spend ?? "0.00"),
    earn: parseAmount(line.earn ?? "0.00"),
    noEarn: line.noEarn ?? false,
    noSpend: line.noSpend ?? false,
    parts: (line.parts ?? []).map(([lotId, issuer, amount]) => ({ lotId, issuer, amount: parseAmount(amount) })),
  };
}

type ReturnedJson = Record<string, [from: string, to: string][]>;

const returnedOut = (purchase: Purchase): string =>
  JSON.stringify(
    Object.fromEntries(
      [...purchase.returned].map(([line, ranges]) => [line, ranges.map(([from, to]) => [`${from}`, `${to}`])]),
    ),
  );

const returnedIn = (returned: ReturnedJson): Map<string, UnitRange[]> =>
  new Map(
    Object.entries(returned).map(([line, ranges]) => [
      line,
      ranges.map(([from, to]): UnitRange => [BigInt(from), BigInt(to)]),
    ]),
  );

interface PurchaseRow {
  readonly purchase_id: string;
  readonly member_id: string | null;
  readonly brand: string;
  readonly store_id: string;
  readonly terminal_id: string;
  readonly shift: string;
  readonly number: string;
  readonly fiscal_id: string | null;
  readonly channel: string;
  readonly total: bigint;
  readonly spent: bigint;
  readonly earned: bigint;
  readonly lot_id: string | null;
  readonly awaits: string | null;
  readonly lines: readonly LineJson[];
  readonly returned: ReturnedJson;
  readonly status: string;
  readonly occurred_at: Date;
  readonly posted_at: Date;
}

function purchaseOf(row: PurchaseRow): Purchase {
  const { brand, store_id: storeId, terminal_id: terminalId, shift, number, fiscal_id } = row;
  return {
    id: fromUuid("pur", row.purchase_id),
    memberId: row.member_id === null ? null : fromUuid("mbr", row.member_id),
    receipt: { brand, storeId, terminalId, shift, number, ...(fiscal_id === null ? {} : { fiscalId: fiscal_id }) },
    channel: row.channel as Channel,
    lines: row.lines.map(lineIn),
    total: row.total,
    spent: row.spent,
    earned: row.earned,
    lotId: row.lot_id === null ? null : fromUuid("lot", row.lot_id),
    awaits: row.awaits?.replaceAll("-", "") ?? null,
    returned: returnedIn(row.returned),
    status: row.status as Purchase["status"],
    occurredAt: row.occurred_at.getTime(),
    postedAt: row.posted_at.getTime(),
  };
}

/** Reads one purchase outside of any command. */
export async function readPurchase(tx: Transaction, id: PurchaseId): Promise<Purchase | undefined> {
  return (await purchaseStore.load(tx, [id], false)).get(id);
}
