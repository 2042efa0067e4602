/** Adds an identifier to a profile of a member, or verifies one that the profile has: it leads to the member from then on. */
import { idInPath } from "../../kernel/fields.ts";
import { bucketOf, isId, type MemberId, type ProfileId } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { accept, refuse, type Saved, save, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import type { NaturalKey } from "../../engine/definition/natural-key.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { seesOwnOf } from "../../engine/definition/visibility.ts";
import { identifierAdded } from "../events.ts";
import { type BroughtIdentifier, isReissued, leadsToMember } from "../identifier.ts";
import { begin, endedIn, toldEnded, verify } from "../identifier-changes.ts";
import { historyStore } from "../identifier-history.ts";
import { identifierStore, type KnownIdentifier, leadingBy } from "../identifier-store.ts";
import { type Profile, profileStore } from "../profile-store.ts";
import { openIdentifierValues, sealIdentifierValues } from "../sealed-profile.ts";
import { AddedIdentifier, type Adding, IdentifierBody } from "./adding-body.ts";
import { IDENTIFIER_ADDING, namedMember, requireIdentifier, stated } from "./asked.ts";

/** With all that the profile has ever had. */
const MOST_IDENTIFIERS = 100;

export const identifierAdding = defineOperation({
  name: IDENTIFIER_ADDING,
  permission: "identifiers.change",
  http: {
    method: "post",
    path: "/v1/members/{memberId}/identifiers",
    tag: "Members",
    summary: "Add an identifier to a member, or verify one",
    description:
      "It leads to the member from then on, and receipts that waited for it are claimed. A verified phone or e-mail that has led to another member leads to this one from then on (`reissued`): " +
      "numbers are given to other people. That one's bonuses and receipts stay his, also those that come late of before. What is in hand (a card, an app, a pass, a token) and leads to another member " +
      "is refused (`identifier_taken`) until it was ended there. An address that was not verified is kept with the profile, and leads to nobody (`claimed`).",
    idempotencyKey: "required",
    example: {
      profileId: "prf_0195560d2a0070008a30f1c2d3e4f000",
      identifier: { kind: "phone", value: "+7 912 345-67-89" },
      verified: true,
      reason: "has repeated the code",
    },
  },
  params: idInPath("memberId", "mbr"),
  body: IdentifierBody,
  answers: { 200: { description: "Added, or known.", schema: AddedIdentifier } },
  problems: ["member_erased", "member_not_found", "profile_not_found", "identifier_taken", "too_many_identifiers"],
  facts: stated,
  async prepare(look, { actor, params, body }) {
    const { named, memberId, profiles } = await namedMember(look, params.memberId);
    const profile = profiles.find(({ id }) => isId("prf", body.profileId) && id === body.profileId);
    if (profile === undefined || !seesOwnOf(actor, profile.brand)) throw new Problem("profile_not_found");
    const added = { ...requireIdentifier(look, body.identifier), verified: body.verified };
    const { key, kind, verified } = added;
    const { cipher } = look.personal;
    const isThere = profile.identifiers.some((each) => each.key === key);
    const values = isThere ? undefined : [...openIdentifierValues(look.personal, profile), added.value];
    const leads = leadsToMember(added);
    const holder = leads ? await look.reader.one(identifierStore, key) : undefined;
    return {
      named,
      memberId,
      profileId: profile.id,
      added: { key, kind, verified },
      leads,
      holder: holder?.memberId ?? null,
      mayTake: isReissued(added),
      // As they were when they were opened: whoever brings another meanwhile has sealed others.
      valuesBefore: profile.identifierValues,
      values: values === undefined ? profile.identifierValues : sealIdentifierValues(cipher, profile.key, values),
    };
  },
  bucket: ({ memberId }) => bucketOf(memberId),
  // For a sale that comes with it at this very moment.
  naturalKeys: ({ leads, added }): NaturalKey[] => (leads ? [{ key: added.key, role: "mark" }] : []),
  needs({ named, memberId, profileId, added, holder, mayTake }) {
    const wallets = [...new Set([memberId, ...(mayTake && holder !== null ? [holder] : [])])];
    return {
      wallets,
      foundBy: [named, profileId].map((by) => ({ wallet: memberId, by })),
      documents: [
        need(identifierStore, added.key),
        need(historyStore, added.key),
        ...wallets.map((id) => need(profileStore, id)),
      ],
    };
  },
  decide(context, input) {
    const { memberId, profileId, added, leads, mayTake } = input;
    const profiles = context.document(profileStore, memberId) ?? [];
    const profile = profiles.find(({ id }) => id === profileId);
    if (profile === undefined || !profile.identifierValues.equals(input.valuesBefore)) return stale;
    const known = leads ? leadingBy(context, added.key) : undefined;
    if ((known?.memberId ?? null) !== input.holder) return stale;
    const isThere = profile.identifiers.some(({ key }) => key === added.key);
    if (!isThere && profile.identifiers.length >= MOST_IDENTIFIERS) {
      return refuse("too_many_identifiers", { most: MOST_IDENTIFIERS });
    }
    if (known !== undefined && known.memberId !== memberId && !mayTake) {
      return refuse("identifier_taken", { kind: added.kind });
    }
    const step = stepOf(context, input, known, isThere);
    const changed = { ...withIdentifier(profile, added, step), identifierValues: input.values };
    const { kind } = added;
    const verified = changed.identifiers.some((each) => each.key === added.key && each.verified);
    const isTold = step.begins || step.outcome === "verified";
    return accept({
      documents: [
        ...step.documents,
        save(
          profileStore,
          memberId,
          profiles.map((each) => (each === profile ? changed : each)),
        ),
      ],
      answer: { operationId: context.operationId, memberId, profileId, kind, verified, outcome: step.outcome },
      events: [
        ...(isTold ? [identifierAdded({ profileId, memberId, kind, verified })] : []),
        ...(step.outcome === "reissued" && known !== undefined ? [toldEnded(known)] : []),
      ],
    });
  },
});

interface Step {
  readonly outcome: Adding;
  /** Whether it begins to lead to the profile's member. */
  readonly begins: boolean;
  readonly documents: readonly Saved[];
}

interface Asked {
  readonly memberId: MemberId;
  readonly profileId: ProfileId;
  readonly added: BroughtIdentifier;
  readonly leads: boolean;
}

/** What becomes of it. `known`: whoever has it, where it is one that may lead to somebody. `isThere`: the profile has brought it before. */
function stepOf(
  context: CommandContext,
  { memberId, profileId, added, leads }: Asked,
  known: KnownIdentifier | undefined,
  isThere: boolean,
): Step {
  const nothing = { begins: false, documents: [] };
  if (!leads) return { outcome: isThere ? "known" : "claimed", ...nothing };
  if (known?.memberId === memberId) {
    const isProved = known.profileId === profileId && added.verified && !known.verified;
    if (!isProved) return { outcome: "known", ...nothing };
    return { outcome: "verified", begins: false, documents: verify(context, known) };
  }
  const documents = begin(context, added, { memberId, profileId });
  if (known === undefined) return { outcome: "added", begins: true, documents };
  return { outcome: "reissued", begins: true, documents: [...documents, ...endedIn(context, [known])] };
}

/** The profile with what it has brought, once. What has ended stays so until it begins anew. */
function withIdentifier(
  profile: Profile,
  { key, kind, verified }: BroughtIdentifier,
  { begins, outcome }: Step,
): Profile {
  const former = profile.identifiers.find((each) => each.key === key);
  if (former === undefined) return { ...profile, identifiers: [...profile.identifiers, { key, kind, verified }] };
  if (!begins && outcome !== "verified") return profile;
  const now = { key, kind, verified };
  return { ...profile, identifiers: profile.identifiers.map((each) => (each === former ? now : each)) };
}
