/** Documents of sales. What was sold never changes; what was returned of it is counted beside. */
import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { amount, bucket, hash, id, instant, json, word } from "../db/columns.ts";
import type { ProblemCode } from "../kernel/problems.ts";
import type { Brand } from "../ledger/account.ts";
import type { Channel } from "../policy/schema.ts";
import type { OrderStatus } from "./order-states.ts";
import { orderLines } from "./stored-order.ts";
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
    /** In whose wallet it was recorded. Absent: a receipt without a card, or on suspense. */
    memberId: id("mbr", "member_id"),
    /** Whose identifier was presented, or brought later: whoever has this profile has the purchase. Absent: the member was named by id. */
    profileId: id("prf", "profile_id"),
    ...receipt(),
    channel: word<Channel>("channel").notNull(),
    /** The zone of its store when it was sold: a store's zone may be put right later, and its days stay as they were told. */
    storeZone: text("store_zone").notNull(),
    total: amount("total"),
    spent: amount("spent"),
    earned: amount("earned"),
    /** The order whose goods it hands out. */
    orderId: id("ord", "order_id"),
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
    // What is read of some days reads the pages of about those days; a sale writes nothing for it.
    index("purchases_by_day").using("brin", table.occurredAt).with({ pages_per_range: 32, autosummarize: true }),
    index("purchases_awaiting").on(table.awaits).where(sql`${table.awaits} is not null`),
    check("purchase_status", sql`${table.status} in ('sold', 'reversed')`),
    check(
      "purchase_amounts",
      sql`${table.total} >= 0 and ${table.earned} >= 0 and ${table.spent} between 0 and ${table.total}`,
    ),
    check("purchase_waits_for_a_member", sql`${table.awaits} is null or ${table.memberId} is null`),
  ],
);

/** The brand at which it was ordered, and the store where it waits, whose brand sells it. */
export const orders = pgTable(
  "orders",
  {
    bucket: bucket(),
    id: id("ord", "order_id").notNull(),
    orderNumber: text("order_number").notNull(),
    brand: word<Brand>("brand").notNull(),
    channel: word<Channel>("channel").notNull(),
    /** Absent: ordered without a card, or by one that leads to nobody yet. */
    memberId: id("mbr", "member_id"),
    /** Whose identifier it was ordered with. */
    profileId: id("prf", "profile_id"),
    /** The hash of the identifier that led to nobody. */
    awaits: hash("awaits"),
    pickupBrand: word<Brand>("pickup_brand").notNull(),
    pickupStoreId: text("pickup_store_id").notNull(),
    lines: json("lines", orderLines).notNull(),
    total: amount("total"),
    /** Bonuses held when it was placed. */
    held: amount("held"),
    /** Absent where it pays with no bonuses. */
    holdId: id("hld", "hold_id"),
    status: word<OrderStatus>("status").notNull(),
    /** Asked when it was placed; absent: as the rules say. */
    storageDays: integer("storage_days"),
    placedAt: instant("placed_at").notNull(),
    readyAt: instant("ready_at"),
    /** When waiting ends: to be made ready, or to be collected. */
    expiresAt: instant("expires_at").notNull(),
    endedAt: instant("ended_at"),
    /** The hash of the code that proves a pickup, and the pickup that it was used for. */
    codeHash: hash("code_hash").notNull(),
    codeUsedBy: id("pur", "code_used_by"),
    /** Wrong tries since the code was given, or since they blocked it. */
    codeTries: integer("code_tries").notNull(),
    codeBlockedUntil: instant("code_blocked_until"),
    /** Grows by one with each step: tells their order. */
    version: integer("version").notNull(),
    /** Pickups made so far, those that were undone included. */
    visits: integer("visits").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.id] }),
    index("orders_of_store").on(table.pickupStoreId, table.status, table.id),
    index("orders_of_member").on(table.memberId, table.id).where(sql`${table.status} in ('placed', 'ready')`),
    index("orders_expiring").on(table.expiresAt, table.id).where(sql`${table.status} in ('placed', 'ready')`),
    index("orders_awaiting").on(table.awaits).where(sql`${table.awaits} is not null`),
    check("order_status", sql`${table.status} in ('placed', 'ready', 'collected', 'cancelled', 'expired')`),
    check("order_ends_once", sql`(${table.status} in ('placed', 'ready')) = (${table.endedAt} is null)`),
    check("order_amounts", sql`${table.held} between 0 and ${table.total}`),
    check("order_holds_for_a_member", sql`${table.holdId} is null or ${table.memberId} is not null`),
    check("order_waits_for_a_member", sql`${table.awaits} is null or ${table.memberId} is null`),
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
    index("returns_of_purchase").on(table.purchaseId),
    index("returns_by_day").using("brin", table.occurredAt).with({ pages_per_range: 32, autosummarize: true }),
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
    uniqueIndex("parked_returns_by_operation").on(table.operationId),
    check("parked_status", sql`${table.status} in ('parked', 'applied', 'refused', 'withdrawn')`),
    check("parked_refusal", sql`(${table.status} = 'refused') = (${table.refusal} is not null)`),
  ],
);
