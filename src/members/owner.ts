/**
 * Whose something is by now. What was recorded (a sale, an order, a hold) keeps the member in whose wallet it was, and the
 * profile whose identifier was presented. Members become one, and part; it goes with its profile, else with its member.
 */
import { bucketsOf, uuidsOf } from "../db/arrays.ts";
import { formatInstant, type Instant } from "../kernel/clock.ts";
import { bucketOf, fromUuid, isId, type LotId, type MemberId, type ProfileId, uuidOf } from "../kernel/ids.ts";
import { Problem } from "../kernel/problems.ts";
import { recordedFor } from "./recorded-sql.ts";
import type { FoundBy } from "../engine/definition/context.ts";
import type { Reader } from "../engine/connection/reader.ts";
import type { Transaction } from "../engine/connection/session.ts";

/** What a command says of it: the wallet, by which it was found, and who else had its lots then; see `Needs`. */
export interface Owner {
  readonly memberId: MemberId;
  readonly foundBy: readonly FoundBy[];
  readonly lotsFrom: readonly MemberId[];
}

/** As it is kept with what was recorded. */
export interface Recorded {
  readonly memberId: MemberId | null;
  readonly profileId: ProfileId | null;
}

export async function ownerOf(reader: Reader, { memberId, profileId }: Recorded): Promise<Owner | null> {
  if (memberId === null) return null;
  const owner = profileId === null ? undefined : await reader.one(membersOfProfiles, profileId);
  const found = owner ?? (await survivorOf(reader, memberId));
  const foundBy = [{ wallet: found, by: profileId ?? memberId }];
  return { memberId: found, foundBy, lotsFrom: found === memberId ? [] : [memberId] };
}

/** The member who stands for a member: itself, unless it has become part of another. Whether there is one is for others to say. */
export const survivorOf = async (reader: Reader, memberId: MemberId): Promise<MemberId> =>
  (await reader.one(survivors, memberId)) ?? memberId;

/** The member whose id a text is; `member_not_found` where it is none. */
export function memberIdIn(text: string): MemberId {
  if (!isId("mbr", text)) throw new Problem("member_not_found");
  return text;
}

/** The member that a request names by id, or who stands for it; `member_not_found` where the text is no id. */
export const standingFor = async (reader: Reader, named: string): Promise<MemberId> =>
  survivorOf(reader, memberIdIn(named));

/** The same in one state of the ledger with what else is read of it: that cannot be of another time. */
export const standingIn = (tx: Transaction, named: string): Promise<MemberId> => survivorIn(tx, memberIdIn(named));

/**
 * Reads of whomever `find` finds; once more where it is another, by `keyOf`, by the time that it was read: members become one, and
 * part, and what was read of the first may be none of the second's business.
 */
export async function readOf<F, T>(
  find: () => Promise<F>,
  read: (found: F) => Promise<T>,
  keyOf: (found: F) => unknown = (found) => found,
): Promise<T> {
  const found = await find();
  const told = await read(found);
  return keyOf(await find()) === keyOf(found) ? told : readOf(find, read, keyOf);
}

/** A member as a request has named it, from which it may part meanwhile, and who stands for it. */
export interface Named {
  readonly memberId: MemberId;
  readonly named: MemberId;
}

/** Whom a path names. */
export async function namedInPath(
  { reader }: { readonly reader: Reader },
  { params }: { readonly params: { readonly memberId: string } },
): Promise<Named> {
  const named = memberIdIn(params.memberId);
  return { named, memberId: await survivorOf(reader, named) };
}

const PARTS = `select w.member_id from wallets w where (w.bucket = $1::smallint and w.member_id = $2::uuid) or w.survivor_id = $2::uuid
  order by w.member_id <> $2::uuid, w.member_id`;

/** A member who stands for itself, and all who are part of it; `member_not_found` where there is no such member. */
export async function partsIn(tx: Transaction, memberId: MemberId): Promise<MemberId[]> {
  const known = await tx.run<{ member_id: string }>(PARTS, [bucketOf(memberId), uuidOf(memberId)]);
  if (known.length === 0) throw new Problem("member_not_found");
  return known.map((row) => fromUuid("mbr", row.member_id));
}

const MERGED_THEN = `select m.survivor_id from merges m where m.absorbed_id = $1::uuid and m.merged_at <= $2::timestamptz
  and (m.undone_at is null or m.undone_at > $2::timestamptz) order by m.merged_at desc limit 1`;

/** Who stood for a member at an instant that has passed. */
export async function survivorThen(tx: Transaction, memberId: MemberId, at: Instant): Promise<MemberId> {
  const [row] = await tx.run<{ survivor_id: string }>(MERGED_THEN, [uuidOf(memberId), formatInstant(at)]);
  return row === undefined ? memberId : survivorThen(tx, fromUuid("mbr", row.survivor_id), at);
}

/** Who stands for a member now, within a transaction. */
export const survivorIn = async (tx: Transaction, memberId: MemberId): Promise<MemberId> =>
  (await survivors.load(tx, [memberId])).get(memberId) ?? memberId;

const SURVIVORS = `select w.member_id, w.survivor_id from wallets w
  where w.bucket = any($1::smallint[]) and w.member_id = any($2::uuid[]) and w.survivor_id is not null`;

