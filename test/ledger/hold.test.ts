/** A hold: captured at once or in parts, given back, put back where its sale is undone; what has left it is written down. */
import { describe, expect, test } from "vitest";
import { BrokenInvariant } from "../../src/kernel/assert.ts";
import { amountOf, capturedOf, divideParts, leftIn } from "../../src/ledger/hold.ts";
import { applyDue } from "../../src/ledger/posting/due.ts";
import { captureFrom, holdAgain, releaseFrom, restoreTo } from "../../src/ledger/posting/held.ts";
import { hold, spendable } from "../../src/ledger/posting/spend.ts";
import { by, day, draftOn, EVERYWHERE, lot, lotsOf, openHold, part, posted } from "./wallets.ts";

describe("a hold", () => {
  test("pins lots in burn order, and what it pins is not spendable", () => {
    const draft = draftOn(5, { lots: [lot("1", { available: 4n, to: 20 }), lot("2", { available: 4n, to: 30 })] });
    expect(hold(draft, 6n, "mvideo", EVERYWHERE, day(5))).toEqual([part("1", 4n), part("2", 2n)]);
    expect(spendable(draft, "mvideo", EVERYWHERE)).toBe(2n);
    expect(draft.totals()).toMatchObject({ available: 2n, held: 6n });
  });

  test("captured in part gives the rest back to the lots that it was pinned to", () => {
    const held = openHold("1", 9, [part("1", 4n), part("2", 2n)]);
    const draft = draftOn(5, { lots: [lot("1", { held: 4n, to: 20 }), lot("2", { held: 2n, to: 30 })], holds: [held] });
    const after = captureFrom(draft, held, [part("1", 3n)], by(5));
    expect(after.status).toBe("open");
    if (after.status !== "open") return;
    const ended = releaseFrom(draft, after, leftIn(after), by(5));
    expect(ended).toMatchObject({ status: "captured", endedAt: day(5) });
    expect(capturedOf(ended)).toBe(3n);
    expect(posted(draft)).toEqual([
      "spend mvideo: held > redemption 3 (1, 5)",
      "release mvideo: held > available 1 (1, 5)",
      "release mvideo: held > available 2 (2, 5)",
    ]);
    expect(lotsOf(draft)).toEqual(["1 0/1/0 to 20", "2 0/2/0 to 30"]);
  });

  test("captured in parts ends with the last of them", () => {
    const held = openHold("1", 9, [part("1", 4n)]);
    const draft = draftOn(5, { lots: [lot("1", { held: 4n })], holds: [held] });
    captureFrom(draft, held, [part("1", 3n)], by(5));
    const open = draft.openHold(held.id);
    expect(open === undefined ? [] : leftIn(open)).toEqual([part("1", 1n)]);
    if (open !== undefined) captureFrom(draft, open, [part("1", 1n)], by(6));
    expect(draft.openHold(held.id)).toBeUndefined();
    expect(draft.hold(held.id)).toMatchObject({ status: "captured", endedAt: day(6) });
  });

  test("may be captured after its lots have ended; the rest of them is lost", () => {
    const held = openHold("1", 30, [part("1", 4n)]);
    const draft = draftOn(25, { lots: [lot("1", { held: 4n, to: 20 })], holds: [held] });
    const after = captureFrom(draft, held, [part("1", 3n)], by(25));
    if (after.status === "open") releaseFrom(draft, after, leftIn(after), by(25));
    expect(posted(draft)).toEqual([
      "spend mvideo: held > redemption 3 (1, 25)",
      "release mvideo: held > available 1 (1, 25)",
      "expiry mvideo: available > breakage 1 (1, 25)",
    ]);
    expect(lotsOf(draft)).toEqual(["1 0/0/0 to 20 closed"]);
  });

  test("what time gives back is what is left of it", () => {
    const held = openHold("1", 9, [part("1", 4n)]);
    const draft = draftOn(5, { lots: [lot("1", { held: 4n, to: 20 })], holds: [held] });
    captureFrom(draft, held, [part("1", 3n)], by(5));
    applyDue(draft, day(9));
    expect(posted(draft).slice(1)).toEqual(["release mvideo: held > available 1 (1, 9)"]);
    const ended = draft.hold(held.id);
    expect(ended).toMatchObject({ status: "expired", endedAt: day(9) });
    // And any instant can be told afterwards.
    expect([4, 5, 9].map((n) => amountOf(leftIn(ended ?? held, day(n))))).toEqual([4n, 1n, 0n]);
  });

  test("is open again where a sale that it had paid for is undone, and pins the same lots", () => {
    const held = openHold("1", 9, [part("1", 4n), part("2", 2n, "eldorado")]);
    const lots = [lot("1", { held: 4n, to: 4 }), lot("2", { held: 2n, to: 30, issuer: "eldorado" })];
    const draft = draftOn(3, { lots, holds: [held] });
    const captured = captureFrom(draft, held, held.parts, by(3));
    expect(captured.status).toBe("captured");
    // Its first lot has ended meanwhile: what is held keeps it alive.
    applyDue(draft, day(5));
    const again = restoreTo(draft, captured, held.parts, "mvideo", by(5));
    expect(again.status).toBe("open");
    expect(leftIn(again)).toEqual(held.parts);
    expect(capturedOf(again)).toBe(0n);
    expect(draft.totals()).toMatchObject({ available: 0n, held: 6n });
    expect(posted(draft).slice(-3)).toEqual([
      "unspend mvideo: redemption > held 4 (1, 5)",
      "unspend mvideo: redemption > due_from:eldorado 2 (2, 5)",
      "unspend eldorado: due_to:mvideo > held 2 (2, 5)",
    ]);
  });

  test("pins again what it had given back, and knows it of every instant", () => {
    const held = openHold("1", 9, [part("1", 4n), part("2", 2n)]);
    const lots = [lot("1", { held: 4n, to: 30 }), lot("2", { held: 2n, to: 30 })];
    const draft = draftOn(3, { lots, holds: [held] });
    const released = releaseFrom(draft, held, held.parts, by(3));
    expect(released.status).toBe("released");
    const again = holdAgain(draft, released, [part("1", 3n)], by(5));
    expect(again.status).toBe("open");
    expect(leftIn(again)).toEqual([part("1", 3n)]);
    expect([2, 3, 5].map((n) => amountOf(leftIn(again, day(n))))).toEqual([6n, 0n, 3n]);
    expect(draft.totals()).toMatchObject({ available: 3n, held: 3n });
    expect(posted(draft).slice(-1)).toEqual(["hold mvideo: available > held 3 (1, 5)"]);
    expect(() => holdAgain(draft, again, [part("1", 2n)], by(5))).toThrow(BrokenInvariant);
  });

  test("never gives more than it has pinned", () => {
    const held = openHold("1", 9, [part("1", 4n)]);
    const draft = draftOn(5, { lots: [lot("1", { held: 4n })], holds: [held] });
    expect(() => captureFrom(draft, held, [part("1", 5n)], by(5))).toThrow(BrokenInvariant);
    expect(() => restoreTo(draft, held, [part("1", 1n)], "mvideo", by(5))).toThrow(BrokenInvariant);
  });

  test("is divided part by part, in burn order", () => {
    const parts = [part("1", 4n), part("2", 2n)];
    expect(divideParts(parts, 5n)).toEqual({ first: [part("1", 4n), part("2", 1n)], rest: [part("2", 1n)] });
    expect(divideParts(parts, 4n)).toEqual({ first: [part("1", 4n)], rest: [part("2", 2n)] });
  });
});
