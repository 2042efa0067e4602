/** Documents of sales. What was sold never changes; what was returned of it is counted beside. */
import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { amount, bucket, hash, id, instant, json, word } from "../db/columns.ts";
import type { ProblemCode } from "../kernel/problems.ts";
import type { Brand } from "../ledger/account.ts";
import type { Channel } from "../policy/schema.ts";
import { clawbackParts, lotParts, purchaseLines, returnedLines, returnedUnits, returnTerms } from "./stored.ts";

/** The natural key of a receipt, beside the kind of operation. */
const receipt = () => ({
  brand: word<Brand>("brand").notNull(),
  storeId: text("store_id").notNull(),
  terminalId: text("terminal_id").notNull(),
  shift: text("shift").notNull(),
  number: text("number").notNull(),
  /** Kept; not part of the key. */
  fiscalId: text("fiscal_id"),
});

export const purchases = pgTable(
  "purchases",
  {
    bucket: bucket(),
    id: id("pur", "purchase_id").notNull(),
    /** Absent: a receipt without a card, or on suspense. */
    memberId: id("mbr", "member_id"),
    ...receipt(),
    channel: word<Channel>("channel").notNull(),
    total: amount("total"),
    spent: amount("spent"),
    earned: amount("earned"),
    /** The lot that it made, if it earned. */
    lotId: id("lot", "lot_id"),
    /** The hash of the identifier that led to nobody: the receipt is on suspense until somebody brings it. */
    awaits: hash("awaits"),
    /** Lines as sold, with what was distributed to each: bonuses by lot, bonuses earned. */
    lines: json("lines", purchaseLines).notNull(),
    /** Units that have come back, by line. */
    returned: json("returned", returnedUnits).notNull(),
    status: word<"sold" | "reversed">("status").notNull(),
    occurredAt: instant("occurred_at").notNull(),
    postedAt: instant("posted_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.id] }),
    index("purchases_awaiting").on(table.awaits).where(sql`${table.awaits} is not null`),
    check("purchase_status", sql`${table.status} in ('sold', 'reversed')`),
    check(
      "purchase_amounts",
      sql`${table.total} >= 0 and ${table.earned} >= 0 and ${table.spent} between 0 and ${table.total}`,
    ),
    check("purchase_waits_for_a_member", sql`${table.awaits} is null or ${table.memberId} is null`),
  ],
);

export const returns = pgTable(
  "returns",
  {
    bucket: bucket(),
    id: id("ret", "return_id").notNull(),
    purchaseId: id("pur", "purchase_id").notNull(),
    memberId: id("mbr", "member_id"),
    ...receipt(),
    reason: text("reason"),
    moneyBack: amount("money_back"),
    bonusesBack: amount("bonuses_back"),
    /** All that the returned goods had earned. */
    clawedBack: amount("clawed_back"),
    /** The part of it that nothing covered. */
    debtAdded: amount("debt_added"),
    /** What was taken back while the receipt was on suspense: no wallet was touched by it. */
    fromSuspense: amount("from_suspense"),
    lines: json("lines", returnedLines).notNull(),
    /** The lots that got bonuses back. */
    parts: json("parts", lotParts).notNull(),
    /** How the clawback was covered. */
    cover: json("cover", clawbackParts).notNull(),
    status: word<"returned" | "reversed">("status").notNull(),
    occurredAt: instant("occurred_at").notNull(),
    postedAt: instant("posted_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.id] }),
    check("return_status", sql`${table.status} in ('returned', 'reversed')`),
  ],
);

/** Returns that came before their sale, by the natural key of the sale. Applied, refused or withdrawn, exactly once. */
export const parkedReturns = pgTable(
  "parked_returns",
  {
    receiptKey: hash("receipt_key").notNull(),
    /** Its place among those that wait for one receipt: the order in which they came. */
    ordinal: integer("ordinal").notNull(),
    /** The operation that parked it; the return, once it is made, bears the same number. */
    operationId: id("opn", "operation_id").notNull(),
    terms: json("terms", returnTerms).notNull(),
    status: word<"parked" | "applied" | "refused" | "withdrawn">("status").notNull(),
    /** The problem's code, where applying it was refused. */
    refusal: word<ProblemCode>("refusal"),
    parkedAt: instant("parked_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.receiptKey, table.ordinal] }),
    index("parked_returns_by_operation").on(table.operationId),
    check("parked_status", sql`${table.status} in ('parked', 'applied', 'refused', 'withdrawn')`),
    check("parked_refusal", sql`(${table.status} = 'refused') = (${table.refusal} is not null)`),
  ],
);
