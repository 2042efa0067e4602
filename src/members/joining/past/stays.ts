/**
 * Since when it has to be told what those who leave have had, and in which wallets they have been since: from the last place at
 * which their wallets were theirs alone, so that what was in those is what they had. Pure.
 */
import type { Leaving } from "../leaving.ts";
import type { MemberId, OperationId, ProfileId } from "../../../kernel/ids.ts";
import {
  before,
  byPlace,
  countUpTo,
  isBefore,
  isSame,
  type Place,
  type PlacedMerge,
  type Timeline,
  type Who,
} from "./timeline.ts";

/** In one wallet, from the operation at `from` up to the one at `to`, both included; null: until today. */
export interface Stay {
  readonly wallet: MemberId;
  readonly from: Place;
  readonly to: Place | null;
  /** Whether they were there at the beginning already, so that what had been in the wallet was theirs. */
  readonly isOwn: boolean;
}

/** The merge by which those who leave came, and from which wallet. */
interface Arrival {
  readonly by: OperationId;
  readonly at: Place;
  readonly from: MemberId;
}

/** What is known of who was one with whom, and where those were who leave now. */
export interface Together {
  readonly merges: readonly PlacedMerge[];
  readonly gone: readonly GoneProfile[];
  readonly stays: readonly Stay[];
  /** Null: they came by a registration, or by a parting. */
  readonly arrival: Arrival | null;
}

/** A profile, since it came to its home; what a parting had brought there with it is its own. */
export function staysOfProfile(homeId: MemberId, came: CameHome, timeline: Timeline): Stay[] {
  const from = came.isParting ? { position: came.at.position, place: came.at.place + 1 } : came.at;
  return staysSince([homeId], { from, isOwn: came.isParting, born: new Map() }, timeline);
}

/** Members, since their wallets were theirs alone; `born`: those whom a parting has made. */
export function staysOfMembers(leaving: Leaving, timeline: Timeline, alone: Alone, born: Births): Stay[] {
  const from = alone.changes.findLast((at) => alone.wereAlone(before(at))) ?? alone.changes[0];
  return from === undefined ? [] : staysSince(leaving.members, { from, isOwn: true, born }, timeline);
}

/** Where a parting has made them, and whether the profile that it has brought leaves with them, so that what it brought along is theirs. */
export type Births = ReadonlyMap<MemberId, { readonly at: Place; readonly isOwn: boolean }>;

/** What has brought a profile to its home: a parting, which has made that home for it, or its registration. */
export interface CameHome {
  readonly at: Place;
  readonly isParting: boolean;
}

/** A profile that was at home with one of those who leave, and has parted since. */
export interface GoneProfile {
  readonly homeId: MemberId;
  readonly from: Place;
  readonly to: Place;
}

/** Whether nobody else was in a wallet. */
export class Alone {
  readonly #leaving: ReadonlySet<MemberId>;
  readonly #profiles: readonly ProfileId[];
  readonly #timeline: Timeline;
  readonly #others: readonly MemberId[];
  readonly #gone: readonly GoneProfile[];
  /** Places at which anybody came or left, in order. */
  readonly changes: readonly Place[];
  readonly #known = new Map<string, boolean>();

  constructor(
    { members, profiles }: Leaving,
    timeline: Timeline,
    all: readonly MemberId[],
    gone: readonly GoneProfile[],
  ) {
    this.#leaving = new Set(members);
    this.#profiles = profiles;
    this.#timeline = timeline;
    this.#others = all.filter((id) => !this.#leaving.has(id));
    this.#gone = gone;
    this.changes = [...timeline.changes, ...gone.flatMap(({ from, to }) => [from, to])].sort(byPlace);
  }

  /** Whether they were in no wallet with anybody else. */
  wereAlone(at: Place): boolean {
    return [...this.#leaving].every((id) => this.isTheirs(this.#timeline.rootOf(id, at), at));
  }

  /** Whether any of them was in a wallet. */
  areThere(wallet: MemberId, at: Place): boolean {
    const isIn = (who: Who) => this.#timeline.walletOf(who, at) === wallet;
    return (
      [...this.#leaving].some((member) => isIn({ profile: null, member })) ||
      this.#profiles.some((profile) => isIn({ profile, member: null }))
    );
  }

  /** Whether a wallet was theirs alone. */
  isTheirs(wallet: MemberId, at: Place): boolean {
    if (this.#leaving.size === 0) return false;
    const key = `${wallet}|${countUpTo(this.changes, at)}`;
    const known = this.#known.get(key) ?? this.#lookAt(wallet, at);
    this.#known.set(key, known);
    return known;
  }

  #lookAt(wallet: MemberId, at: Place): boolean {
    const isIn = (id: MemberId) => this.#timeline.rootOf(id, at) === wallet;
    if (this.#others.some(isIn) || ![...this.#leaving].some(isIn)) return false;
    return !this.#gone.some(({ homeId, from, to }) => !isBefore(at, from) && isBefore(at, to) && isIn(homeId));
  }
}

interface Beginning extends Pick<Stay, "from" | "isOwn"> {
  readonly born: Births;
}

/** In which wallets some members' bonuses have been, from just before a place on. */
function staysSince(members: readonly MemberId[], { from, isOwn, born }: Beginning, timeline: Timeline): Stay[] {
  const stays: Stay[] = [];
  const places = [
    from,
    ...[...timeline.changes, ...[...born.values()].map(({ at }) => at)].filter((at) => !isBefore(at, from)),
  ];
  let open = new Map([...walletsAt(members, before(from), timeline, born)].map((wallet) => [wallet, { from, isOwn }]));
  for (const at of new Map(places.toSorted(byPlace).map((each) => [JSON.stringify(each), each])).values()) {
    const now = walletsAt(members, at, timeline, born);
    for (const [wallet, since] of open) if (!now.has(wallet)) stays.push({ wallet, ...since, to: at });
    open = new Map([...now].map((wallet) => [wallet, open.get(wallet) ?? beginningIn(wallet, at, born)]));
  }
  for (const [wallet, since] of open) stays.push({ wallet, ...since, to: null });
  return stays;
}

/** What a parting has brought into the wallet of the member that it has made was somebody's, whatever had been before. */
function beginningIn(wallet: MemberId, at: Place, born: Births): Pick<Stay, "from" | "isOwn"> {
  const birth = born.get(wallet);
  if (birth === undefined || !isSame(birth.at, at)) return { from: at, isOwn: false };
  return { from: { position: at.position, place: at.place + 1 }, isOwn: birth.isOwn };
}

function walletsAt(members: readonly MemberId[], at: Place, timeline: Timeline, born: Births): ReadonlySet<MemberId> {
  const there = members.filter((id) => {
    const birth = born.get(id);
    return birth === undefined || !isBefore(at, birth.at);
  });
  return new Set(there.map((id) => timeline.rootOf(id, at)));
}
