/** Settlements between legal entities, and their lines. */
import { sql } from "drizzle-orm";
import { check, integer, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { amount, bucket, calendarDate, id, word } from "../../db/columns.ts";
import type { Brand, LotKind } from "../../ledger/account.ts";
import type { Section, SettlementStatus } from "./words.ts";

/** What two entities owe each other for some months. Once agreed, nothing of it but its payment changes. */
export const settlements = pgTable(
  "settlements",
  {
    bucket: bucket(),
    id: id("stm", "settlement_id").notNull(),
    operationId: id("opn", "operation_id").notNull(),
    /** From one, over all pairs, without a gap. */
    number: integer("number").notNull(),
    /** The two parties, by code. */
    one: word<Brand>("one").notNull(),
    other: word<Brand>("other").notNull(),
    fromMonth: text("from_month").notNull(),
    toMonth: text("to_month").notNull(),
    /** Kopecks with VAT, of all lines in which it is the debtor; below zero where more came back than was spent. */
    oneOwes: amount("one_owes"),
    otherOwes: amount("other_owes"),
    lines: integer("lines").notNull(),
    status: word<SettlementStatus>("status").notNull(),
    oneAgreedBy: id("opn", "one_agreed_by"),
    oneStaffId: text("one_staff_id"),
    otherAgreedBy: id("opn", "other_agreed_by"),
    otherStaffId: text("other_staff_id"),
    paidBy: id("opn", "paid_by"),
    /** On which the bank moved the money, or it was set off, in the programme's zone. */
    paidOn: calendarDate("paid_on"),
    droppedBy: id("opn", "dropped_by"),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.id] }),
    uniqueIndex("settlements_by_number").on(table.number),
    uniqueIndex("settlements_live_once")
      .on(table.one, table.other, table.fromMonth)
      .where(sql`${table.status} <> 'dropped'`),
    check("settlement_status", sql`${table.status} in ('draft', 'agreed', 'paid', 'dropped')`),
    check("settlement_parties_in_order", sql`${table.one} collate "C" < ${table.other} collate "C"`),
    check("settlement_months_in_order", sql`${table.fromMonth} <= ${table.toMonth}`),
    check(
      "settlement_agreed_by_two",
      sql`(${table.status} in ('agreed', 'paid')) = (${table.oneAgreedBy} is not null and ${table.otherAgreedBy} is not null) and ${table.oneStaffId} <> ${table.otherStaffId}`,
    ),
    check("settlement_paid_on_a_day", sql`${table.paidOn} is null or ${table.paidBy} is not null`),
    check(
      "settlement_ends_once",
      sql`(${table.status} = 'paid') = (${table.paidBy} is not null) and (${table.status} = 'dropped') = (${table.droppedBy} is not null)`,
    ),
  ],
);

/** Lines of settlements. Never updated, never deleted. */
export const settlementLines = pgTable(
  "settlement_lines",
  {
    bucket: bucket(),
    settlementId: id("stm", "settlement_id").notNull(),
    /** From one. */
    place: integer("place").notNull(),
    debtor: word<Brand>("debtor").notNull(),
    creditor: word<Brand>("creditor").notNull(),
    section: word<Section>("section").notNull(),
    kind: word<LotKind>("kind").notNull(),
    /** Roubles a bonus with VAT, and the rate of the VAT in it, as the rules say them. */
    price: text("price").notNull(),
    vatRate: text("vat_rate").notNull(),
    /** Of a correction: the day on which that was accounted which is corrected, and the settlement that has it, where one has. */
    originalDay: calendarDate("original_day"),
    originalId: id("stm", "original_id"),
    /** Below zero where it is given back. */
    bonuses: amount("bonuses"),
    /** Kopecks with VAT, and the VAT in them. */
    total: amount("total"),
    vat: amount("vat"),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.settlementId, table.place] }),
    check("settlement_line_section", sql`${table.section} in ('spent', 'returned', 'debts', 'credit_note')`),
    check(
      "settlement_line_names_its_original",
      sql`(${table.section} = 'credit_note') = (${table.originalDay} is not null) and (${table.originalId} is null or ${table.originalDay} is not null)`,
    ),
  ],
);
