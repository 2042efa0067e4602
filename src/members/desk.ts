/** The desk: where a request is prepared for the engine. It reads; it never writes. */
import type { Clock } from "../kernel/clock.ts";
import { isId, type MemberId } from "../kernel/ids.ts";
import { Problem } from "../kernel/problems.ts";
import type { Directory, Store } from "../directory/directory.ts";
import type { Engine } from "../engine/engine.ts";
import type { Outcome } from "../engine/outcome.ts";
import type { Reader } from "../engine/reader.ts";
import type { PolicyTimeline } from "../policy/timeline.ts";
import { type Identifier, type IdentifierKind, identifierRef, normalise } from "./identifier.ts";
import { readIdentifiers } from "./identifier-store.ts";

export interface Desk {
  readonly engine: Engine;
  readonly reader: Reader;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly policies: PolicyTimeline;
}

/** Who asks, and under which key. */
export interface Caller {
  readonly clientId: string;
  readonly idempotencyKey: string | null;
  /** Whether receipts of any age are taken from this caller: migration, replay. */
  readonly anyAge: boolean;
}

/** How a request names its member. */
export interface MemberRef {
  readonly memberId?: string | undefined;
  readonly identifier?: { readonly kind: IdentifierKind; readonly value: string } | undefined;
}

/** Whom a request means: a member, or an identifier (in normal form) that leads to nobody. */
export type Resolved = { readonly memberId: MemberId } | { readonly unknown: Identifier };

/** Finds the member of a request; undefined where it names none. Whether the member exists is for the engine to say. */
export async function resolveMember(desk: Desk, ref: MemberRef): Promise<Resolved | undefined> {
  if (ref.memberId !== undefined) {
    if (!isId("mbr", ref.memberId)) throw new Problem("member_not_found");
    return { memberId: ref.memberId };
  }
  if (ref.identifier === undefined) return undefined;
  const value = normalise(ref.identifier.kind, ref.identifier.value);
  if (value === undefined) throw new Problem("member_not_found");
  const identifier: Identifier = { kind: ref.identifier.kind, value };
  const found = (await readIdentifiers(desk.reader, [identifier])).get(identifierRef(identifier));
  return found === undefined ? { unknown: identifier } : { memberId: found.memberId };
}

/** The same where a member must be named, and must be known. */
export async function requireMember(desk: Desk, ref: MemberRef): Promise<MemberId> {
  const resolved = await resolveMember(desk, ref);
  if (resolved === undefined || "unknown" in resolved) throw new Problem("member_not_found");
  return resolved.memberId;
}

/** A store of a brand; `unknown_store` where it is not registered, or belongs to another brand. */
export async function requireStore(desk: Desk, storeId: string, brand: string): Promise<Store> {
  const store = await desk.directory.store(storeId);
  if (store === undefined || store.brand !== brand) throw new Problem("unknown_store", { storeId, brand });
  return store;
}

export async function requireBrand(desk: Desk, brand: string): Promise<void> {
  if ((await desk.directory.brand(brand)) === undefined) throw new Problem("unknown_brand", { brand });
}

/** How often a request is prepared anew because the ledger moved on under it. */
const MAX_PREPARATIONS = 5;

/** Prepares and runs until what was prepared is still true when it is judged. */
export async function untilFresh(attempt: () => Promise<Outcome>): Promise<Exclude<Outcome, { kind: "stale" }>> {
  for (let tries = 0; tries < MAX_PREPARATIONS; tries += 1) {
    const outcome = await attempt();
    if (outcome.kind !== "stale") return outcome;
  }
  throw new Problem("unavailable");
}
