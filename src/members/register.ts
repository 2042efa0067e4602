/**
 * Registers a brand profile. One exact identifier that leads to a member links the profile to that member by itself;
 * identifiers that lead to different members are left to people, and the profile gets a member of its own.
 */
import { as, type MemberId, type ProfileId } from "../kernel/ids.ts";
import { type Command, need, save, stale } from "../engine/command.ts";
import { identifierRef, leadsToMember, type PresentedIdentifier } from "./identifier.ts";
import { identifierStore, type KnownIdentifier } from "./identifier-store.ts";
import { type Person, profileStore } from "./profile-store.ts";

export interface RegisterInput {
  readonly brand: string;
  readonly externalId: string;
  readonly identifiers: readonly PresentedIdentifier[];
  readonly person: Person;
  readonly consents: Readonly<Record<string, boolean>>;
  readonly storeId: string | null;
  /** The member whom the identifiers led to when the request was prepared; its bucket is the operation's. */
  readonly expected: MemberId | null;
}

export interface RegisterAnswer {
  readonly profileId: ProfileId;
  readonly memberId: MemberId;
  readonly link: {
    readonly band: "new" | "auto" | "review";
    /** Certainty from 0 to 1, as a decimal string: an exact identifier is certain; null where nothing was weighed. */
    readonly score: string | null;
    /** Kinds of identifiers that agreed, never their values. */
    readonly evidence: readonly {
      readonly kind: string;
      readonly rule: "exact_identifier";
      readonly memberId: string;
    }[];
  };
}

export const register: Command<RegisterInput, RegisterAnswer> = {
  name: "register-profile",
  needs: ({ identifiers, expected }) => ({
    wallets: expected === null ? [] : [expected],
    documents: identifiers.map((identifier) => need(identifierStore, identifierRef(identifier))),
  }),
  decide({ now, operationId, policies, document, newWallet }, input) {
    const known = input.identifiers.flatMap((identifier) => {
      const found = document(identifierStore, identifierRef(identifier));
      return found !== undefined && leadsToMember(identifier) ? [found] : [];
    });
    const expected = linkedMember(known);
    if (expected !== input.expected) return stale;
    const memberId = expected ?? as("mbr", operationId);
    if (expected === null) newWallet(memberId).touch();
    const profileId = as("prf", operationId);
    const { brand, externalId, person, identifiers, consents, storeId } = input;
    const profile = {
      id: profileId,
      memberId,
      brand,
      externalId,
      person,
      identifiers,
      consents,
      storeId,
      createdAt: now,
    };
    const fresh = identifiers.filter(
      (identifier) => leadsToMember(identifier) && document(identifierStore, identifierRef(identifier)) === undefined,
    );
    return {
      kind: "accepted",
      status: 201,
      occurredAt: now,
      policyVersion: policies.at(now).version,
      memberId,
      documents: [
        save(profileStore, profileId, profile),
        ...fresh.map((identifier) =>
          save(identifierStore, identifierRef(identifier), { ...identifier, memberId, profileId, createdAt: now }),
        ),
      ],
      answer: {
        profileId,
        memberId,
        link: {
          band: expected !== null ? "auto" : known.length > 0 ? "review" : "new",
          score: expected !== null ? "1.00" : null,
          evidence: known.map(({ kind, memberId: owner }) => ({ kind, rule: "exact_identifier", memberId: owner })),
        },
      },
    };
  },
};

/** The one member whom all known identifiers lead to; null where there is none, or more than one. */
export function linkedMember(known: readonly KnownIdentifier[]): MemberId | null {
  const members = new Set(known.map(({ memberId }) => memberId));
  const [only] = members;
  return members.size === 1 && only !== undefined ? only : null;
}
