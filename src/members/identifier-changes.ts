/** What changes where an identifier begins to lead to a member, is verified, goes over to another, or ends. Pure. */
import { groupBy } from "../kernel/group-by.ts";
import type { MemberId, ProfileId } from "../kernel/ids.ts";
import type { CommandContext } from "../engine/definition/context.ts";
import { type Saved, save } from "../engine/definition/decision.ts";
import { identifierEnded } from "./events.ts";
import type { BroughtIdentifier } from "./identifier.ts";
import { historyStore, type IdentifierEvent } from "./identifier-history.ts";
import { identifierStore, type KnownIdentifier, leadingBy } from "./identifier-store.ts";
import { type Profile, profileStore } from "./profile-store.ts";

interface Holder {
  readonly memberId: MemberId;
  readonly profileId: ProfileId;
}

/** Has an identifier lead to a profile's member from now on; with whoever had it, it ends. That one's profile is to be told: see `endedIn`. */
export function begin(
  context: CommandContext,
  { key, kind, verified }: BroughtIdentifier,
  { memberId, profileId }: Holder,
): Saved[] {
  const former = leadingBy(context, key);
  const ended = former === undefined ? [] : [eventOf(former, "ended")];
  const begun = { key, kind, verified, memberId, profileId, createdAt: context.now };
  return changed(context, begun, [...ended, eventOf(begun, "begun")]);
}

/** Has whoever has it have proved it: it was only typed in. */
export const verify = (context: CommandContext, known: KnownIdentifier): Saved[] => {
  const proved = { ...known, verified: true };
  return changed(context, proved, [eventOf(proved, "verified")]);
};

/** Has an identifier lead to nobody. */
export const end = (context: CommandContext, known: KnownIdentifier): Saved[] =>
  changed(context, { ...known, ended: true }, [eventOf(known, "ended")]);

const eventOf = ({ profileId, verified }: KnownIdentifier, event: IdentifierEvent["event"]) => ({
  event,
  profileId,
  verified,
});

function changed(
  { operationId, now, document }: CommandContext,
  identifier: KnownIdentifier,
  events: readonly ReturnType<typeof eventOf>[],
): Saved[] {
  const { key } = identifier;
  const before = document(historyStore, key) ?? [];
  const happened = events.map((event, index) => {
    return { ...event, key, ordinal: before.length + index + 1, operationId, since: now };
  });
  return [save(identifierStore, key, identifier), save(historyStore, key, [...before, ...happened])];
}

/** What others are told of one that has gone over to somebody else. */
export const toldEnded = ({ profileId, memberId, kind }: KnownIdentifier) =>
  identifierEnded({ profileId, memberId, kind, reissued: true });

/** Profiles that had identifiers which have ended say so. Their members' profiles must be among what the command needs. */
export function endedIn({ document }: CommandContext, ended: readonly KnownIdentifier[]): Saved[] {
  return [...groupBy(ended, ({ memberId }) => memberId)].map(([memberId, theirs]) => {
    const profiles = (document(profileStore, memberId) ?? []).map((profile) => {
      const keys = theirs.filter(({ profileId }) => profileId === profile.id).map(({ key }) => key);
      return keys.length === 0 ? profile : withEnded(profile, keys);
    });
    return save(profileStore, memberId, profiles);
  });
}

const withEnded = (profile: Profile, keys: readonly string[]): Profile => ({
  ...profile,
  identifiers: profile.identifiers.map((each) => (keys.includes(each.key) ? { ...each, ended: true } : each)),
});
