/** A change of a lot's terms is a fact with its reason, written by whoever decides it. */
import { describe, expect, test } from "vitest";
import { applyDue } from "../../src/ledger/posting/due.ts";
import { clawBack, giveBack, undoClawBack } from "../../src/ledger/posting/giveback.ts";
import { extend, grant } from "../../src/ledger/posting/grant.ts";
import { moveLot } from "../../src/ledger/posting/move.ts";
import { spend } from "../../src/ledger/posting/spend.ts";
import { day, draftOn, EVERYWHERE, grantOf, lot, lotId, openHold, OTHER, part, termsOf, walletOf } from "./wallets.ts";

describe("the end of a lot is moved, and the draft says why", () => {
  test("by a later purchase, for each lot that it extends", () => {
    const draft = draftOn(10, {
      lots: [
        lot("1", { available: 1n, to: 20 }),
        lot("2", { available: 1n, to: 90 }),
        lot("3", { pending: 1n, from: 14, to: 30 }),
        lot("4", { available: 1n, to: 20, kind: "promo" }),
      ],
    });
    extend(draft, new Set(["ordinary"]), day(60), day(10));
    expect(termsOf(draft)).toEqual(["1 extension: 20 > 60", "3 extension: 30 > 60"]);
  });

  test("by the grace of a return, and not where the lot lives longer than that", () => {
    const draft = draftOn(20, { lots: [lot("1", { to: 10, closed: true }), lot("2", { to: 50 })] });
    giveBack(draft, [part("1", 1n), part("2", 1n)], "mvideo", day(34), day(20));
    expect(termsOf(draft)).toEqual(["1 grace: 10 > 34"]);
  });

  test("by the grace of a reversal that undoes a clawback", () => {
    const draft = draftOn(5, { lots: [lot("1", { available: 3n, to: 9 })] });
    const cover = clawBack(draft, lotId("1"), 3n, day(5));
    undoClawBack(draft, lotId("1"), cover, day(19), day(5));
    expect(termsOf(draft)).toEqual(["1 grace: 9 > 19"]);
  });

  test("each time that it is moved, in order", () => {
    const draft = draftOn(10, { lots: [lot("1", { available: 2n, to: 20 })] });
    const parts = spend(draft, 1n, "mvideo", EVERYWHERE, day(10));
    giveBack(draft, parts, "mvideo", day(24), day(10));
    extend(draft, new Set(["ordinary"]), day(60), day(10));
    expect(termsOf(draft)).toEqual(["1 grace: 20 > 24", "1 extension: 24 > 60"]);
  });

  test("by no purchase that finds nothing to extend, be it that a hold keeps alive what has ended: nothing is written", () => {
    const wallet = walletOf({
      lots: [lot("1", { held: 2n, to: 20 }), lot("2", { available: 1n, to: 30 })],
      holds: [openHold("1", 40, [part("1", 2n)])],
    });
    const first = draftOn(25, wallet);
    extend(first, new Set(["ordinary"]), day(60), day(25));
    expect(termsOf(first)).toEqual(["2 extension: 30 > 60"]);
    first.accept(day(25));
    expect(wallet.soonestEnds).toEqual({ ordinary: day(20) });
    const again = draftOn(25, wallet);
    extend(again, new Set(["ordinary"]), day(60), day(25));
    expect(again.changed).toBe(false);
  });

  test("by nothing else: what is granted, spent, due or moved away keeps its end", () => {
    const draft = draftOn(1, { lots: [lot("1", { available: 5n, to: 20 })] });
    grant(draft, grantOf("2", 9n, { from: 2, to: 30 }), day(1), day(1));
    spend(draft, 1n, "mvideo", EVERYWHERE, day(1));
    applyDue(draft, day(25));
    const other = draftOn(25, { memberId: OTHER });
    moveLot(draft, lotId("2"), other, day(25));
    expect([...draft.terms, ...other.terms]).toEqual([]);
  });
});

test("a lot that comes back from another wallet brings the end that it got there, to the row that stayed behind", () => {
  const [here, there] = [walletOf({ lots: [lot("1", { available: 3n, to: 40 })] }), walletOf({ memberId: OTHER })];
  const away = [draftOn(0, here), draftOn(0, there)] as const;
  moveLot(away[0], lotId("1"), away[1], day(0));
  extend(away[1], new Set(["ordinary"]), day(60), day(0));
  expect(termsOf(away[0])).toEqual([]);
  expect(termsOf(away[1])).toEqual(["1 extension: 40 > 60"]);
  for (const draft of away) draft.accept(day(0));
  const back = [draftOn(1, there), draftOn(1, here)] as const;
  moveLot(back[0], lotId("1"), back[1], day(1));
  expect(termsOf(back[0])).toEqual([]);
  expect(termsOf(back[1])).toEqual(["1 move: 40 > 60"]);
  expect(back[1].lot(lotId("1"))).toMatchObject({ available: 3n, expiresAt: day(60), closed: false });
});
