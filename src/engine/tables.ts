/** Tables of the engine: what the ledger has judged, and what may happen only once. */
import { sql } from "drizzle-orm";
import { bigint, check, index, integer, pgTable, primaryKey, smallint, text } from "drizzle-orm/pg-core";
import { bucket, calendarDate, hash, id, instant, json, jsonText, word } from "../db/columns.ts";
import type { ProblemCode } from "../kernel/problems.ts";
import type { LedgerEvent } from "./event.ts";

/** Everything that may happen only once: idempotency keys and natural keys, as hashes, and the operation that took each. */
export const commandKeys = pgTable("command_keys", {
  key: hash("key").primaryKey(),
  bucket: bucket(),
  operationId: id("opn", "operation_id").notNull(),
});

/** Commands that the ledger has judged, with their facts and outcomes, refusals included. Never updated, never deleted. */
export const operations = pgTable(
  "operations",
  {
    bucket: bucket(),
    id: id("opn", "operation_id").notNull(),
    name: text("name").notNull(),
    /** Whose wallet it concerns first. */
    memberId: id("mbr", "member_id"),
    /** The profile whose identifier was presented; absent where the member was named by id. */
    profileId: id("prf", "profile_id"),
    /** Who asked: a client, and a member of staff behind it where there is one. Neither: the ledger itself. */
    clientId: id("cli", "client_id"),
    staffId: text("staff_id"),
    /** Facts that the request gave. */
    brand: text("brand"),
    storeId: text("store_id"),
    terminalId: text("terminal_id"),
    channel: text("channel"),
    reason: text("reason"),
    reference: text("reference"),
    /**
     * What it is about, as a hash, where neither the facts above nor its answer tell it: the identifier that a sale waits
     * for, the receipt that was reversed, the terms of a return that waits. The proof holds rows that may change against it.
     */
    subjectHash: hash("subject_hash"),
    /** Of the body as it was received, in the form of this version. */
    inputHash: hash("input_hash").notNull(),
    hashVersion: smallint("hash_version").notNull(),
    status: smallint("status").notNull(),
    /** The problem's code, where the command was refused. */
    refusal: word<ProblemCode>("refusal"),
    /** What the caller is told, again and again, byte for byte. */
    answer: jsonText("answer").notNull(),
    /** What others may want to hear of it; absent where nothing is. */
    events: json<readonly LedgerEvent[]>("events"),
    policyVersion: integer("policy_version").notNull(),
    occurredAt: instant("occurred_at").notNull(),
    postedAt: instant("posted_at").notNull(),
    /** The day of the programme's zone on which it was posted. */
    accountingDate: calendarDate("accounting_date").notNull(),
    /**
     * Where it stands in the order of commits: the number of the transaction that wrote it. Whoever reads the journal
     * reads positions below that of src/db/horizon.ts: nothing can appear there any more.
     */
    position: bigint("position", { mode: "bigint" }).notNull(),
    /** Its place within its transaction. */
    place: smallint("place").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.id] }),
    index("operations_by_position").on(table.position),
    // Erasing looks for whatever was about an identifier.
    index("operations_by_subject").on(table.subjectHash).where(sql`${table.subjectHash} is not null`),
    check("refusals_are_conflicts", sql`(${table.refusal} is null) = (${table.status} < 400)`),
  ],
);

/** Who follows the journal, and how far each has come: everything below its position is in what it keeps, nothing above. */
export const followers = pgTable("followers", {
  name: text("name").primaryKey(),
  position: bigint("position", { mode: "bigint" }).notNull(),
});
