/** In which wallets members were one, by merges and partings at places of the journal. Pure. */
import { describe, expect, it } from "vitest";
import { as, type MemberId, newUuid, type OperationId } from "../../../../src/kernel/ids.ts";
import {
  isBefore,
  type Place,
  type PlacedMerge,
  togetherByMerge,
  togetherByProfile,
} from "../../../../src/members/joining/past/past-spans.ts";

const hex = () => newUuid(1).replaceAll("-", "");
const [a, b, c, d]: MemberId[] = Array.from({ length: 4 }, () => as("mbr", `mbr_${hex()}`)) as never;
const [A, B, C, D] = [a, b, c, d] as [MemberId, MemberId, MemberId, MemberId];
const at = (position: number): Place => ({ position: `${position}`, place: 1 });
const operation = (): OperationId => as("opn", `opn_${hex()}`);

/** One becomes part of another at a place, until another place. */
function merged(absorbedId: MemberId, survivorId: MemberId, from: number, until?: number): PlacedMerge {
  const undone = until === undefined ? null : { by: operation(), at: at(until) };
  return { id: as("mrg", `mrg_${hex()}`), absorbedId, survivorId, at: at(from), undone };
}

const opened = (merge: PlacedMerge): OperationId => as("opn", merge.id);

describe("places", () => {
  it("are compared as numbers, not as text, and within a transaction by the place", () => {
    expect(isBefore(at(9), at(10))).toBe(true);
    expect(isBefore({ position: "9", place: 2 }, { position: "9", place: 1 })).toBe(false);
  });
});

describe("whoever a merge has brought", () => {
  it("is in the survivor's wallet since", () => {
    const merge = merged(B, A, 5);
    const { spans, brought, between, arrival } = togetherByMerge(merge, [merge]);
    expect(spans).toEqual([{ wallet: A, from: at(5), to: null, before: "others", isLeft: false, of: B }]);
    expect([brought, between]).toEqual([[[opened(merge), "leaving"]], []]);
    expect(arrival).toEqual({ by: opened(merge), at: at(5), from: B, wallet: A });
  });

  it("goes with the survivor into another's wallet, and back, which moves nothing between the two", () => {
    const merge = merged(B, A, 5);
    const outer = merged(A, C, 7, 9);
    const { spans, between } = togetherByMerge(merge, [merge, outer]);
    expect(spans).toEqual([
      { wallet: A, from: at(5), to: at(7), before: "others", isLeft: false, of: B },
      { wallet: C, from: at(7), to: at(9), before: "others", isLeft: true, of: B },
      { wallet: A, from: at(9), to: null, before: "nothing", isLeft: false, of: B },
    ]);
    expect(between).toEqual([opened(outer), outer.undone?.by]);
  });

  it("counts from when others came who have left after the merge", () => {
    const inner = merged(C, B, 3, 8);
    const merge = merged(B, A, 5);
    const { spans, brought, between } = togetherByMerge(merge, [inner, merge]);
    expect(spans).toEqual([
      { wallet: B, from: at(3), to: at(5), before: "own", isLeft: false, of: B },
      { wallet: A, from: at(5), to: null, before: "others", isLeft: false, of: B },
    ]);
    // C is one of those who stay; that B went into A's wallet has moved nothing.
    expect([brought, between]).toEqual([[], [opened(merge)]]);
  });

  it("counts only since the merge where others had left before it", () => {
    const inner = merged(C, B, 3, 4);
    const merge = merged(B, A, 5);
    expect(togetherByMerge(merge, [inner, merge]).spans.map(({ from }) => from)).toEqual([at(5)]);
  });

  it("counts from when others came who were there when those came, though they had left before the merge", () => {
    const first = merged(D, B, 2, 4);
    const inner = merged(C, B, 3, 8);
    const merge = merged(B, A, 5);
    const { spans, brought } = togetherByMerge(merge, [first, inner, merge]);
    expect(spans.map(({ wallet, from, to }) => [wallet, from, to])).toEqual([
      [B, at(2), at(5)],
      [A, at(5), null],
    ]);
    expect(brought).toEqual([]);
    const sooner = merged(D, B, 1, 2);
    expect(togetherByMerge(merge, [sooner, inner, merge]).spans[0]?.from).toEqual(at(3));
  });

  it("brings its own parts along, who came while a third was there", () => {
    const third = merged(C, B, 2, 8);
    const part = merged(D, B, 3);
    const merge = merged(B, A, 5);
    const { brought } = togetherByMerge(merge, [third, part, merge]);
    expect(brought).toEqual([[opened(part), "leaving"]]);
  });

  it("has a part that was one with a third: told once, from there", () => {
    const third = merged(C, D, 2, 8);
    const part = merged(D, B, 3);
    const merge = merged(B, A, 5);
    const { spans, brought, between } = togetherByMerge(merge, [third, part, merge]);
    expect(spans.map(({ wallet, from, to, before }) => [wallet, from, to, before])).toEqual([
      [D, at(2), at(3), "own"],
      [B, at(3), at(5), "own"],
      [A, at(5), null, "others"],
    ]);
    expect(brought).toEqual([]);
    expect(new Set(between)).toEqual(new Set([opened(part), opened(merge)]));
  });
});

describe("a profile", () => {
  it("is wherever its home is, since it was linked to it", () => {
    const by = operation();
    const merge = merged(B, A, 5);
    const { spans, arrival, brought, between } = togetherByProfile(B, { by, at: at(2), isParting: false }, [merge]);
    expect(spans.map(({ wallet, from, to }) => [wallet, from, to])).toEqual([
      [B, at(2), at(5)],
      [A, at(5), null],
    ]);
    expect([arrival, brought, between]).toEqual([null, [[by, "leaving"]], [opened(merge)]]);
  });
});