const survivors = {
  async load(tx: Transaction, members: readonly string[]): Promise<Map<string, MemberId>> {
    const found = await tx.run<{ member_id: string; survivor_id: string }>(SURVIVORS, [
      bucketsOf(members),
      uuidsOf(members),
    ]);
    return new Map(
      found.map(({ member_id, survivor_id }) => [fromUuid("mbr", member_id), fromUuid("mbr", survivor_id)]),
    );
  },
};

/** A profile lies in the bucket that it was born in, which its id tells. */
const MEMBERS = `select p.profile_id, p.member_id from profiles p
  where p.bucket = any($1::smallint[]) and p.profile_id = any($2::uuid[])`;

/** Whom profiles lead to by now. */
export const membersOfProfiles = {
  async load(tx: Transaction, profiles: readonly string[]): Promise<Map<string, MemberId>> {
    const found = await tx.run<{ profile_id: string; member_id: string }>(MEMBERS, [
      bucketsOf(profiles),
      uuidsOf(profiles),
    ]);
    return new Map(found.map(({ profile_id, member_id }) => [fromUuid("prf", profile_id), fromUuid("mbr", member_id)]));
  },
};

/** The first profile that is at home with a member who has become part of another: that which he was born with, unless it has parted. */
const ABSORBED = `select w.member_id, w.survivor_id, p.profile_id from wallets w
    left join lateral (select p.profile_id from profiles p where p.member_id = w.survivor_id and p.home_id = w.member_id
      order by p.profile_id <> w.member_id, p.created_at, p.profile_id limit 1) p on true
  where w.bucket = any($1::smallint[]) and w.member_id = any($2::uuid[]) and w.survivor_id is not null`;

interface AbsorbedRow {
  readonly member_id: string;
  readonly survivor_id: string;
  readonly profile_id: string | null;
}

/** Who stands for members who have become part of others, and as which profile of his; of one moment. */
export const absorbedMembers = {
  async load(
    tx: Transaction,
    members: readonly string[],
  ): Promise<Map<string, Recorded & { readonly memberId: MemberId }>> {
    const found = await tx.run<AbsorbedRow>(ABSORBED, [bucketsOf(members), uuidsOf(members)]);
    return new Map(
      found.map(({ member_id, survivor_id, profile_id }) => [
        fromUuid("mbr", member_id),
        {
          memberId: fromUuid("mbr", survivor_id),
          profileId: profile_id === null ? null : fromUuid("prf", profile_id),
        },
      ]),
    );
  },
};

interface LotOrigin {
  readonly lot_id: string;
  readonly profile_id: string | null;
  readonly operation_id: string;
}

const ORIGINS = `select l.lot_id, l.profile_id, l.operation_id from lots l
  where l.bucket = any($1::smallint[]) and l.member_id = any($2::uuid[]) and l.lot_id = any($3::uuid[])`;
const GRANTED_TO = `select o.operation_id, coalesce(e.member_id, o.member_id) as member_id from operations o
    left join lateral ${recordedFor("o")} e on true
  where o.bucket = any($1::smallint[]) and o.operation_id = any($2::uuid[]) and o.member_id is not null`;

/** Whose a profile is, within a transaction. */
export const ownerIn = async (tx: Transaction, profileId: ProfileId): Promise<MemberId | undefined> =>
  (await membersOfProfiles.load(tx, [profileId])).get(profileId);

/** Whose lots are by now that were in a wallet once: each goes with the profile that earned it, else with whom it was granted to. */
export async function ownersOfLots(
  reader: Reader,
  memberId: MemberId,
  lots: readonly LotId[],
): Promise<Map<LotId, Owner>> {
  const rows = await reader.run<LotOrigin>(ORIGINS, [bucketsOf([memberId]), uuidsOf([memberId]), uuidsOf(lots)]);
  const operations = [...new Set(rows.map(({ operation_id }) => fromUuid("opn", operation_id)))];
  const granted = await reader.run<{ operation_id: string; member_id: string }>(GRANTED_TO, [
    bucketsOf(operations),
    uuidsOf(operations),
  ]);
  const grantedTo = new Map(granted.map((row) => [row.operation_id, fromUuid("mbr", row.member_id)]));
  const owners = await Promise.all(
    rows.map(async ({ lot_id, profile_id, operation_id }) => {
      const profileId = profile_id === null ? null : fromUuid("prf", profile_id);
      const owner = await ownerOf(reader, { memberId: grantedTo.get(operation_id) ?? memberId, profileId });
      return owner === null ? [] : [[fromUuid("lot", lot_id), owner] as const];
    }),
  );
  return new Map(owners.flat());
}

const ERASED = `select w.member_id from wallets w where w.bucket = any($1::smallint[]) and w.member_id = any($2::uuid[]) and w.erasure = 'erased'`;

/** Members who are erased: whoever names one by id means nobody. */
export const erasedMembers = {
  async load(tx: Transaction, members: readonly string[]): Promise<Map<string, true>> {
    const found = await tx.run<{ member_id: string }>(ERASED, [bucketsOf(members), uuidsOf(members)]);
    return new Map(found.map(({ member_id }) => [fromUuid("mbr", member_id), true]));
  },
};
