import { describe, expect, test } from "vitest";
import { BrokenInvariant } from "../../src/kernel/assert.ts";
import { sourceOf } from "../../src/ledger/account.ts";
import { checkLot, compareLots, nextMoveAt, nextTurnAt } from "../../src/ledger/lot.ts";
import { transfer } from "../../src/ledger/transfer.ts";
import { day, lot } from "./wallets.ts";

const NEVER = Number.POSITIVE_INFINITY;

test("burn order is soonest end, then soonest beginning, then id, and the same from any order of rows", () => {
  const ordered = [
    lot("9", { from: 5, to: 10 }),
    lot("1", { from: 6, to: 10 }),
    lot("2", { from: 6, to: 10 }),
    lot("0", { from: 0, to: 11 }),
  ];
  for (let turn = 0; turn < ordered.length; turn += 1) {
    const rows = [...ordered.slice(turn), ...ordered.slice(0, turn)];
    expect(rows.toSorted(compareLots)).toEqual(ordered);
    expect(rows.toReversed().toSorted(compareLots)).toEqual(ordered);
  }
  for (const one of ordered) expect(compareLots(one, one)).toBe(0);
});

describe("time moves a lot next", () => {
  test.each([
    ["waiting: at its beginning", { pending: 5n }, day(3), day(3)],
    ["waiting, a part free already: at its beginning", { pending: 5n, available: 1n }, day(3), day(3)],
    ["free: at its end", { available: 5n }, day(9), day(9)],
    ["free and held: at its end", { available: 5n, held: 2n }, day(9), day(9)],
    ["held: never, the hold ends by itself", { held: 5n }, NEVER, NEVER],
    ["empty: it closes at its end, and nothing moves", {}, NEVER, day(9)],
    ["closed: never", { closed: true }, NEVER, NEVER],
  ])("%s", (_, terms, move, turn) => {
    const some = lot("1", { from: 3, to: 9, ...terms });
    expect(nextMoveAt(some)).toBe(move);
    expect(nextTurnAt(some)).toBe(turn);
  });
});

describe("a lot is never", () => {
  test.each([
    ["below zero, waiting", { pending: -1n }],
    ["below zero, free", { available: -1n }],
    ["below zero, held", { held: -1n }],
    ["over before it begins", { from: 9, to: 8 }],
    ["over as it begins", { from: 9, to: 9 }],
    ["closed while something waits in it", { closed: true, pending: 1n }],
    ["closed while something is free in it", { closed: true, available: 1n }],
    ["closed while something is held in it", { closed: true, held: 1n }],
  ])("%s", (_, terms) => {
    expect(() => checkLot(lot("1", terms))).toThrow(BrokenInvariant);
    const sound = lot("1", { available: 1n });
    expect(checkLot(sound)).toBe(sound);
  });
});

describe("a transfer", () => {
  const sound = {
    entity: "mvideo",
    debit: "available",
    credit: "redemption",
    amount: 1n,
    memberId: null,
    lotId: null,
    event: "spend",
    occurredAt: 0,
  } as const;

  test.each([
    ["of nothing", { amount: 0n }],
    ["of less than nothing", { amount: -1n }],
    ["from an account to itself", { credit: "available" as const }],
  ])("%s is refused", (_, change) => {
    expect(() => transfer({ ...sound, ...change })).toThrow(BrokenInvariant);
    expect(transfer(sound)).toEqual(sound);
  });
});

test("a grant is charged to the issuance of its kind, an opening balance to the migration", () => {
  expect(sourceOf("ordinary")).toBe("issuance:ordinary");
  expect(sourceOf("compensation")).toBe("issuance:compensation");
  expect(sourceOf("opening")).toBe("opening");
});
