/** Reconciliations: files of receipts as other systems saw them, and what was not as the ledger has it. */
import { sql } from "drizzle-orm";
import { bigint, check, customType, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { hash, id, instant, json, word } from "../../db/columns.ts";
import type { Brand } from "../../ledger/account.ts";
import type { ReconciliationResult, ReconciliationTerms, Side } from "./stored.ts";
import type {
  BreakAction,
  BreakKind,
  BreakStatus,
  Difference,
  Failure,
  ReconciliationStatus,
  Resolution,
} from "./words.ts";

const bytes = (name: string) =>
  customType<{ data: Buffer; driverData: Buffer | string }>({
    dataType: () => "bytea",
    toDriver: (value) => `\\x${value.toString("hex")}`,
    fromDriver: (stored) => stored as Buffer,
  })(name);

/** A file that was received for one entity, and what became of it. Its lines wait in reconciliationParts until it is matched. */
export const reconciliations = pgTable(
  "reconciliations",
  {
    id: id("rec", "reconciliation_id").primaryKey(),
    brand: word<Brand>("brand").notNull(),
    /** Which system saw the receipts. */
    system: text("system").notNull(),
    /** SHA-256 of the file as it was received. */
    contentHash: text("content_hash").notNull(),
    terms: json<ReconciliationTerms>("terms").notNull(),
    lines: integer("lines").notNull(),
    /** Under which its lines are kept. */
    uploadId: hash("upload_id").notNull(),
    status: word<ReconciliationStatus>("status").notNull(),
    /** Why it came to nothing; of one that waits, at the last try. */
    failure: word<Failure>("failure"),
    result: json<ReconciliationResult>("result"),
    requestedAt: instant("requested_at").notNull(),
    finishedAt: instant("finished_at"),
    /** How often matching was begun. */
    tries: integer("tries").notNull().default(0),
    /** When it is tried again, by the clock of the database; absent: at once. */
    notBefore: instant("not_before"),
  },
  (table) => [
    index("reconciliations_of_brand").on(table.brand, table.id),
    index("reconciliations_waiting").on(table.id).where(sql`${table.status} = 'waiting'`),
    index("reconciliations_by_upload").on(table.uploadId),
    check("reconciliation_status", sql`${table.status} in ('waiting', 'done', 'failed', 'cancelled')`),
    check("reconciliation_ends_once", sql`(${table.status} = 'waiting') = (${table.finishedAt} is null)`),
    check(
      "reconciliation_fails_for_a_reason",
      sql`case ${table.status} when 'failed' then ${table.failure} is not null when 'done' then ${table.failure} is null else true end`,
    ),
    check("reconciliation_comes_to_something", sql`(${table.status} = 'done') = (${table.result} is not null)`),
  ],
);

/** The lines of files that wait, in their one form and without any card: Parquet, in parts. Gone once a file is matched. */
export const reconciliationParts = pgTable(
  "reconciliation_parts",
  {
    uploadId: hash("upload_id").notNull(),
    ordinal: integer("ordinal").notNull(),
    content: bytes("content").notNull(),
    keptAt: instant("kept_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.uploadId, table.ordinal] })],
);

/** One line of a file, or one receipt of the ledger, that is not as the other side has it. What was found never changes. */
export const reconciliationBreaks = pgTable(
  "reconciliation_breaks",
  {
    id: id("brk", "break_id").primaryKey(),
    reconciliationId: id("rec", "reconciliation_id").notNull(),
    /** From one, in the order of the lines. */
    ordinal: integer("ordinal").notNull(),
    brand: word<Brand>("brand").notNull(),
    kind: word<BreakKind>("kind").notNull(),
    differences: json<readonly Difference[]>("differences").notNull(),
    /** Of the file; absent of what is missing there. */
    line: integer("line"),
    /** The receipt as the file has it, and as the ledger has it. */
    there: json<Side>("there"),
    here: json<Side>("here"),
    /** The rule that has explained it. */
    ruleId: id("rul", "rule_id"),
    foundAt: instant("found_at").notNull(),
    /** Of all above, so that none of it is changed by hand unseen. */
    digest: hash("digest").notNull(),
    status: word<BreakStatus>("status").notNull(),
    /** Who is to look at it. */
    owner: text("owner"),
    resolution: word<Resolution>("resolution"),
    /** The operation that has put it right. */
    correctedBy: id("opn", "corrected_by"),
    /** The adjustment that has put it right, or waits to. */
    adjustmentId: id("adj", "adjustment_id"),
    /** Until when that waits for a second person. */
    awaitsUntil: instant("awaits_until"),
    resolvedBy: text("resolved_by"),
    resolvedAt: instant("resolved_at"),
    /** How often somebody has done something about it. */
    changes: integer("changes").notNull(),
  },
  (table) => [
    index("breaks_in_order").on(table.reconciliationId, table.ordinal),
    check("break_status", sql`${table.status} in ('open', 'explained', 'awaiting_approval', 'resolved')`),
    check(
      "break_is_resolved_by_somebody",
      sql`num_nonnulls(${table.resolution}, ${table.resolvedBy}, ${table.resolvedAt}) = case ${table.status} when 'resolved' then 3 else 0 end`,
    ),
    check(
      "break_is_corrected_by_something",
      sql`(${table.resolution} = 'corrected') is true = (${table.correctedBy} is not null)`,
    ),
    check(
      "break_awaits_an_adjustment",
      sql`(${table.status} = 'awaiting_approval') = (${table.awaitsUntil} is not null) and (${table.awaitsUntil} is null or ${table.adjustmentId} is not null)`,
    ),
    check(
      "break_names_its_adjustment",
      sql`${table.adjustmentId} is null or ${table.status} = 'awaiting_approval' or ${table.correctedBy} is not null`,
    ),
    check("break_is_explained_by_a_rule", sql`${table.status} <> 'explained' or ${table.ruleId} is not null`),
  ],
);

/** What was done about breaks. Never updated, never deleted. */
export const breakChanges = pgTable(
  "break_changes",
  {
    breakId: id("brk", "break_id").notNull(),
    /** From one, without a gap. */
    number: integer("number").notNull(),
    action: word<BreakAction>("action").notNull(),
    operationId: id("opn", "operation_id").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.breakId, table.number] }),
    check("break_action", sql`${table.action} in ('assign', 'comment', 'resolve', 'correct', 'approve', 'reject')`),
  ],
);

/** Known reasons, learnt from resolutions: later breaks that they fit are explained by them. Never updated, never deleted. */
export const breakRules = pgTable(
  "break_rules",
  {
    id: id("rul", "rule_id").primaryKey(),
    /** From which it was learnt. */
    breakId: id("brk", "break_id").notNull(),
    brand: word<Brand>("brand").notNull(),
    kind: word<BreakKind>("kind").notNull(),
    /** Absent: whatever the system, whatever the store. */
    system: text("system"),
    storeId: text("store_id"),
    /** By how many days the file is later than the ledger. */
    days: integer("days"),
    /** Up to how many kopecks amounts differ. */
    amount: bigint("amount", { mode: "bigint" }),
    learntAt: instant("learnt_at").notNull(),
  },
  (table) => [index("break_rules_of_brand").on(table.brand, table.id)],
);

/** Rules that no longer hold, and what has said so. Never updated, never deleted. */
export const endedBreakRules = pgTable("ended_break_rules", {
  ruleId: id("rul", "rule_id").primaryKey(),
  operationId: id("opn", "operation_id").notNull(),
});
