/** Finds the member whom a request means. */
import type { z } from "@hono/zod-openapi";
import type { memberFields } from "../kernel/fields.ts";
import { type Instant, MINUTE_MS } from "../kernel/clock.ts";
import { as, type MemberId, type ProfileId } from "../kernel/ids.ts";
import { Problem } from "../kernel/problems.ts";
import type { Reader } from "../engine/connection/reader.ts";
import type { PolicyTimeline } from "../policy/timeline.ts";
import type { Lookup } from "../engine/definition/lookup.ts";
import type { NaturalKey } from "../engine/definition/natural-key.ts";
import { findTaken } from "../engine/journal/keys.ts";
import { identifiesOne, type Identifier, identifierKey, normalise } from "./identifier.ts";
import { identifierStore } from "./identifier-store.ts";
import { historyStore, holderAt } from "./identifier-history.ts";
import { absorbedMembers, erasedMembers, memberIdIn, membersOfProfiles, ownerOf } from "./owner.ts";

/** How a request names its member. */
export type MemberRef = Readonly<z.output<z.ZodObject<typeof memberFields>>>;

/** A member, and the profile whose identifier was presented; null where the member was named by id. */
export interface Whose {
  readonly memberId: MemberId;
  readonly profileId: ProfileId | null;
}

/**
 * Whom a request means: a member; an identifier (by its keyed hash) that leads to nobody; or nobody, where it names none,
 * or what it presents cannot be an identifier at all, or says nothing of who it is.
 */
export type Resolved =
  | ({ readonly kind: "member" } & Whose)
  | { readonly kind: "unknown"; readonly key: string }
  /** `erased`: who was named by id, or stood for him, and of whom nothing is known any more. */
  | { readonly kind: "nobody"; readonly erased?: MemberId };

/**
 * Finds the member of a request; `at`, where it tells of something that has happened then: an identifier means who had it then.
 * Whether a member that is named by id exists, stands for itself, and is not erased, is for the engine to say;
 * only where it does not, and the request is prepared again, is its id looked up.
 */
export async function resolveMember(
  look: Lookup,
  { memberId, identifier }: MemberRef,
  at?: Instant,
): Promise<Resolved> {
  if (memberId !== undefined) {
    const named = memberIdIn(memberId);
    const whose: Resolved = {
      kind: "member",
      ...(look.again ? await namedById(look.reader, named) : { memberId: named, profileId: null }),
    };
    return look.again === true && (await look.reader.one(erasedMembers, whose.memberId))
      ? { kind: "nobody", erased: whose.memberId }
      : whose;
  }
  if (identifier === undefined) return { kind: "nobody" };
  const resolved = await behind(look, identifier, at);
  if (resolved.kind !== "member") look.foundNobody?.();
  return resolved;
}

/**
 * A member who is named by an id that has become part of another's is meant as who he was: what he earns and spends is noted
 * as that of the first profile that is his own, and goes with it where the two part.
 */
const namedById = async (reader: Reader, memberId: MemberId): Promise<Whose> =>
  (await reader.one(absorbedMembers, memberId)) ?? { memberId, profileId: null };

/** Whom an identifier leads to, or led to at an instant. */
async function behind(look: Lookup, { kind, value: given }: Identifier, at?: Instant): Promise<Resolved> {
  const value = normalise(kind, given);
  if (value === undefined) return { kind: "nobody" };
  const presented: Identifier = { kind, value };
  if (!identifiesOne(presented)) return { kind: "nobody" };
  const key = identifierKey(look.personal.lookupKey, presented);
  const found =
    at === undefined
      ? await behindNow(look.reader, key)
      : await behindThen(look.reader, key, latestByTill(look.policies, at));
  return found === undefined ? { kind: "unknown", key } : { kind: "member", ...found };
}

/** The clock of a till may be behind by as much as a receipt may be early: an identifier that has ended by then is not meant. */
export const latestByTill = (policies: PolicyTimeline, at: Instant): Instant =>
  at + policies.at(at).rules.receipts.earlyMinutes * MINUTE_MS;

async function behindNow(reader: Reader, key: string): Promise<Whose | undefined> {
  const found = await reader.one(identifierStore, key);
  return found === undefined ? undefined : { memberId: found.memberId, profileId: found.profileId };
}

/**
 * Whoever had an identifier (by its key) at an instant, as whoever has that profile by now; of an instant at which nobody had
 * it, whoever had it next. Undefined where nobody has had it since.
 */
export async function behindThen(reader: Reader, key: string, at: Instant): Promise<Whose | undefined> {
  const now = await reader.one(identifierStore, key);
  if (now !== undefined && now.createdAt <= at) return { memberId: now.memberId, profileId: now.profileId };
  const profileId = holderAt((await reader.one(historyStore, key)) ?? [], at);
  const memberId = profileId === undefined ? undefined : await reader.one(membersOfProfiles, profileId);
  return profileId === undefined || memberId === undefined ? undefined : { memberId, profileId };
}

/** Whom a request means, as a command keeps it: a member, an identifier that is awaited, or nobody. */
export interface BuyerFields {
  readonly memberId: MemberId | null;
  /** Whose identifier was presented. */
  readonly profileId: ProfileId | null;
  /** The keyed hash of an identifier that leads to nobody. */
  readonly awaits: string | null;
}

export const buyerFields = (whom: Resolved): BuyerFields => ({
  memberId: whom.kind === "member" ? whom.memberId : null,
  profileId: whom.kind === "member" ? whom.profileId : null,
  awaits: whom.kind === "unknown" ? whom.key : null,
});

/** Somebody may be bringing an awaited identifier at this very moment. */
export const probeFor = ({ awaits }: Pick<BuyerFields, "awaits">): NaturalKey[] =>
  awaits === null ? [] : [{ key: awaits, role: "probe" }];

/** The member whom a profile, by its natural key, leads to by now; undefined where nobody has registered it. */
export async function memberBehind(reader: Reader, hash: string): Promise<Whose | undefined> {
  const taken = await findTaken(reader, hash);
  // A profile bears the number of the operation that has registered it.
  if (taken === undefined || taken.memberId === null) return undefined;
  const profileId = as("prf", taken.operationId);
  const owner = await ownerOf(reader, { memberId: taken.memberId, profileId });
  return { memberId: owner?.memberId ?? taken.memberId, profileId };
}

/** For whatever is refused to who is erased: the ledger itself refuses it, under its lock, and keeps that it did. */
export const evenErased = (resolved: Resolved): Resolved =>
  resolved.kind === "nobody" && resolved.erased !== undefined
    ? { kind: "member", memberId: resolved.erased, profileId: null }
    : resolved;

/** The same where a member must be named, and must be known; else `member_not_found`. Whether it is erased is for the ledger to say. */
export const requireMember = async (look: Lookup, ref: MemberRef): Promise<Whose> =>
  whoseOf(evenErased(await resolveMember(look, ref)));

export function whoseOf(resolved: Resolved): Whose {
  if (resolved.kind !== "member") throw new Problem("member_not_found");
  return { memberId: resolved.memberId, profileId: resolved.profileId };
}
