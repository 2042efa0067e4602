/** A member's card: who it is, as far as whoever asks may know, and what there is to spend. */
import { z } from "@hono/zod-openapi";
import { idText, InstantText } from "../../kernel/answers.ts";
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import { bucketOf, type MemberId, uuidOf } from "../../kernel/ids.ts";
import { readOf, standingFor } from "../owner.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Actor } from "../../engine/actor.ts";
import type { Lookup, Personal } from "../../engine/definition/lookup.ts";
import { seesOwnOf } from "../../engine/definition/visibility.ts";
import { seesBlocks } from "../block-words.ts";
import type { KeyedIdentifier } from "../identifier.ts";
import { mask } from "../mask.ts";
import { type Profile, profileStore } from "../profile-store.ts";
import { isErased, openExternalId, openIdentifierValues, openPerson } from "../sealed-profile.ts";
import { Balance, balanceOf } from "./balance.ts";

export const MemberCard = z
  .strictObject({
    memberId: idText("mbr").openapi({ description: "Who stands for whom was asked for." }),
    mergedInto: idText("mbr")
      .nullable()
      .openapi({ description: "Where whom was asked for has become part of another: that other, whose card this is." }),
    status: z.enum(["active", "blocked", "erased"]).openapi({
      description:
        "`erased`: nothing is known of it any more. Whether security has blocked it is shown to whoever may block; to others all are `active`.",
    }),
    firstName: z.string().nullable().openapi({ description: "The only name that is shown." }),
    createdAt: InstantText,
    profiles: z
      .array(
        z.strictObject({
          profileId: idText("prf"),
          brand: z.string(),
          externalId: z.string().nullable().openapi({ description: "Null where the member is erased." }),
          createdAt: InstantText,
        }),
      )
      .openapi({ description: "A client of one brand sees that brand's own." }),
    identifiers: z
      .array(
        z.strictObject({
          kind: z.string(),
          masked: z.string().openapi({
            example: "***0017",
            description: "Enough for a cashier to compare with what a customer says, and no more.",
          }),
          verified: z.boolean(),
        }),
      )
      .openapi({ description: "Those that the shown profiles brought, but for those that have ended." }),
    balance: Balance.omit({ memberId: true }),
  })
  .openapi("MemberCard");
export type MemberCard = z.input<typeof MemberCard>;

const MOST_PROFILES = 100;
const MEMBER = "select status, erasure, created_at from wallets where bucket = $1::smallint and member_id = $2::uuid";
interface MemberRow {
  readonly status: "active" | "blocked";
  readonly erasure: "pending" | "erased" | null;
  readonly created_at: Instant;
}

/** Reads a member's card; `member_not_found` where there is no such member. */
export const cardOf = (look: Lookup, actor: Actor, named: string): Promise<MemberCard> =>
  readOf(
    () => standingFor(look.reader, named),
    (standing) => cardOfOne(look, actor, standing, named),
  );

/** The same of one who stands for whoever was named, as far as is known when it begins; see `readOf`. */
export async function cardOfOne(look: Lookup, actor: Actor, id: MemberId, named: string): Promise<MemberCard> {
  const [[member], found, { memberId, ...balance }] = await Promise.all([
    look.reader.run<MemberRow>(MEMBER, [bucketOf(id), uuidOf(id)]),
    profileStore.load(look.reader, [id], "none"),
    balanceOf(look, id),
  ]);
  if (member === undefined) throw new Problem("member_not_found");
  const all = found.get(id) ?? [];
  const shown = all.filter(({ brand }) => seesOwnOf(actor, brand)).slice(0, MOST_PROFILES);
  const { personal } = look;
  return {
    memberId,
    mergedInto: id === named ? null : id,
    status: statusFor(actor, member),
    firstName: firstNameOf(personal, [...shown, ...all]),
    createdAt: formatInstant(member.created_at),
    profiles: shown.map((profile) => ({
      profileId: profile.id,
      brand: profile.brand,
      externalId: openExternalId(personal, profile),
      createdAt: formatInstant(profile.createdAt),
    })),
    identifiers: maskedOnce(shown.flatMap((profile) => identifiersOf(personal, profile))),
    balance,
  };
}

function statusFor(actor: Actor, { status, erasure }: MemberRow): MemberCard["status"] {
  if (erasure === "erased") return erasure;
  return seesBlocks(actor) ? status : "active";
}

/** The first of the profiles that has one says it; no more of them are opened. */
export function firstNameOf(personal: Personal, profiles: readonly Profile[]): string | null {
  for (const profile of profiles) {
    const { firstName } = openPerson(personal, profile);
    if (firstName !== undefined) return firstName;
  }
  return null;
}

/** What a profile has brought and has not ended, with the texts. */
function identifiersOf(personal: Personal, profile: Profile): KeyedIdentifier[] {
  if (isErased(profile)) return [];
  const values = openIdentifierValues(personal, profile);
  const brought = profile.identifiers.map((identifier, index) => ({ ...identifier, value: values[index] ?? "" }));
  return brought.filter(({ ended }) => ended !== true);
}

/** Each identifier once, verified where any profile has verified it. */
function maskedOnce(identifiers: readonly KeyedIdentifier[]): MemberCard["identifiers"] {
  const known = new Map<string, KeyedIdentifier>();
  for (const identifier of identifiers) {
    if (known.get(identifier.key)?.verified !== true) known.set(identifier.key, identifier);
  }
  return [...known.values()].map(({ kind, value, verified }) => ({ kind, masked: mask(kind, value), verified }));
}
