/** Requests that members be erased: what has become of each. */
import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, primaryKey, uniqueIndex } from "drizzle-orm/pg-core";
import { bucket, id, instant, memberId, word } from "../../db/columns.ts";

export const ERASURE_STATUSES = ["pending", "cancelled", "erased"] as const;

/** Of a member who stood for itself, and of all who were part of it. One waits at a time, and ends once. */
export const erasures = pgTable(
  "erasures",
  {
    bucket: bucket(),
    /** Of the operation that has asked for it; its reason stands with that. */
    id: id("ers", "erasure_id").notNull(),
    memberId: memberId(),
    status: word<(typeof ERASURE_STATUSES)[number]>("status").notNull(),
    requestedAt: instant("requested_at").notNull(),
    /** Not before this instant. */
    dueAt: instant("due_at").notNull(),
    endedAt: instant("ended_at"),
    endedBy: id("opn", "ended_by"),
    /** How many identifiers led to the member until then. */
    identifiers: integer("identifiers"),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.id] }),
    index("erasures_of_member").on(table.memberId),
    uniqueIndex("erasures_pending").on(table.memberId).where(sql`${table.status} = 'pending'`),
    index("erasures_due").on(table.dueAt, table.id).where(sql`${table.status} = 'pending'`),
    check("erasure_status", sql`${table.status} in ('pending', 'cancelled', 'erased')`),
    check(
      "erasure_ended",
      sql`num_nonnulls(${table.endedAt}, ${table.endedBy}) = case when ${table.status} = 'pending' then 0 else 2 end`,
    ),
    check("erasure_counts", sql`(${table.status} = 'erased') = (${table.identifiers} is not null)`),
  ],
);
