/** Brand profiles, and what a till can present for a member. Personal data stands in profiles, sealed, and nowhere else. */
import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, pgTable, primaryKey, smallint, text } from "drizzle-orm/pg-core";
import { bucket, hash, id, instant, json, memberId, sealed, word } from "../db/columns.ts";
import type { MemberStatus } from "../ledger/wallet.ts";
import type { CandidateSource, CandidateStatus, MatchEvidence } from "./candidate-terms.ts";
import type { BroughtIdentifier, IdentifierEventName, IdentifierKind } from "./identifier.ts";
import type { CustomerLinkStatus } from "./customer-link-words.ts";
import type { MergeStatus, OverriddenBlocker, SurvivorRule } from "./merge-words.ts";

export const profiles = pgTable(
  "profiles",
  {
    bucket: bucket(),
    id: id("prf", "profile_id").notNull(),
    /** Whom it leads to now. */
    memberId: memberId(),
    /** The member that it belongs to apart from all others: where a merge is undone, it goes back by it. */
    homeId: id("mbr", "home_id").notNull(),
    brand: text("brand").notNull(),
    /** The profile's natural key, as it stands among the keys: the keyed hash of brand and external id. */
    key: hash("profile_key").notNull(),
    /** What is sealed is read and written by sealed-profile.ts. */
    externalId: sealed("external_id"),
    person: sealed("person"),
    /** What is brought without its text, for the proof and for whoever compares. */
    identifiers: json<readonly BroughtIdentifier[]>("identifiers").notNull(),
    /** The texts of the identifiers, in their order. */
    identifierValues: sealed("identifier_values"),
    /** By purpose, what was said last: see profileConsents. */
    consents: json<Readonly<Record<string, boolean>>>("consents").notNull(),
    storeId: text("store_id"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.bucket, table.id] }), index("profiles_of_member").on(table.memberId)],
);

/** Which member an identifier leads to now: one that has ended is not here. Unique everywhere, so not bound to a bucket. */
export const identifiers = pgTable("identifiers", {
  /** The keyed hash of the identifier in normal form, as it stands among the keys: see identifierKey. */
  key: hash("identifier_key").primaryKey(),
  kind: word<IdentifierKind>("kind").notNull(),
  bucket: bucket(),
  memberId: memberId(),
  profileId: id("prf", "profile_id").notNull(),
  verified: boolean("verified").notNull(),
  /** Since when it has led to this profile's member. */
  createdAt: instant("created_at").notNull(),
});

/** What has become of identifiers, which began to lead to a profile's member, were verified, and ended. Of no one bucket. Never updated, never deleted. */
export const identifierHistory = pgTable(
  "identifier_history",
  {
    key: hash("identifier_key").notNull(),
    /** From one, in the order in which it happened, which no clock tells. */
    ordinal: integer("ordinal").notNull(),
    event: word<IdentifierEventName>("event").notNull(),
    profileId: id("prf", "profile_id").notNull(),
    /** As it was from then on; of one that has ended, until then. */
    verified: boolean("verified").notNull(),
    operationId: id("opn", "operation_id").notNull(),
    since: instant("since").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.key, table.ordinal] }),
    index("identifier_history_of_profile").on(table.profileId),
    check("identifier_event", sql`${table.event} in ('begun', 'verified', 'ended')`),
  ],
);

/** Who a profile led to, and since when: links have a history. Never updated, never deleted. */
export const profileLinks = pgTable(
  "profile_links",
  {
    bucket: bucket(),
    profileId: id("prf", "profile_id").notNull(),
    /** What has linked it: a registration, a merge, or the undoing of one. */
    operationId: id("opn", "operation_id").notNull(),
    memberId: memberId(),
    /** The member that it belongs to apart from all others, from then on. */
    homeId: id("mbr", "home_id").notNull(),
    since: instant("since").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.profileId, table.operationId] }),
    index("profile_links_of_member").on(table.memberId),
  ],
);

/** Members that have become one. What was undone stays, and says so. */
export const merges = pgTable(
  "merges",
  {
    bucket: bucket(),
    id: id("mrg", "merge_id").notNull(),
    /** Who stood for both from then on. */
    survivorId: id("mbr", "survivor_id").notNull(),
    absorbedId: id("mbr", "absorbed_id").notNull(),
    status: word<MergeStatus>("status").notNull(),
    reason: text("reason").notNull(),
    /** Why the one has survived, and not the other. */
    rule: word<SurvivorRule>("rule").notNull(),
    mergedAt: instant("merged_at").notNull(),
    undoneAt: instant("undone_at"),
    undoneBy: id("opn", "undone_by"),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.id] }),
    index("merges_of_absorbed").on(table.absorbedId),
    index("merges_of_survivor").on(table.survivorId),
    check("merge_status", sql`${table.status} in ('merged', 'undone')`),
    check("merge_undone", sql`(${table.status} = 'undone') = (${table.undoneAt} is not null)`),
    check("merge_of_two", sql`${table.survivorId} <> ${table.absorbedId}`),
  ],
);

/** Pairs that are never one member, whatever speaks for it. In the order of their ids. */
export const cannotLinks = pgTable(
  "cannot_links",
  {
    oneId: id("mbr", "one_id").notNull(),
    otherId: id("mbr", "other_id").notNull(),
    operationId: id("opn", "operation_id").notNull(),
    reason: text("reason").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.oneId, table.otherId] }), index("cannot_links_other").on(table.otherId)],
);

