/**
 * Registers a brand profile. What leads to one member links the profile to it by itself only as far as that is certain
 * (matching/comparison.ts); what is not, or leads to several members, is left to people, and the profile gets a member of its own.
 */
import type { KeyObject } from "node:crypto";
import type { z } from "@hono/zod-openapi";
import { keyedHash128 } from "../../kernel/hash.ts";
import { as, bucketOf, type MemberId, newBucket } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import { localDate } from "../../kernel/zone.ts";
import { accept, save, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import type { NaturalKey } from "../../engine/definition/natural-key.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { requireStore } from "../../programme/lookup.ts";
import { profileRegistered } from "../events.ts";
import {
  identifierKey,
  isInHand,
  isReissued,
  type KeyedIdentifier,
  leadsToMember,
  normalise,
  type PresentedIdentifier,
} from "../identifier.ts";
import { begin, endedIn, toldEnded } from "../identifier-changes.ts";
import { historyStore } from "../identifier-history.ts";
import { identifierStore, leadingBy, readIdentifiers } from "../identifier-store.ts";
import { memberBehind } from "../lookup.ts";
import { type Profile, profileStore } from "../profile-store.ts";
import { linkRef, linkStore } from "../link-store.ts";
import { consentStore, withNews } from "../consents/consent-store.ts";
import { saveCandidate } from "../matching/new-candidate.ts";
import { openPerson, type SealedFields, sealProfile } from "../sealed-profile.ts";
import { candidatesOf, toReview } from "./candidates.ts";
import { linkOf, membersOf } from "./link.ts";
import { ProfileAnswer, ProfileBody } from "./registration-body.ts";
import { PROFILE_REGISTRATION } from "./words.ts";

export const registration = defineOperation({
  name: PROFILE_REGISTRATION,
  ofErased: "as_nobody",
  permission: "profiles.register",
  http: {
    method: "post",
    path: "/v1/profiles",
    tag: "Members",
    summary: "Register what a brand knows of a customer",
    description:
      "Idempotent on brand and externalId: who registers a profile again is told the member that it belongs to by then. A card (or an app, a pass, a token) in hand (`verified`: it was read, not typed in) that leads to a member " +
      "links the profile to that member, unless the birth dates differ. A verified phone or e-mail links it where the birth dates agree, or the given names agree and nothing conflicts; " +
      "families share phones. Anything less, such as a card whose number was only typed in, a conflict, or several members are left to people (`review`), and the profile has a member of its own; " +
      "a verified phone or e-mail leads to that member from then on, and no more to whom it led before (`reissued`), whose bonuses and receipts stay his. " +
      "Receipts that waited for these identifiers are claimed.",
    idempotencyKey: "required",
    example: {
      brand: "mvideo",
      externalId: "C-1009311",
      identifiers: [{ kind: "card", value: "2900000000017", verified: true }],
      person: { lastName: "Иванова", firstName: "Анна", birthDate: "1990-12-31", gender: "female" },
      consents: { sms: true },
      storeId: "M-1",
    },
  },
  body: ProfileBody,
  answers: { 201: { description: "Registered, and linked to its member.", schema: ProfileAnswer } },
  problems: ["profile_conflict", "unknown_store"],
  actsFor: ({ brand }) => brand,
  facts: ({ storeId }) => ({ storeId }),
  async prepare(look, { body }) {
    requireBorn(look, body.person);
    if (body.storeId !== undefined) await requireStore(look, body.storeId, body.brand);
    const { cipher, lookupKey } = look.personal;
    const identifiers = inNormalForm(lookupKey, body.identifiers);
    const known = await readIdentifiers(look.reader, identifiers.filter(leadsToMember).map(keyOf));
    const key = profileKey(lookupKey, body);
    const identifierValues = identifiers.map(({ value }) => value);
    const led = membersOf([...known.values()]);
    return {
      ...body,
      identifiers,
      led,
      reissuing: membersOf(identifiers.filter(isReissued).flatMap(({ key: each }) => known.get(each) ?? [])),
      seen: led.length < 2 ? [] : await profilesOfAll(look, led),
      key,
      // Of one that was there when this was judged already.
      leadsTo: look.again === true ? (await memberBehind(look.reader, key))?.memberId : undefined,
      // A nonce is chance, of which deciding knows none.
      sealed: sealProfile(cipher, key, { ...body, identifierValues }),
      personOf: (profile: Profile) => openPerson(look.personal, profile),
    };
  },
  bucket: ({ led: [only, ...others] }) => (only === undefined || others.length > 0 ? newBucket() : bucketOf(only)),
  naturalKeys: (input): NaturalKey[] => [
    { key: input.key, role: "own" },
    // For a sale that comes with one of them at this very moment.
    ...input.identifiers.filter(leadsToMember).map((each) => ({ key: each.key, role: "mark" as const })),
  ],
  conflict: () => "profile_conflict",
  toldAgain(told, { leadsTo }) {
    if (leadsTo === undefined) return stale;
    return told.memberId === leadsTo ? undefined : { ...told, memberId: leadsTo };
  },
  needs: ({ identifiers, led, reissuing }) => {
    // The one whom it may be linked to; or whose addresses may be its own from now on.
    const wallets = led.length === 1 ? led : reissuing;
    const leading = identifiers.filter(leadsToMember);
    return {
      wallets,
      documents: [
        ...identifiers.map(({ key }) => need(identifierStore, key)),
        ...leading.map(({ key }) => need(historyStore, key)),
        ...wallets.map((memberId) => need(profileStore, memberId)),
      ],
    };
  },
  decide(context, input) {
    const { now, operationId, document, newWallet } = context;
    const leading = input.identifiers.filter(leadsToMember);
    const known = leading.flatMap((identifier) => {
      const found = leadingBy(context, identifier.key);
      return found === undefined ? [] : [{ ...identifier, memberId: found.memberId, broughtBy: found.profileId }];
    });
    const theirAddresses = known.filter(isReissued);
    const isAsFound =
      sameMembers(membersOf(known), input.led) && sameMembers(membersOf(theirAddresses), input.reissuing);
    if (!isAsFound) return stale;
    const profilesOf = (memberId: MemberId) => document(profileStore, memberId) ?? [];
    const personsOf = (memberId: MemberId) =>
      profilesOf(memberId).map((profile) => ({ person: input.personOf(profile) }));
    const link = linkOf(known, input.person, personsOf);
    const { band, score, evidence } = link;
    const memberId = link.memberId ?? as("mbr", operationId);
    const former = link.memberId === null ? [] : profilesOf(memberId);
    if (link.memberId === null) newWallet(memberId).writeAnyway();
    const homeId = homeOf(known, former) ?? memberId;
    const profile = profileOf(input, { id: as("prf", operationId), memberId, homeId, createdAt: now });
    const linked = { profileId: profile.id, operationId, memberId, homeId, since: now };
    // Whoever is not known to be the one who has it, and has proved that he has it now, has it from now on.
    const reissued = band === "review" ? theirAddresses.flatMap(({ key }) => leadingBy(context, key) ?? []) : [];
    const begun = leading.filter(
      ({ key }) => leadingBy(context, key) === undefined || reissued.some((each) => each.key === key),
    );
    const theirs = input.led.length === 1 ? input.led.flatMap(profilesOf) : input.seen;
    const compared = { theirs, leading: new Set(leading.map(keyOf)), personOf: input.personOf };
    const candidates = band === "review" ? candidatesOf(context, profile, membersOf(known), compared) : [];
    return accept({
      memberId,
      documents: [
        save(profileStore, memberId, [...former, profile]),
        save(linkStore, linkRef(linked), linked),
        save(
          consentStore,
          profile.id,
          withNews([], { profileId: profile.id, operationId, since: now }, profile.consents),
        ),
        ...begun.flatMap((each) => begin(context, each, { memberId, profileId: profile.id })),
        ...endedIn(context, reissued),
        ...candidates.map(saveCandidate),
      ],
      answer: {
        profileId: profile.id,
        memberId,
        link: { band, score, evidence, candidates: candidates.map((each) => toReview(each, memberId)) },
        reissued: reissued.map(({ kind, memberId: formerId }) => ({ kind, memberId: formerId })),
      },
      events: [
        profileRegistered({ profileId: profile.id, memberId, brand: input.brand, band }),
        ...reissued.map(toldEnded),
      ],
    });
  },
});

type Body = z.output<typeof ProfileBody>;

/** By the service's own clock, in the programme's zone: what the form cannot say. */
function requireBorn({ clock, policies }: Lookup, { birthDate }: Body["person"]): void {
  const now = clock.now();
  if (birthDate === undefined || birthDate <= localDate(now, policies.at(now).rules.zone)) return;
  const errors = [{ path: "person.birthDate", message: "must not lie in the future" }];
  throw new Problem("unprocessable_request", { errors });
}

/** Of several who are not locked: only to be compared. */
const profilesOfAll = async ({ reader }: Lookup, members: readonly MemberId[]): Promise<Profile[]> =>
  [...(await profileStore.load(reader, members, "none")).values()].flat();

const profileKey = (lookupKey: KeyObject, { brand, externalId }: Pick<Body, "brand" | "externalId">): string =>
  keyedHash128(lookupKey, JSON.stringify(["profile", brand, externalId]));

const keyOf = ({ key }: KeyedIdentifier): string => key;

const sameMembers = (one: readonly MemberId[], other: readonly MemberId[]): boolean =>
  one.length === other.length && one.every((id) => other.includes(id));

/** A profile that is linked belongs with the one that had brought its identifier: a card says more of that than a phone, and what was read more than what was typed. */
function homeOf(
  known: readonly (KeyedIdentifier & { readonly broughtBy: Profile["id"] })[],
  former: readonly Profile[],
): MemberId | undefined {
  const rank = (each: KeyedIdentifier): number => (each.verified ? 2 : 0) + (isInHand(each) ? 1 : 0);
  const [best] = [...known].sort((a, b) => rank(b) - rank(a));
  return former.find(({ id }) => id === best?.broughtBy)?.homeId;
}

/** What is kept in plain of what a brand tells, and the rest as it was sealed. */
interface Kept extends Pick<Body, "brand" | "consents" | "storeId"> {
  readonly key: string;
  readonly identifiers: readonly KeyedIdentifier[];
  readonly sealed: SealedFields;
}

function profileOf(input: Kept, whose: Pick<Profile, "id" | "memberId" | "homeId" | "createdAt">): Profile {
  const { brand, key, consents = {}, storeId = null, sealed } = input;
  const identifiers = input.identifiers.map(({ value: _, ...brought }) => brought);
  return { ...whose, brand, key, ...sealed, identifiers, consents, storeId };
}

/** Identifiers in normal form, each once; verified if one of its mentions is. */
function inNormalForm(lookupKey: KeyObject, presented: readonly PresentedIdentifier[]): KeyedIdentifier[] {
  const known = new Map<string, KeyedIdentifier>();
  for (const [index, { kind, value: given, verified }] of presented.entries()) {
    const value = normalise(kind, given);
    if (value === undefined) {
      const errors = [{ path: `identifiers.${index}.value`, message: `not a ${kind}` }];
      throw new Problem("unprocessable_request", { errors });
    }
    const key = identifierKey(lookupKey, { kind, value });
    known.set(key, { kind, value, key, verified: verified || known.get(key)?.verified === true });
  }
  return [...known.values()];
}
