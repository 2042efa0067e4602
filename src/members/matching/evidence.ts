/** What of two members' profiles speaks for their being one person, and what against it. Pure. */
import type { MatchEvidence } from "../candidate-terms.ts";
import type { Person } from "../person.ts";
import type { Profile } from "../profile-store.ts";
import { identifierKeys } from "../identifier.ts";
import { compare } from "./comparison.ts";

/**
 * Each field and identifier once; a field conflicts if it does between any two. `leading`: identifiers that lead to somebody,
 * as what says nothing of who one is does not. `personOf` opens what is sealed.
 */
export function evidenceOf(
  one: readonly Profile[],
  other: readonly Profile[],
  leading: ReadonlySet<string>,
  personOf: (profile: Profile) => Person,
): MatchEvidence[] {
  const found = new Map<string, MatchEvidence>();
  for (const a of one) {
    for (const b of other) {
      const profileIds = [a.id, b.id];
      const shared = new Set(identifierKeys(b).filter((key) => leading.has(key)));
      for (const { kind, key } of a.identifiers) {
        if (shared.has(key) && !found.has(key)) found.set(key, { kind, rule: "same", profileIds });
      }
      for (const [kind, agrees] of compare(personOf(a), personOf(b))) {
        if (!found.has(kind) || (!agrees && found.get(kind)?.rule === "agrees")) {
          found.set(kind, { kind, rule: agrees ? "agrees" : "conflicts", profileIds });
        }
      }
    }
  }
  return [...found.values()];
}
