/** How a new profile is linked: to the one member that its identifiers lead to, or to a member of its own. Pure. */
import type { z } from "@hono/zod-openapi";
import type { MemberId } from "../../kernel/ids.ts";
import { type Identifier, isInHand, type PresentedIdentifier } from "../identifier.ts";
import type { Person } from "../person.ts";
import { compare, mayLink } from "../matching/comparison.ts";
import type { Evidence, ProfileAnswer } from "./registration-body.ts";

/** An identifier that leads to a member. */
type Leading = Pick<Identifier, "kind"> & { readonly memberId: MemberId };

/** One that was presented. */
type Presented = Leading & Pick<PresentedIdentifier, "verified">;

export interface Link {
  readonly band: z.input<typeof ProfileAnswer>["link"]["band"];
  /** Whom the profile is linked to; null: a member of its own. */
  readonly memberId: MemberId | null;
  readonly score: string | null;
  readonly evidence: Evidence[];
}

/** Whom identifiers lead to, each member once. */
export const membersOf = (known: readonly Leading[]): MemberId[] => [...new Set(known.map(({ memberId }) => memberId))];

/**
 * `profilesOf`: what is known of a member, profile by profile. What was only claimed links nobody, however much agrees: whoever
 * knows the number of a card may know whose it is, and everything else that he brings would lead to that member from then on.
 */
export function linkOf(
  known: readonly Presented[],
  person: Person,
  profilesOf: (memberId: MemberId) => readonly { readonly person: Person }[],
): Link {
  const exact = known.map(({ kind, memberId }): Evidence => ({ kind, rule: "exact_identifier", memberId }));
  const [memberId, ...others] = membersOf(known);
  if (memberId === undefined) return { band: "new", memberId: null, score: null, evidence: [] };
  if (others.length > 0) return { band: "review", memberId: null, score: null, evidence: exact };
  const comparisons = profilesOf(memberId).map((profile) => compare(person, profile.person));
  const proven = known.filter(({ verified }) => verified);
  const strength = proven.some(isInHand) ? "in_hand" : "address";
  const evidence = [...exact, ...fieldEvidence(memberId, comparisons)];
  return proven.length > 0 && mayLink(strength, comparisons)
    ? { band: "auto", memberId, score: "1.00", evidence }
    : { band: "review", memberId: null, score: null, evidence };
}

/** Each field that was compared, once; it conflicts if it does with one of the member's profiles. */
function fieldEvidence(memberId: MemberId, comparisons: readonly ReturnType<typeof compare>[]): Evidence[] {
  const fields = new Map<Evidence["kind"], Evidence["rule"]>();
  for (const [kind, agrees] of comparisons.flatMap((comparison) => [...comparison])) {
    if (!agrees || !fields.has(kind)) fields.set(kind, agrees ? "agrees" : "conflicts");
  }
  return [...fields].map(([kind, rule]) => ({ kind, rule, memberId }));
}
