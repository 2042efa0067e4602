/** Tables of the ledger: transfers, wallets, lots, the changes of their terms, holds. Guards, fill factors and grants are in the custom migration. */
import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { amount, bucket, id, instant, json, memberId, word } from "../db/columns.ts";
import type { Account, Brand, LotKind } from "./account.ts";
import type { Hold, HoldMove, LotPart } from "./hold.ts";
import type { TermsReason } from "./terms.ts";
import type { TransferEvent } from "./transfer.ts";
import type { ErasureState, MemberStatus } from "./wallet.ts";
import type { IssuerTotals } from "./totals.ts";

/** Amounts moved between two accounts of one entity. Never updated, never deleted. */
export const transfers = pgTable(
  "transfers",
  {
    bucket: bucket(),
    /** Whose wallet it concerns; all zeros where it concerns none. */
    memberId: memberId(),
    operationId: id("opn", "operation_id").notNull(),
    /** Its place in the operation, from one. */
    ordinal: integer("ordinal").notNull(),
    entity: word<Brand>("entity").notNull(),
    debit: word<Account>("debit").notNull(),
    credit: word<Account>("credit").notNull(),
    amount: amount("amount"),
    lotId: id("lot", "lot_id"),
    event: word<TransferEvent>("event").notNull(),
    occurredAt: instant("occurred_at").notNull(),
    postedAt: instant("posted_at").notNull(),
    /** Where it stands in the order of commits: see operations. */
    position: bigint("position", { mode: "bigint" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.memberId, table.operationId, table.ordinal] }),
    // Rows come in the order of their positions: a summary of ranges of pages finds them, and costs next to nothing.
    index("transfers_by_position").using("brin", table.position).with({ pages_per_range: 32, autosummarize: true }),
    // What entities came to owe each other in a month is found without a look at the rest; a sale at its own bonuses' entity
    // writes nothing into it.
    index("transfers_between_entities")
      .on(table.postedAt)
      .where(sql`${table.debit} like 'due\\_to:%' or ${table.credit} like 'due\\_to:%'`),
    check("transfer_moves_something", sql`${table.amount} > 0`),
    check("transfer_has_two_accounts", sql`${table.debit} <> ${table.credit}`),
  ],
);

/** Amounts by issuer as JSON: minor units as text. */
const byIssuer = {
  out: (totals: ReadonlyMap<Brand, IssuerTotals>) =>
    Object.fromEntries(
      [...totals].map(([issuer, { pending, available, held, debt }]) => [
        issuer,
        [`${pending}`, `${available}`, `${held}`, `${debt}`] as const,
      ]),
    ),
  into: (stored: Readonly<Record<Brand, readonly [string, string, string, string]>>) =>
    new Map(
      Object.entries(stored).map(([issuer, [pending, available, held, debt]]) => [
        issuer,
        { pending: BigInt(pending), available: BigInt(available), held: BigInt(held), debt: BigInt(debt) },
      ]),
    ) as ReadonlyMap<Brand, IssuerTotals>,
};

/** One row per member: what a group locks, and all that most commands need to know of the member's lots. */
export const wallets = pgTable(
  "wallets",
  {
    bucket: bucket(),
    memberId: memberId(),
    status: word<MemberStatus>("status").notNull(),
    /** The member that this one has become part of, and who stands for it until that is undone. Its wallet is empty. */
    survivorId: id("mbr", "survivor_id"),
    /** Members and profiles that were part of this member once, and are not any more: whoever was found by them is to be looked for anew. */
    parted: json<readonly string[]>("parted"),
    /** Grows by one with every accepted command that changed the wallet. */
    version: bigint("version", { mode: "bigint" }).notNull(),
    pending: amount("pending"),
    available: amount("available"),
    held: amount("held"),
    debt: amount("debt"),
    /** The same four by entity. */
    byIssuer: json("by_issuer", byIssuer).notNull(),
    /** Not before the last instant at which a lot of it may be spent that cools off; null: none does. */
    coolingUntil: instant("cooling_until"),
    /** Null: nobody has asked that its member be erased. */
    erasure: word<ErasureState>("erasure"),
    /** By kind, never later than the end of any open lot. */
    soonestEnds: json<Readonly<Partial<Record<LotKind, number>>>>("soonest_ends").notNull(),
    /** Not later than the next activation, expiry or end of a hold; the background job goes by it. */
    nextMoveAt: instant("next_move_at"),
    /** Not later than the next instant at which time changes anything, be it that an empty lot closes. */
    nextTurnAt: instant("next_turn_at"),
    /** The last posting; postings of one wallet never go back in time. */
    postedAt: instant("posted_at").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.memberId] }),
    // Locks are asked for by lists of buckets and of members: before PostgreSQL 17 the key above would be tried with
    // every pair of the two.
    index("wallets_by_member").on(table.memberId),
    index("wallets_absorbed").on(table.survivorId).where(sql`${table.survivorId} is not null`),
    index("wallets_due").on(table.nextMoveAt).where(sql`${table.nextMoveAt} is not null`),
    check(
      "wallet_not_below_zero",
      sql`${table.pending} >= 0 and ${table.available} >= 0 and ${table.held} >= 0 and ${table.debt} >= 0`,
    ),
    check("wallet_status", sql`${table.status} in ('active', 'blocked')`),
    check(
      "wallet_erasure",
      sql`${table.erasure} is null or (${table.erasure} in ('pending', 'erased') and ${table.survivorId} is null)`,
    ),
    // Not by what is in them: an index that goes by an amount would be touched by every sale.
    index("wallets_erased").on(table.memberId).where(sql`${table.erasure} = 'erased'`),
    check(
      "absorbed_wallet_is_empty",
      sql`${table.survivorId} is null or (${table.pending} = 0 and ${table.available} = 0 and ${table.held} = 0 and ${table.debt} = 0)`,
    ),
  ],
);

