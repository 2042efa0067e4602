/**
 * Who was one with whom at any place of the journal: by merges, whether they stand or not, and by the homes that profiles have
 * had. Pure.
 */
import type { MemberId, MergeId, OperationId, ProfileId } from "../../../kernel/ids.ts";

/** Where an operation stands in the journal: its transaction (digits), and its place within that. */
export interface Place {
  readonly position: string;
  readonly place: number;
}

/** A merge, with the places of what has made and what has undone it. */
export interface PlacedMerge {
  readonly id: MergeId;
  readonly survivorId: MemberId;
  readonly absorbedId: MemberId;
  readonly at: Place;
  readonly undone: { readonly by: OperationId; readonly at: Place } | null;
}

/** Since when a profile is at home with a member. */
export interface Homecoming {
  readonly profileId: ProfileId;
  readonly homeId: MemberId;
  readonly at: Place;
}

/** Whoever something is of: of a profile, else of a member that was named by its id. */
export interface Who {
  readonly profile: ProfileId | null;
  readonly member: MemberId | null;
}

export class Timeline {
  readonly #merges: ReadonlyMap<MemberId, readonly PlacedMerge[]>;
  readonly #homes: ReadonlyMap<ProfileId, readonly Homecoming[]>;
  /** Places at which anybody came or left, in order. */
  readonly changes: readonly Place[];

  constructor(merges: readonly PlacedMerge[], homecomings: readonly Homecoming[]) {
    this.#merges = listsBy(merges, ({ absorbedId }) => absorbedId);
    this.#homes = listsBy(homecomings, ({ profileId }) => profileId);
    const all = merges.flatMap(({ at, undone }) => (undone === null ? [at] : [at, undone.at]));
    this.changes = [...all, ...homecomings.map(({ at }) => at)].sort(byPlace);
  }

  /** In whose wallet a member's bonuses are from a place on, until something changes. */
  rootOf(member: MemberId, at: Place): MemberId {
    let root = member;
    for (;;) {
      const into = this.#merges.get(root)?.find((merge) => stands(merge, at));
      if (into === undefined) return root;
      root = into.survivorId;
    }
  }

  /** The same of whoever something is of; undefined where that is not there yet. */
  walletOf({ profile, member }: Who, at: Place): MemberId | undefined {
    const home = profile === null ? member : this.homeOf(profile, at);
    return home === undefined || home === null ? undefined : this.rootOf(home, at);
  }

  homeOf(profile: ProfileId, at: Place): MemberId | undefined {
    return this.#homes.get(profile)?.findLast((home) => !isBefore(at, home.at))?.homeId;
  }
}

function listsBy<K, V extends { readonly at: Place }>(all: readonly V[], keyOf: (one: V) => K): Map<K, V[]> {
  const lists = new Map<K, V[]>();
  for (const one of all.toSorted((a, b) => byPlace(a.at, b.at))) {
    const list = lists.get(keyOf(one));
    if (list === undefined) lists.set(keyOf(one), [one]);
    else list.push(one);
  }
  return lists;
}

const stands = ({ at: from, undone }: PlacedMerge, at: Place): boolean =>
  !isBefore(at, from) && (undone === null || isBefore(at, undone.at));

export const isSame = (one: Place, other: Place): boolean =>
  one.position === other.position && one.place === other.place;

/** Digits without leading zeros: the longer ones are more. */
export function isBefore({ position: one, place }: Place, { position: other, place: otherPlace }: Place): boolean {
  if (one === other) return place < otherPlace;
  return one.length === other.length ? one < other : one.length < other.length;
}

export const byPlace = (one: Place, other: Place): number => (isSame(one, other) ? 0 : isBefore(one, other) ? -1 : 1);

/** How many of some places, which are in order, stand before another one or at it. */
export function countUpTo(places: readonly Place[], at: Place): number {
  let [least, most] = [0, places.length];
  while (least < most) {
    const middle = (least + most) >> 1;
    const place = places[middle];
    if (place !== undefined && isBefore(at, place)) most = middle;
    else least = middle + 1;
  }
  return least;
}

/** Just before a place. */
export const before = ({ position, place }: Place): Place => ({ position, place: place - 1 });
