/** Tables of the ledger. Append-only guards, fill factors and grants are in the custom migrations. */
import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import { amount, bucket, instant, jsonText, memberId } from "../db/columns.ts";

/** Everything that may happen only once: idempotency keys and natural keys, as hashes, and the operation that took each. */
export const commandKeys = pgTable("command_keys", {
  key: uuid("key").primaryKey(),
  bucket: bucket(),
  operationId: uuid("operation_id").notNull(),
});

/** Commands that the ledger has judged, with their outcomes, refusals included. Never updated, never deleted. */
export const operations = pgTable(
  "operations",
  {
    bucket: bucket(),
    operationId: uuid("operation_id").notNull(),
    command: text("command").notNull(),
    memberId: uuid("member_id"),
    clientId: uuid("client_id"),
    inputHash: uuid("input_hash").notNull(),
    status: smallint("status").notNull(),
    /** The problem's code, where the command was refused. */
    refusal: text("refusal"),
    answer: jsonText("answer").notNull(),
    policyVersion: integer("policy_version").notNull(),
    occurredAt: instant("occurred_at").notNull(),
    postedAt: instant("posted_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.bucket, table.operationId] })],
);

/** Amounts moved between two accounts of one entity. Never updated, never deleted. */
export const transfers = pgTable(
  "transfers",
  {
    bucket: bucket(),
    memberId: memberId(),
    operationId: uuid("operation_id").notNull(),
    ordinal: smallint("ordinal").notNull(),
    entity: text("entity").notNull(),
    debit: text("debit").notNull(),
    credit: text("credit").notNull(),
    amount: amount("amount"),
    lotId: uuid("lot_id"),
    event: text("event").notNull(),
    occurredAt: instant("occurred_at").notNull(),
    postedAt: instant("posted_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.memberId, table.operationId, table.ordinal] }),
    check("transfer_moves_something", sql`${table.amount} > 0`),
    check("transfer_has_two_accounts", sql`${table.debit} <> ${table.credit}`),
  ],
);

/** One row per member: what a group locks, and the totals of the member's lots. */
export const wallets = pgTable(
  "wallets",
  {
    bucket: bucket(),
    memberId: memberId(),
    status: text("status").notNull(),
    version: bigint("version", { mode: "bigint" }).notNull(),
    pending: amount("pending"),
    available: amount("available"),
    held: amount("held"),
    debt: amount("debt"),
    /** What is owed, by entity, in minor units as text. */
    debts: jsonb("debts").notNull().default({}),
    /** Not later than the next activation, expiry or end of a hold; the background job goes by it. */
    nextMoveAt: instant("next_move_at"),
    postedAt: instant("posted_at").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.memberId] }),
    index("wallets_due").on(table.nextMoveAt).where(sql`${table.nextMoveAt} is not null`),
    check(
      "wallet_not_below_zero",
      sql`${table.pending} >= 0 and ${table.available} >= 0 and ${table.held} >= 0 and ${table.debt} >= 0`,
    ),
    check("wallet_status", sql`${table.status} in ('active', 'blocked')`),
  ],
);

export const lots = pgTable(
  "lots",
  {
    bucket: bucket(),
    memberId: memberId(),
    lotId: uuid("lot_id").notNull(),
    issuer: text("issuer").notNull(),
    profileId: uuid("profile_id"),
    kind: text("kind").notNull(),
    granted: amount("granted"),
    pending: amount("pending"),
    available: amount("available"),
    held: amount("held"),
    activeAt: instant("active_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    closed: boolean("closed").notNull(),
    operationId: uuid("operation_id").notNull(),
    policyVersion: integer("policy_version").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.memberId, table.lotId] }),
    check(
      "lot_not_below_zero",
      sql`${table.pending} >= 0 and ${table.available} >= 0 and ${table.held} >= 0 and ${table.granted} > 0`,
    ),
    check("lot_ends_after_it_begins", sql`${table.expiresAt} > ${table.activeAt}`),
    check(
      "lot_closed_is_empty",
      sql`not ${table.closed} or (${table.pending} = 0 and ${table.available} = 0 and ${table.held} = 0)`,
    ),
  ],
);

/**
 * The ends that lots have had: one row each time an end moves, with the end as it was until then.
 * Kept by a trigger on `lots`, whatever moved the end; with it a balance of any day past can be told. Append-only.
 */
export const lotEnds = pgTable(
  "lot_ends",
  {
    bucket: bucket(),
    memberId: memberId(),
    lotId: uuid("lot_id").notNull(),
    /** When the ledger moved it. */
    movedAt: instant("moved_at").notNull(),
    formerEnd: instant("former_end").notNull(),
  },
  (table) => [primaryKey({ columns: [table.bucket, table.memberId, table.lotId, table.movedAt] })],
);

export const holds = pgTable(
  "holds",
  {
    bucket: bucket(),
    holdId: uuid("hold_id").notNull(),
    memberId: memberId(),
    brand: text("brand").notNull(),
    amount: amount("amount"),
    parts: jsonText("parts").notNull(),
    reference: text("reference").notNull(),
    status: text("status").notNull(),
    captured: amount("captured"),
    expiresAt: instant("expires_at").notNull(),
    endedAt: instant("ended_at"),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.holdId] }),
    index("holds_open").on(table.bucket, table.memberId).where(sql`${table.status} = 'open'`),
    check(
      "hold_state",
      sql`(${table.status} = 'open') = (${table.endedAt} is null) and ${table.status} in ('open', 'captured', 'released', 'expired')`,
    ),
    check("hold_captures_what_it_held", sql`${table.captured} between 0 and ${table.amount}`),
  ],
);