/**
 * Bonuses granted together. A lot may be shared by several wallets, each with a row of it; one that has moved on leaves an
 * empty, closed row behind. All rows of a lot say the same of how it was granted.
 */
export const lots = pgTable(
  "lots",
  {
    bucket: bucket(),
    memberId: memberId(),
    id: id("lot", "lot_id").notNull(),
    /** The entity whose liability it is. */
    issuer: word<Brand>("issuer").notNull(),
    /** The brand profile that earned it; where a merge is undone, the lot goes back by it. */
    profileId: id("prf", "profile_id"),
    kind: word<LotKind>("kind").notNull(),
    /** Grows only where a receipt's goods earn again what had come back before its card was brought. */
    granted: amount("granted"),
    /** Where the remaining bonuses stand: waiting, free to spend, or pinned by holds. */
    pending: amount("pending"),
    available: amount("available"),
    held: amount("held"),
    activeAt: instant("active_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    /** Before this instant nothing of it is spent or put aside: it cools off in this wallet. Null: it never did. */
    spendableFrom: instant("spendable_from"),
    /** Its end has passed and nothing is left in it: it need not be loaded, unless a return names it. */
    closed: boolean("closed").notNull(),
    /** What made it. */
    operationId: id("opn", "operation_id").notNull(),
    policyVersion: integer("policy_version").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.memberId, table.id] }),
    // Burn order: the first of many open lots are found without a look at the others.
    index("lots_open")
      .on(table.bucket, table.memberId, table.expiresAt, table.activeAt, table.id)
      .where(sql`not ${table.closed}`),
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

/** Each change of a lot's terms, with its reason. With it a balance of any day past can be told. Never updated, never deleted. */
export const lotTerms = pgTable(
  "lot_terms",
  {
    bucket: bucket(),
    memberId: memberId(),
    lotId: id("lot", "lot_id").notNull(),
    operationId: id("opn", "operation_id").notNull(),
    /** Its place among the operation's changes of this lot, from one. */
    ordinal: integer("ordinal").notNull(),
    reason: word<TermsReason>("reason").notNull(),
    formerEnd: instant("former_end").notNull(),
    newEnd: instant("new_end").notNull(),
    /** The version that the wallet has with this change: puts changes of one instant in order. */
    walletVersion: bigint("wallet_version", { mode: "bigint" }).notNull(),
    postedAt: instant("posted_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.memberId, table.lotId, table.operationId, table.ordinal] }),
    check("terms_change_something", sql`${table.formerEnd} <> ${table.newEnd}`),
  ],
);

/** Parts of a hold as JSON: minor units as text. */
export const lotParts = {
  out: (list: readonly LotPart[]) => list.map((part) => ({ ...part, amount: `${part.amount}` })),
  into: (stored: readonly (Omit<LotPart, "amount"> & { readonly amount: string })[]): readonly LotPart[] =>
    stored.map((part) => ({ ...part, amount: BigInt(part.amount) })),
};

type MoveJson = Omit<HoldMove, "parts"> & { readonly parts: ReturnType<typeof lotParts.out> };

const moves = {
  out: (list: readonly HoldMove[]): readonly MoveJson[] =>
    list.map((move) => ({ ...move, parts: lotParts.out(move.parts) })),
  into: (stored: readonly MoveJson[]): readonly HoldMove[] =>
    stored.map((move) => ({ ...move, parts: lotParts.into(move.parts) }) as HoldMove),
};

/** One row for each wallet that a hold has been in; all but the last are `moved`. */
export const holds = pgTable(
  "holds",
  {
    bucket: bucket(),
    id: id("hld", "hold_id").notNull(),
    memberId: memberId(),
    /** The order that it pays for. */
    orderId: id("ord", "order_id"),
    /** The seller at whose tills it may be captured. */
    brand: word<Brand>("brand").notNull(),
    amount: amount("amount"),
    parts: json("parts", lotParts).notNull(),
    /** What has left it since, and what came back into it. */
    moves: json("moves", moves).notNull(),
    reference: text("reference").notNull(),
    status: word<Hold["status"]>("status").notNull(),
    /** What was spent of it. */
    captured: amount("captured"),
    expiresAt: instant("expires_at").notNull(),
    endedAt: instant("ended_at"),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.id, table.memberId] }),
    index("holds_of_member").on(table.bucket, table.memberId, table.status),
    check(
      "hold_state",
      sql`(${table.status} = 'open') = (${table.endedAt} is null) and ${table.status} in ('open', 'captured', 'released', 'expired', 'moved')`,
    ),
    check("hold_captures_what_it_held", sql`${table.captured} between 0 and ${table.amount}`),
  ],
);
