/** A member's card: who it is, as far as a till may know, and what there is to spend. */
import { formatInstant } from "../kernel/clock.ts";
import { bucketOf, fromUuid, isId, uuidOf } from "../kernel/ids.ts";
import { Problem } from "../kernel/problems.ts";
import type { PresentedIdentifier } from "../members/identifier.ts";
import type { Person } from "../members/profile-store.ts";
import { type Balance, type ReadDesk, readBalance } from "./balance.ts";

interface ProfileView {
  readonly profileId: string;
  readonly brand: string;
  readonly externalId: string;
  readonly createdAt: string;
}

interface MaskedIdentifier {
  readonly kind: string;
  /** Enough for a cashier to compare with what a customer says, and no more. */
  readonly masked: string;
  readonly verified: boolean;
}

export interface MemberCard {
  readonly memberId: string;
  readonly status: string;
  /** The only name that is shown. */
  readonly firstName: string | null;
  readonly createdAt: string;
  readonly profiles: readonly ProfileView[];
  readonly identifiers: readonly MaskedIdentifier[];
  readonly balance: Omit<Balance, "memberId">;
}

const MOST_PROFILES = 100;
const MEMBER = "select status, created_at from wallets where bucket = $1::smallint and member_id = $2::uuid";
const PROFILES = `select profile_id, brand, external_id, person, identifiers, created_at from profiles
  where bucket = $1::smallint and member_id = $2::uuid order by profile_id limit ${MOST_PROFILES}`;

interface ProfileRow {
  readonly profile_id: string;
  readonly brand: string;
  readonly external_id: string;
  readonly person: Person;
  readonly identifiers: readonly PresentedIdentifier[];
  readonly created_at: Date;
}

/** Reads a member's card; `member_not_found` where there is no such member. */
export async function readMemberCard(desk: ReadDesk, memberId: string): Promise<MemberCard> {
  if (!isId("mbr", memberId)) throw new Problem("member_not_found");
  const key = [bucketOf(memberId), uuidOf(memberId)];
  const [[member], profiles, { memberId: known, ...balance }] = await Promise.all([
    desk.reader.run<{ status: string; created_at: Date }>(MEMBER, key),
    desk.reader.run<ProfileRow>(PROFILES, key),
    readBalance(desk, memberId),
  ]);
  if (member === undefined) throw new Problem("member_not_found");
  return {
    memberId: known,
    status: member.status,
    firstName: profiles.map(({ person }) => person.firstName).find((name) => name !== undefined) ?? null,
    createdAt: formatInstant(member.created_at.getTime()),
    profiles: profiles.map((profile) => ({
      profileId: fromUuid("prf", profile.profile_id),
      brand: profile.brand,
      externalId: profile.external_id,
      createdAt: formatInstant(profile.created_at.getTime()),
    })),
    identifiers: maskedOnce(profiles.flatMap(({ identifiers }) => identifiers)),
    balance,
  };
}

/** Each identifier once, verified where any profile has verified it. */
function maskedOnce(identifiers: readonly PresentedIdentifier[]): MaskedIdentifier[] {
  const known = new Map<string, PresentedIdentifier>();
  for (const identifier of identifiers) {
    const key = `${identifier.kind}|${identifier.value}`;
    if (known.get(key)?.verified !== true) known.set(key, identifier);
  }
  return [...known.values()].map(({ kind, value, verified }) => ({ kind, masked: mask(kind, value), verified }));
}

/** The last four characters of what is long enough to hide the rest; of an e-mail its first letter and domain's end. */
function mask(kind: string, value: string): string {
  if (kind === "email") return `${value.slice(0, 1)}***@***${value.slice(value.lastIndexOf("."))}`;
  return value.length >= 8 ? `***${value.slice(-4)}` : "***";
}
