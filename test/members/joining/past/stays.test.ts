/** In which wallets those have been who leave, and since when that has to be told. Pure. */
import { describe, expect, it } from "vitest";
import { as, type MemberId, newUuid, type ProfileId } from "../../../../src/kernel/ids.ts";
import {
  Alone,
  type Births,
  type GoneProfile,
  staysOfMembers,
  staysOfProfile,
} from "../../../../src/members/joining/past/stays.ts";
import { isBefore, type Place, type PlacedMerge, Timeline } from "../../../../src/members/joining/past/timeline.ts";

const hex = () => newUuid(1).replaceAll("-", "");
const [A, B, C, D] = Array.from({ length: 4 }, () => as("mbr", `mbr_${hex()}`)) as [
  MemberId,
  MemberId,
  MemberId,
  MemberId,
];
const P: ProfileId = as("prf", `prf_${hex()}`);
const at = (position: number): Place => ({ position: `${position}`, place: 1 });

/** One becomes part of another at a place, until another place. */
function merged(absorbedId: MemberId, survivorId: MemberId, from: number, until?: number): PlacedMerge {
  const undone = until === undefined ? null : { by: as("opn", `opn_${hex()}`), at: at(until) };
  return { id: as("mrg", `mrg_${hex()}`), absorbedId, survivorId, at: at(from), undone };
}

function staysOf(
  members: readonly MemberId[],
  merges: readonly PlacedMerge[],
  gone: readonly GoneProfile[] = [],
  born: Births = new Map(),
) {
  const [leaving, timeline] = [{ members, profiles: [] }, new Timeline(merges, [])];
  return staysOfMembers(leaving, timeline, new Alone(leaving, timeline, [A, B, C, D], gone), born);
}

describe("places", () => {
  it("are compared as numbers, not as text, and within a transaction by the place", () => {
    expect(isBefore(at(9), at(10))).toBe(true);
    expect(isBefore({ position: "9", place: 2 }, { position: "9", place: 1 })).toBe(false);
  });
});

describe("a timeline", () => {
  it("knows in whose wallet somebody's bonuses are from a place on", () => {
    const timeline = new Timeline([merged(B, A, 3, 7), merged(A, C, 5)], []);
    expect([2, 3, 5, 7].map((position) => timeline.rootOf(B, at(position)))).toEqual([B, A, C, B]);
  });

  it("knows where a profile is at home, once it is anywhere", () => {
    const homes = [
      { profileId: P, homeId: A, at: at(2) },
      { profileId: P, homeId: B, at: at(6) },
    ];
    const timeline = new Timeline([merged(A, C, 4)], homes);
    const who = { profile: P, member: null };
    expect([1, 2, 4, 6].map((position) => timeline.walletOf(who, at(position)))).toEqual([undefined, A, C, B]);
  });
});

describe("those whom a merge has brought", () => {
  it("are told of since they came, from what they had then", () => {
    expect(staysOf([B], [merged(B, A, 5)])).toEqual([
      { wallet: B, from: at(5), to: at(5), isOwn: true },
      { wallet: A, from: at(5), to: null, isOwn: false },
    ]);
  });

  it("go with the survivor into another's wallet, and back", () => {
    expect(staysOf([B], [merged(B, A, 5), merged(A, C, 7, 9)])).toEqual([
      { wallet: B, from: at(5), to: at(5), isOwn: true },
      { wallet: A, from: at(5), to: at(7), isOwn: false },
      { wallet: C, from: at(7), to: at(9), isOwn: false },
      { wallet: A, from: at(9), to: null, isOwn: false },
    ]);
  });

  it("are told of together from the last place at which nobody else was with any of them", () => {
    // C was part of B already when B became part of A; D, who was with B at first, had left before.
    const merges = [merged(D, B, 1, 2), merged(C, B, 3), merged(B, A, 5)];
    expect(staysOf([B, C], merges)[0]).toEqual({ wallet: B, from: at(5), to: at(5), isOwn: true });
  });

  it("are told of from before a third came who has left since", () => {
    const merges = [merged(D, B, 3, 8), merged(B, A, 5)];
    expect(staysOf([B], merges)).toEqual([
      { wallet: B, from: at(3), to: at(5), isOwn: true },
      { wallet: A, from: at(5), to: null, isOwn: false },
    ]);
  });

  it("are told of from before a profile came home with one of them that has parted since", () => {
    const gone = [{ homeId: B, from: at(2), to: at(8) }];
    expect(staysOf([B], [merged(B, A, 5)], gone)[0]).toEqual({ wallet: B, from: at(2), to: at(5), isOwn: true });
    const before = [{ homeId: B, from: at(2), to: at(3) }];
    expect(staysOf([B], [merged(B, A, 5)], before)[0]).toEqual({ wallet: B, from: at(5), to: at(5), isOwn: true });
  });

  it("have what a parting has brought to one of them that was made by it since", () => {
    const gone = [{ homeId: B, from: at(2), to: at(9) }];
    expect(
      staysOf([B, C], [merged(C, B, 6), merged(B, A, 7)], gone, new Map([[C, { at: at(4), isOwn: true }]])),
    ).toEqual([
      { wallet: C, from: { position: "4", place: 2 }, to: at(6), isOwn: true },
      { wallet: B, from: at(2), to: at(7), isOwn: true },
      { wallet: A, from: at(7), to: null, isOwn: false },
    ]);
  });

  it("and were elsewhere, each with others, are told of since then", () => {
    // B was with A and C with D; both left, and C became part of B; then both of A.
    const merges = [merged(B, A, 1, 6), merged(C, D, 2, 5), merged(C, B, 7), merged(B, A, 9)];
    expect(staysOf([B, C], merges)[0]).toEqual({ wallet: B, from: at(9), to: at(9), isOwn: true });
    const mixed = [merged(B, A, 1), merged(C, D, 2, 5), merged(C, B, 7)];
    expect(staysOf([B, C], mixed).map(({ wallet, from }) => [wallet, from.position])).toEqual(
      expect.arrayContaining([
        [B, "1"],
        [A, "1"],
        [D, "2"],
      ]),
    );
  });
});

describe("a profile that goes alone", () => {
  it("is told of since it came home, where it had nothing", () => {
    expect(staysOfProfile(A, { at: at(3), isParting: false }, new Timeline([merged(A, C, 5)], []))).toEqual([
      { wallet: A, from: at(3), to: at(5), isOwn: false },
      { wallet: C, from: at(5), to: null, isOwn: false },
    ]);
  });

  it("has for its own what a parting has brought there with it", () => {
    expect(staysOfProfile(A, { at: at(3), isParting: true }, new Timeline([], []))).toEqual([
      { wallet: A, from: { position: "3", place: 2 }, to: null, isOwn: true },
    ]);
  });
});

it("a wallet is somebody's alone where nobody else is in it", () => {
  const timeline = new Timeline([merged(B, A, 5, 8)], []);
  const alone = new Alone({ members: [A], profiles: [] }, timeline, [A, B], []);
  expect([4, 5, 8].map((position) => alone.isTheirs(A, at(position)))).toEqual([true, false, true]);
  expect([4, 5].map((position) => alone.areThere(B, at(position)))).toEqual([false, false]);
});
