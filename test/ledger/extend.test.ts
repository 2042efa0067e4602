/** Later purchases extend ordinary bonuses. */
import { describe, expect, test } from "vitest";
import type { LotKind } from "../../src/ledger/account.ts";
import { applyDue } from "../../src/ledger/posting/due.ts";
import { extend } from "../../src/ledger/posting/grant.ts";
import { giveBack } from "../../src/ledger/posting/giveback.ts";
import { spend } from "../../src/ledger/posting/spend.ts";
import { day, draftOn, EVERYWHERE, lot, lotsOf, openHold, part, termsOf } from "./wallets.ts";

const ORDINARY: ReadonlySet<LotKind> = new Set(["ordinary"]);

describe("a later purchase moves the end", () => {
  test("of lots of the given kinds, at every brand, waiting, free or spent, and of no others", () => {
    const draft = draftOn(10, {
      lots: [
        lot("1", { available: 1n, to: 20 }),
        lot("2", { available: 1n, to: 21, issuer: "eldorado" }),
        lot("3", { pending: 1n, from: 14, to: 22 }),
        lot("4", { to: 23 }),
        lot("5", { available: 1n, to: 20, kind: "promo" }),
        lot("6", { available: 1n, to: 20, kind: "compensation" }),
      ],
    });
    extend(draft, ORDINARY, day(60), day(10));
    expect(draft.transfers).toEqual([]);
    expect(termsOf(draft)).toEqual([
      "1 extension: 20 > 60",
      "2 extension: 21 > 60",
      "3 extension: 22 > 60",
      "4 extension: 23 > 60",
    ]);
    expect(lotsOf(draft)).toEqual([
      "5 0/1/0 to 20",
      "6 0/1/0 to 20",
      "1 0/1/0 to 60",
      "2 0/1/0 to 60",
      "4 0/0/0 to 60",
      "3 1/0/0 to 60",
    ]);
  });

  test("never to an earlier one", () => {
    const draft = draftOn(10, { lots: [lot("1", { available: 1n, to: 90 }), lot("2", { available: 1n, to: 60 })] });
    extend(draft, ORDINARY, day(60), day(10));
    expect(termsOf(draft)).toEqual([]);
    expect(draft.changed).toBe(false);
  });

  test("of nothing that has ended, though a hold keeps it alive", () => {
    const draft = draftOn(20, {
      lots: [lot("1", { held: 2n, to: 20 }), lot("2", { to: 20, closed: true }), lot("3", { available: 1n, to: 20 })],
      holds: [openHold("1", 30, [part("1", 2n)])],
    });
    extend(draft, ORDINARY, day(60), day(20));
    expect(termsOf(draft)).toEqual([]);
    applyDue(draft, day(30));
    expect(draft.totals()).toMatchObject({ available: 0n, held: 0n });
  });

  test("up to the last millisecond before it", () => {
    const draft = draftOn(10, { lots: [lot("1", { available: 1n, to: 20 })] });
    applyDue(draft, day(20) - 1);
    extend(draft, ORDINARY, day(60), day(20) - 1);
    expect(termsOf(draft)).toEqual(["1 extension: 20 > 60"]);
    applyDue(draft, day(59));
    expect(draft.totals().available).toBe(1n);
    applyDue(draft, day(60));
    expect(draft.totals().available).toBe(0n);
  });
});

test("lots burn by their new ends, and keep them when what they had comes back", () => {
  const draft = draftOn(10, {
    lots: [lot("1", { available: 2n, to: 20 }), lot("2", { available: 2n, to: 30, kind: "promo" })],
  });
  extend(draft, ORDINARY, day(60), day(10));
  const parts = spend(draft, 3n, "mvideo", EVERYWHERE, day(10));
  expect(parts).toEqual([part("2", 2n), part("1", 1n)]);
  giveBack(draft, parts, "mvideo", day(35), day(21));
  expect(lotsOf(draft)).toEqual(["2 0/2/0 to 35", "1 0/2/0 to 60"]);
});
