/**
 * Registers a brand profile. What leads to one member links the profile to it by itself only as far as that is certain
 * (comparison.ts); what is not, or leads to several members, is left to people, and the profile gets a member of its own.
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
  type KeyedIdentifier,
  leadsToMember,
  normalise,
  type PresentedIdentifier,
} from "../identifier.ts";
import { identifierStore, readIdentifiers } from "../identifier-store.ts";
import { type Profile, profileStore } from "../profile-store.ts";
import { openPerson, type SealedFields, sealProfile } from "../sealed-profile.ts";
import { linkOf, membersOf } from "./link.ts";
import { ProfileAnswer, ProfileBody } from "./registration-body.ts";

export const registration = defineOperation({
  name: "profile-registration",
  permission: "profiles.register",
  http: {
    method: "post",
    path: "/v1/profiles",
    tag: "Members",
    summary: "Register what a brand knows of a customer",
    description:
      "Idempotent on brand and externalId. A card (or an app, a pass, a token) in hand (`verified`: it was read, not typed in) that leads to a member " +
      "links the profile to that member, unless the birth dates differ. A verified phone or e-mail links it where the birth dates agree, or the given names agree and nothing conflicts; " +
      "families share phones. Anything less, such as a card whose number was only typed in, a conflict, or several members are left to people (`review`), and the profile has a member of its own. " +
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
    return {
      ...body,
      identifiers,
      led: membersOf([...known.values()]),
      key,
      // A nonce is chance, of which deciding knows none.
      sealed: sealProfile(cipher, key, { ...body, identifierValues }),
      personOf: (profile: Profile) => openPerson(cipher, profile),
    };
  },
  bucket: ({ led: [only, ...others] }) => (only === undefined || others.length > 0 ? newBucket() : bucketOf(only)),
  naturalKeys: (input): NaturalKey[] => [
    { key: input.key, role: "own" },
    // For a sale that comes with one of them at this very moment.
    ...input.identifiers.filter(leadsToMember).map((each) => ({ key: each.key, role: "mark" as const })),
  ],
  conflict: () => "profile_conflict",
  needs: ({ identifiers, led }) => ({
    wallets: led.length === 1 ? led : [],
    documents: [
      ...identifiers.map((identifier) => need(identifierStore, identifier.key)),
      ...(led.length === 1 ? led.map((memberId) => need(profileStore, memberId)) : []),
    ],
  }),
  decide({ now, operationId, document, newWallet }, input) {
    const leading = input.identifiers.filter(leadsToMember);
    const known = leading.flatMap((identifier) => {
      const found = document(identifierStore, identifier.key);
      return found === undefined ? [] : [{ ...identifier, memberId: found.memberId }];
    });
    if (!sameMembers(membersOf(known), input.led)) return stale;
    const profilesOf = (memberId: MemberId) => document(profileStore, memberId) ?? [];
    const personsOf = (memberId: MemberId) =>
      profilesOf(memberId).map((profile) => ({ person: input.personOf(profile) }));
    const link = linkOf(known, input.person, personsOf);
    const memberId = link.memberId ?? as("mbr", operationId);
    const former = link.memberId === null ? [] : profilesOf(memberId);
    if (link.memberId === null) newWallet(memberId).writeAnyway();
    const profile = profileOf(input, as("prf", operationId), memberId, now);
    const fresh = leading.filter((identifier) => document(identifierStore, identifier.key) === undefined);
    const { band, score, evidence } = link;
    return accept({
      memberId,
      documents: [
        save(profileStore, memberId, [...former, profile]),
        ...fresh.map(({ key, kind, verified }) =>
          save(identifierStore, key, { key, kind, verified, memberId, profileId: profile.id, createdAt: now }),
        ),
      ],
      answer: { profileId: profile.id, memberId, link: { band, score, evidence } },
      events: [profileRegistered({ profileId: profile.id, memberId, brand: input.brand, band })],
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

const profileKey = (lookupKey: KeyObject, { brand, externalId }: Pick<Body, "brand" | "externalId">): string =>
  keyedHash128(lookupKey, JSON.stringify(["profile", brand, externalId]));

const keyOf = ({ key }: KeyedIdentifier): string => key;

const sameMembers = (one: readonly MemberId[], other: readonly MemberId[]): boolean =>
  one.length === other.length && one.every((id) => other.includes(id));

/** What is kept in plain of what a brand tells, and the rest as it was sealed. */
interface Kept extends Pick<Body, "brand" | "consents" | "storeId"> {
  readonly key: string;
  readonly identifiers: readonly KeyedIdentifier[];
  readonly sealed: SealedFields;
}

function profileOf(input: Kept, id: Profile["id"], memberId: MemberId, createdAt: number): Profile {
  const { brand, key, consents = {}, storeId = null, sealed } = input;
  const identifiers = input.identifiers.map(({ value: _, ...brought }) => brought);
  return { id, memberId, brand, key, ...sealed, identifiers, consents, storeId, createdAt };
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