/** Since when members have been blocked, and were not any more. Never updated, never deleted. */
export const memberBlocks = pgTable(
  "member_blocks",
  {
    bucket: bucket(),
    memberId: memberId(),
    /** Of the wallet: whatever has left it with a greater one was decided when this held. */
    version: bigint("version", { mode: "bigint" }).notNull(),
    status: word<MemberStatus>("status").notNull(),
    /** What has said so; its reason stands with it. */
    operationId: id("opn", "operation_id").notNull(),
    /** The member that it has parted from, and that was blocked: then nobody has blocked this one by itself. */
    partedFrom: id("mbr", "parted_from"),
    since: instant("since").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.memberId, table.version] }),
    check("member_block_status", sql`${table.status} in ('active', 'blocked')`),
    check("member_block_parted", sql`${table.partedFrom} is null or ${table.status} = 'blocked'`),
  ],
);

/** Pairs of members who may be one person, for people to decide about; as they were when it was made, in the order of their ids. Of no one bucket. */
export const matchCandidates = pgTable(
  "match_candidates",
  {
    oneId: id("mbr", "one_id").notNull(),
    otherId: id("mbr", "other_id").notNull(),
    id: id("cnd", "candidate_id").notNull(),
    /** What has made it: a registration, or a proposal. */
    operationId: id("opn", "operation_id").notNull(),
    source: word<CandidateSource>("source").notNull(),
    createdAt: instant("created_at").notNull(),
    /** In hundredths: see matching/score.ts. It and its evidence are as they were when the candidate was made. */
    score: smallint("score").notNull(),
    evidence: json<readonly MatchEvidence[]>("evidence").notNull(),
    status: word<CandidateStatus>("status").notNull(),
    assignee: text("assignee"),
    /** The last that was decided: by a reviewer, or by whoever has merged the two without looking here. */
    decidedBy: id("opn", "decided_by"),
    decidedAt: instant("decided_at"),
    /** Until when it was put off; null: until somebody looks for it. */
    until: instant("until"),
  },
  (table) => [
    primaryKey({ columns: [table.oneId, table.otherId] }),
    index("match_candidates_by_id").on(table.id),
    index("match_candidates_queue").on(table.status, sql`(-${table.score})`, table.id),
    index("match_candidates_assigned")
      .on(table.assignee, table.status, sql`(-${table.score})`, table.id)
      .where(sql`${table.assignee} is not null`),
    check("candidate_of_two", sql`${table.oneId} < ${table.otherId}`),
    check("candidate_status", sql`${table.status} in ('open', 'later', 'linked', 'apart')`),
    check(
      "candidate_decided",
      sql`(${table.status} = 'open') = (${table.decidedBy} is null) and (${table.decidedBy} is null) = (${table.decidedAt} is null)`,
    ),
    check("candidate_put_off", sql`${table.until} is null or ${table.status} = 'later'`),
    check("candidate_score", sql`${table.score} between 0 and 100`),
  ],
);

/** What one person has asked to be overridden so that two members can be joined, for another person to approve. */
export const mergeOverrides = pgTable(
  "merge_overrides",
  {
    bucket: bucket(),
    id: id("ovr", "override_id").notNull(),
    /** Two who stand for themselves; in the order of their ids. */
    oneId: id("mbr", "one_id").notNull(),
    otherId: id("mbr", "other_id").notNull(),
    blocker: word<OverriddenBlocker>("blocker").notNull(),
    reason: text("reason").notNull(),
    /** Who has asked, and can therefore not approve. */
    staffId: text("staff_id").notNull(),
    requestedAt: instant("requested_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    /** The merge that it has let happen; null: none yet. */
    approvedBy: id("opn", "approved_by"),
    approvedAt: instant("approved_at"),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.id] }),
    index("merge_overrides_waiting").on(table.id).where(sql`${table.approvedBy} is null`),
    check("merge_override_blocker", sql`${table.blocker} in ('birth_dates_differ')`),
    check("merge_override_of_two", sql`${table.oneId} < ${table.otherId}`),
    check("merge_override_approved", sql`(${table.approvedBy} is null) = (${table.approvedAt} is null)`),
  ],
);

/** Links that customers have started: who with whom, and the hashes of both codes. What was brought stands here as its keyed hash only. */
export const customerLinks = pgTable(
  "customer_links",
  {
    bucket: bucket(),
    id: id("lnk", "link_id").notNull(),
    /** Who has started it, as it stood for itself then. */
    memberId: memberId(),
    /** Whom the identifier led to; null: nobody, which is told to nobody. */
    otherId: id("mbr", "other_id"),
    identifierKey: hash("identifier_key").notNull(),
    ownCodeHash: hash("own_code_hash").notNull(),
    otherCodeHash: hash("other_code_hash").notNull(),
    status: word<CustomerLinkStatus>("status").notNull(),
    wrongTries: smallint("wrong_tries").notNull(),
    startedAt: instant("started_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    /** What has linked the two, or has found that they cannot be, or has started another link instead. */
    endedBy: id("opn", "ended_by"),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.id] }),
    index("customer_links_of_member").on(table.bucket, table.memberId, table.id),
    index("customer_links_by_identifier").on(table.identifierKey, table.startedAt),
    check("customer_link_status", sql`${table.status} in ('open', 'replaced', 'linked', 'refused')`),
    check("customer_link_ended", sql`(${table.status} = 'open') = (${table.endedBy} is null)`),
    check("customer_link_tries", sql`${table.wrongTries} between 0 and 5`),
    check("customer_link_of_two", sql`${table.otherId} <> ${table.memberId}`),
  ],
);
