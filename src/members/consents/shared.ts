/** What all brands together may do: what is given to each of them. Pure. */
import type { Profile } from "../profile-store.ts";

/**
 * By purpose, whether it is given for shared use: only if every profile has given it. The most restrictive wins, and what
 * nobody was asked is not given.
 */
export function sharedConsents(profiles: readonly Pick<Profile, "consents">[]): { purpose: string; given: boolean }[] {
  const purposes = [...new Set(profiles.flatMap(({ consents }) => Object.keys(consents)))].sort();
  return purposes.map((purpose) => ({
    purpose,
    given: profiles.every(({ consents }) => new Map(Object.entries(consents)).get(purpose) === true),
  }));
}
