/**
 * In which wallets a member's bonuses have been, one after another: its own, and those of all whom it was part of, directly
 * or not. Merges bring it into another, and what undoes them out of it again. Pure.
 */
import { as, type MemberId, type MergeId, type OperationId } from "../../../kernel/ids.ts";
import type { Side } from "./shares.ts";

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

/** A stay in one wallet: from the operation at `from` (included) up to that at `to` (not included); null: until today. */
export interface Span {
  readonly wallet: MemberId;
  readonly from: Place;
  readonly to: Place | null;
  /** What had been in the wallet before was others', or was its own; or (a merge was undone) there was nothing. */
  readonly before: "others" | "own" | "nothing";
  /** Ended by a parting: what was left in the wallet is others'. */
  readonly isLeft: boolean;
  /** Of those who leave now, whose stay it was: his, and of whoever had become part of him by then; null: of all of them. */
  readonly of: MemberId | null;
}

/** From a place (included) up to another (not included). */
interface Stayed {
  readonly from: Place;
  readonly to: Place;
}

interface Arrival {
  readonly by: OperationId;
  readonly at: Place;
  readonly from: MemberId;
  readonly wallet: MemberId;
}

/** Since when, and in which wallets, some were one with others. */
export interface Together {
  readonly spans: readonly Span[];
  /** The merge by which those who leave came, from which wallet and to which; null: a registration did. */
  readonly arrival: Arrival | null;
  /** Which side came by an operation; by any other who is one with them came others, who count as those who stay. */
  readonly brought: readonly (readonly [by: OperationId, side: Side])[];
  /** When others were part of those who leave now, or of a part of theirs, who had left by the end of it. */
  readonly thirds: readonly Stayed[];
  /** By which those wallets became one another: what moved so has moved nothing from one side to the other. */
  readonly between: readonly OperationId[];
  /** Merges that stand: by which those who leave have become part of each other, and since when. */
  readonly standing: readonly PlacedMerge[];
}

/** What has brought a profile to its home, and where that stands. */
export interface Homecoming {
  readonly by: OperationId;
  readonly at: Place;
  /** A parting, which has made that home for it: what was in the wallet then is its own. Else its registration. */
  readonly isParting: boolean;
}

/** A profile, since it came to its home: there, and wherever that was. */
export function togetherByProfile(
  homeId: MemberId,
  { by, at, isParting }: Homecoming,
  merges: readonly PlacedMerge[],
): Together {
  const since = isParting
    ? ({ from: { position: at.position, place: at.place + 1 }, before: "own" } as const)
    : ({ from: at, before: "others" } as const);
  const spans = spansOf(homeId, merges, { ...since, to: null, of: null });
  return {
    spans,
    arrival: null,
    brought: isParting ? [] : [[by, "leaving"]],
    thirds: [],
    between: changesIn(merges, spans, false),
    standing: [],
  };
}

/**
 * Those whom a merge has brought: since that merge. Where others had become part of them before, who have left after the
 * merge, since those came: whoever was one with both then may have paid them. A profile that has parted alone is told as one of
 * those others.
 */
export function togetherByMerge(merge: PlacedMerge, merges: readonly PlacedMerge[]): Together {
  const { absorbedId, at } = merge;
  const early = earlyOf(absorbedId, at, merges, at);
  const spans = spansOf(absorbedId, merges, { from: at, to: null, before: "others", of: absorbedId });
  return {
    spans: [...early.spans, ...spans],
    arrival: { by: as("opn", merge.id), at, from: absorbedId, wallet: merge.survivorId },
    brought: [...early.brought, ...(early.spans.length === 0 ? [as("opn", merge.id)] : [])].map((by) => [
      by,
      "leaving",
    ]),
    thirds: early.thirds,
    // What has brought them is not between where they were told before.
    between: [...early.between, ...changesIn(merges, spans, early.spans.length > 0)],
    standing: merges.filter(({ undone }) => undone === null),
  };
}

interface Early {
  readonly spans: readonly Span[];
  readonly thirds: readonly Stayed[];
  /** By which others of those who leave came meanwhile, of whom there is nothing to tell from before. */
  readonly brought: readonly OperationId[];
  /** By which those came of whom there is. */
  readonly between: readonly OperationId[];
}

/**
 * What a member, and those who are part of it, had to do before `until` with others who have left after `after`; and from then
 * on with whoever was there when it begins, though he had left by `after`: what he had, and took, was not the member's own.
 */
