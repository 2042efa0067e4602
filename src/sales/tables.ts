/** Documents of sales. What was sold never changes; what was returned of it is counted beside. */
import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { amount, bucket, instant, jsonText } from "../db/columns.ts";

export const purchases = pgTable(
  "purchases",
  {
    bucket: bucket(),
    purchaseId: uuid("purchase_id").notNull(),
    /** Absent: a receipt without a card. */
    memberId: uuid("member_id"),
    brand: text("brand").notNull(),
    storeId: text("store_id").notNull(),
    terminalId: text("terminal_id").notNull(),
    shift: text("shift").notNull(),
    number: text("number").notNull(),
    fiscalId: text("fiscal_id"),
    channel: text("channel").notNull(),
    total: amount("total"),
    spent: amount("spent"),
    earned: amount("earned"),
    /** The lot that it made, if it earned. */
    lotId: uuid("lot_id"),
    /** The hash of the identifier that led to nobody: the receipt is on suspense until somebody brings it. */
    awaits: uuid("awaits"),
    /** Lines as sold, with what was distributed to each: bonuses by lot, bonuses earned. */
    lines: jsonText("lines").notNull(),
    /** Thousandths returned so far, by line, as text. */
    returned: jsonText("returned").notNull(),
    status: text("status").notNull(),
    occurredAt: instant("occurred_at").notNull(),
    postedAt: instant("posted_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.purchaseId] }),
    index("purchases_awaiting").on(table.awaits).where(sql`${table.awaits} is not null`),
    check("purchase_status", sql`${table.status} in ('sold', 'reversed')`),
    check(
      "purchase_amounts",
      sql`${table.total} >= 0 and ${table.earned} >= 0 and ${table.spent} between 0 and ${table.total}`,
    ),
  ],
);

export const returns = pgTable(
  "returns",
  {
    bucket: bucket(),
    returnId: uuid("return_id").notNull(),
    purchaseId: uuid("purchase_id").notNull(),
    memberId: uuid("member_id"),
    brand: text("brand").notNull(),
    storeId: text("store_id").notNull(),
    terminalId: text("terminal_id").notNull(),
    shift: text("shift").notNull(),
    number: text("number").notNull(),
    reason: text("reason"),
    moneyBack: amount("money_back"),
    bonusesBack: amount("bonuses_back"),
    clawedBack: amount("clawed_back"),
    debtAdded: amount("debt_added"),
    /** Lines and quantities, the lots that got bonuses back, and how the clawback was covered. */
    detail: jsonText("detail").notNull(),
    status: text("status").notNull(),
    occurredAt: instant("occurred_at").notNull(),
    postedAt: instant("posted_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.returnId] }),
    check("return_status", sql`${table.status} in ('returned', 'reversed')`),
  ],
);

/** Returns that came before their sale, by the natural key of the sale. Applied, or given up, exactly once. */
export const parkedReturns = pgTable(
  "parked_returns",
  {
    receiptKey: uuid("receipt_key").notNull(),
    operationId: uuid("operation_id").notNull(),
    input: jsonText("input").notNull(),
    status: text("status").notNull(),
    /** The problem's code, where applying it was refused. */
    refusal: text("refusal"),
    parkedAt: instant("parked_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.receiptKey, table.operationId] }),
    index("parked_returns_by_operation").on(table.operationId),
    check("parked_status", sql`${table.status} in ('parked', 'applied', 'refused', 'withdrawn')`),
  ],
);