function earlyOf(member: MemberId, until: Place, merges: readonly PlacedMerge[], after: Place): Early {
  const into = merges.filter(
    ({ survivorId, at, undone }) =>
      survivorId === member && isBefore(at, until) && (undone === null || isBefore(after, undone.at)),
  );
  const parts = into
    .filter(({ undone }) => undone === null)
    .map((part) => ({ ...part, early: earlyOf(part.absorbedId, part.at, merges, later(after, part.at)) }));
  const concerned = parts.filter(({ early }) => early.spans.length > 0);
  const since = [...into.filter(({ undone }) => undone !== null), ...concerned].map(({ at }) => at);
  if (since.length === 0) return { spans: [], thirds: [], brought: [], between: [] };
  const from = beginningOf(
    member,
    since.reduce((one, other) => (isBefore(other, one) ? other : one)),
    merges,
  );
  if (isBefore(from, after)) return earlyOf(member, until, merges, from);
  const others = parts.filter(({ early, at }) => early.spans.length === 0 && isBefore(from, at));
  const own = spansOf(member, merges, { from, to: until, before: "own", of: member });
  return {
    spans: [...concerned.flatMap(({ early }) => early.spans), ...own],
    thirds: [
      ...concerned.flatMap(({ early }) => early.thirds),
      ...into.flatMap(({ at, undone }) => (undone === null ? [] : [{ from: at, to: undone.at }])),
    ],
    brought: [...concerned.flatMap(({ early }) => early.brought), ...others.map(({ id }) => as("opn", id))],
    between: [
      ...concerned.flatMap(({ early, id }) => [...early.between, as("opn", id)]),
      ...changesIn(merges, own, false),
    ],
  };
}

/** Where a member was part of another then, what it had of its own is only known from just before it became that. */
function beginningOf(member: MemberId, from: Place, merges: readonly PlacedMerge[]): Place {
  const within = ofAbsorbed(merges, member).find(({ at, undone }) =>
    isWithin(from, { from: at, to: undone?.at ?? null }),
  );
  return within === undefined ? from : { position: within.at.position, place: within.at.place - 1 };
}

type Stay = Pick<Span, "wallet" | "from" | "to">;

/** The wallets of a member from one place to another, by merges whether they stand or not. */
function spansOf(
  member: MemberId,
  merges: readonly PlacedMerge[],
  { from, to, before, of }: Omit<Stay, "wallet"> & Pick<Span, "before" | "of">,
): Span[] {
  return staysOf(member, merges, from, to).map((stay, index) => ({
    ...stay,
    before: index === 0 ? before : merges.some(({ at }) => isSame(at, stay.from)) ? "others" : "nothing",
    isLeft: merges.some(({ undone }) => undone !== null && stay.to !== null && isSame(undone.at, stay.to)),
    of,
  }));
}

function staysOf(member: MemberId, merges: readonly PlacedMerge[], from: Place, to: Place | null): Stay[] {
  const stays: Stay[] = [];
  let at = from;
  for (const merge of ofAbsorbed(merges, member)) {
    const end = earlier(merge.undone?.at ?? null, to);
    if ((end !== null && !isBefore(at, end)) || (to !== null && !isBefore(merge.at, to))) continue;
    const start = isBefore(at, merge.at) ? merge.at : at;
    if (isBefore(at, start)) stays.push({ wallet: member, from: at, to: start });
    stays.push(...staysOf(merge.survivorId, merges, start, end));
    if (end === null) return stays;
    at = end;
  }
  if (to === null || isBefore(at, to)) stays.push({ wallet: member, from: at, to });
  return stays;
}

const ofAbsorbed = (merges: readonly PlacedMerge[], member: MemberId): PlacedMerge[] =>
  merges.filter(({ absorbedId }) => absorbedId === member).sort((one, other) => (isBefore(one.at, other.at) ? -1 : 1));

/** Since when a member is one with another, of which it has become part, directly or not; null: it is that one. Undefined: it is not. */
export function partSince(standing: readonly PlacedMerge[], member: MemberId, of: MemberId): Place | null | undefined {
  if (member === of) return null;
  const merge = standing.find(({ absorbedId }) => absorbedId === member);
  const since = merge === undefined ? undefined : partSince(standing, merge.survivorId, of);
  return merge === undefined || since === undefined ? undefined : since === null ? merge.at : later(since, merge.at);
}

/** What has brought them from each of these wallets into the next one; and into the first, where that counts too. */
const changesIn = (merges: readonly PlacedMerge[], spans: readonly Span[], countsFirst: boolean): OperationId[] =>
  (countsFirst ? spans : spans.slice(1)).flatMap(({ from }) => operationAt(merges, from));

/** What has made or undone a merge there. */
const operationAt = (merges: readonly PlacedMerge[], place: Place): OperationId[] =>
  merges.flatMap(({ id, at, undone }) => [
    ...(isSame(at, place) ? [as("opn", id)] : []),
    ...(undone !== null && isSame(undone.at, place) ? [undone.by] : []),
  ]);

/** From a place (included) up to another (not included); null: until today. */
export const isWithin = (at: Place, { from, to }: { readonly from: Place; readonly to: Place | null }): boolean =>
  !isBefore(at, from) && (to === null || isBefore(at, to));

const isSame = (one: Place, other: Place): boolean => one.position === other.position && one.place === other.place;

export const isBefore = (one: Place, other: Place): boolean =>
  one.position === other.position ? one.place < other.place : BigInt(one.position) < BigInt(other.position);

/** Null is never. */
const earlier = (one: Place | null, other: Place | null): Place | null =>
  one === null ? other : other === null ? one : isBefore(one, other) ? one : other;

const later = (one: Place, other: Place): Place => (isBefore(one, other) ? other : one);
