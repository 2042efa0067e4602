/** Earned bonuses are clawed back: pending first, then that lot, then other lots, then debt. */
import { describe, expect, test } from "vitest";
import { applyDue } from "../../src/ledger/posting/due.ts";
import { clawBack, undoClawBack } from "../../src/ledger/posting/giveback.ts";
import { grant } from "../../src/ledger/posting/grant.ts";
import { spend } from "../../src/ledger/posting/spend.ts";
import { day, debtsOf, draftOn, EVERYWHERE, grantOf, lot, lotId, lotsOf, openHold, part, posted } from "./wallets.ts";

describe("a clawback takes", () => {
  test("what still waits in the lot, and touches nothing else", () => {
    const draft = draftOn(5, { lots: [lot("1", { pending: 10n, from: 14 }), lot("2", { available: 10n, to: 20 })] });
    expect(clawBack(draft, lotId("1"), 7n, day(5))).toEqual({
      parts: [{ ...part("1", 7n), from: "pending" }],
      debt: 0n,
    });
    expect(posted(draft)).toEqual(["clawback mvideo: pending > issuance:ordinary 7 (1, 5)"]);
    expect(lotsOf(draft)).toEqual(["2 0/10/0 to 20", "1 3/0/0 to 100"]);
  });

  test("pending, then the lot, then other lots in burn order, then debt; never what waits or is held elsewhere", () => {
    const draft = draftOn(5, {
      lots: [
        lot("1", { pending: 1n, available: 2n, held: 50n, from: 14, to: 90 }),
        lot("2", { available: 3n, to: 30 }),
        lot("3", { available: 4n, to: 20, issuer: "eldorado" }),
        lot("4", { pending: 50n, from: 20, to: 30 }),
        lot("5", { held: 50n, to: 15 }),
      ],
    });
    expect(clawBack(draft, lotId("1"), 15n, day(5))).toEqual({
      parts: [
        { ...part("1", 1n), from: "pending" },
        { ...part("1", 2n), from: "available" },
        { ...part("3", 4n, "eldorado"), from: "available" },
        { ...part("2", 3n), from: "available" },
      ],
      debt: 5n,
    });
    expect(posted(draft)).toEqual([
      "clawback mvideo: pending > issuance:ordinary 1 (1, 5)",
      "clawback mvideo: available > issuance:ordinary 2 (1, 5)",
      "clawback eldorado: available > due_to:mvideo 4 (3, 5)",
      "clawback mvideo: due_from:eldorado > issuance:ordinary 4 (3, 5)",
      "clawback mvideo: available > issuance:ordinary 3 (2, 5)",
      "clawback mvideo: debt > issuance:ordinary 5 (no lot, 5)",
    ]);
    expect(draft.totals()).toEqual({ pending: 50n, available: 0n, held: 100n, debt: 5n });
  });

  test("from a lot that has ended and closed: what it had is covered by others, or owed to its issuer", () => {
    const draft = draftOn(50, {
      lots: [lot("1", { to: 10, closed: true, issuer: "eldorado" }), lot("2", { available: 2n })],
    });
    expect(clawBack(draft, lotId("1"), 3n, day(50)).debt).toBe(1n);
    expect(posted(draft)).toEqual([
      "clawback mvideo: available > due_to:eldorado 2 (2, 50)",
      "clawback eldorado: due_from:mvideo > issuance:ordinary 2 (2, 50)",
      "clawback eldorado: debt > issuance:ordinary 1 (no lot, 50)",
    ]);
    expect(debtsOf(draft)).toEqual({ eldorado: 1n });
  });

  test("nothing where nothing was earned", () => {
    const draft = draftOn(5, { lots: [lot("1", { available: 2n })] });
    expect(clawBack(draft, lotId("1"), 0n, day(5))).toEqual({ parts: [], debt: 0n });
    expect(draft.changed).toBe(false);
  });

  test("to the account that the grant was charged to", () => {
    const draft = draftOn(5, {
      lots: [lot("1", { available: 1n, kind: "promo" }), lot("2", { available: 1n, kind: "opening" })],
    });
    clawBack(draft, lotId("1"), 1n, day(5));
    clawBack(draft, lotId("2"), 1n, day(5));
    expect(posted(draft)).toEqual([
      "clawback mvideo: available > issuance:promo 1 (1, 5)",
      "clawback mvideo: available > opening 1 (2, 5)",
    ]);
  });

  test("and adds to the debt that there was", () => {
    const draft = draftOn(5, { lots: [lot("1")], debts: { mvideo: 2n, eldorado: 1n } });
    clawBack(draft, lotId("1"), 3n, day(5));
    expect(debtsOf(draft)).toEqual({ mvideo: 5n, eldorado: 1n });
  });
});

describe("a clawback that is undone", () => {
  test("puts what lots had covered back to them, to what waits where they still wait", () => {
    const terms = { lots: [lot("1", { pending: 4n, from: 14 })] };
    const early = draftOn(5, terms);
    const cover = clawBack(early, lotId("1"), 3n, day(5));
    undoClawBack(early, lotId("1"), cover, day(20), day(6));
    expect(posted(early)[1]).toBe("clawback_reversal mvideo: issuance:ordinary > pending 3 (1, 6)");
    expect(lotsOf(early)).toEqual(["1 4/0/0 to 100"]);

    const late = draftOn(5, terms);
    clawBack(late, lotId("1"), 3n, day(5));
    applyDue(late, day(14));
    undoClawBack(late, lotId("1"), cover, day(30), day(14));
    expect(posted(late).at(-1)).toBe("clawback_reversal mvideo: issuance:ordinary > available 3 (1, 14)");
    expect(lotsOf(late)).toEqual(["1 0/4/0 to 100"]);
  });

  test("by the mirror of its transfers where another entity's lot had covered it", () => {
    const draft = draftOn(5, { lots: [lot("1"), lot("2", { available: 9n, issuer: "eldorado" })] });
    const cover = clawBack(draft, lotId("1"), 9n, day(5));
    draft.transfers.length = 0;
    undoClawBack(draft, lotId("1"), cover, day(20), day(6));
    expect(posted(draft)).toEqual([
      "clawback_reversal mvideo: issuance:ordinary > due_from:eldorado 9 (2, 6)",
      "clawback_reversal eldorado: due_to:mvideo > available 9 (2, 6)",
    ]);
    expect(lotsOf(draft)).toEqual(["1 0/0/0 to 100", "2 0/9/0 to 100"]);
  });

  test("strikes out the debt that still stands", () => {
    const draft = draftOn(5, { lots: [lot("1")], debts: { mvideo: 4n } });
    const cover = clawBack(draft, lotId("1"), 6n, day(5));
    undoClawBack(draft, lotId("1"), cover, day(20), day(6));
    expect(posted(draft)).toEqual([
      "clawback mvideo: debt > issuance:ordinary 6 (no lot, 5)",
      "clawback_reversal mvideo: issuance:ordinary > debt 6 (no lot, 6)",
    ]);
    expect(debtsOf(draft)).toEqual({ mvideo: 4n });
  });

  test("gives what was repaid since to the lot that had earned it, where other debt takes it first", () => {
    const draft = draftOn(5, { lots: [lot("1", { to: 10 })] });
    const cover = clawBack(draft, lotId("1"), 6n, day(5));
    grant(draft, grantOf("2", 4n, { from: 6 }), day(6), day(6));
    expect(debtsOf(draft)).toEqual({ mvideo: 2n });
    draft.transfers.length = 0;
    undoClawBack(draft, lotId("1"), cover, day(20), day(7));
    expect(posted(draft)).toEqual([
      "clawback_reversal mvideo: issuance:ordinary > debt 2 (no lot, 7)",
      "clawback_reversal mvideo: issuance:ordinary > available 4 (1, 7)",
    ]);
    expect(lotsOf(draft)).toEqual(["1 0/4/0 to 20", "2 0/0/0 to 100"]);

    const owing = draftOn(5, { lots: [lot("1")], debts: { eldorado: 3n } });
    undoClawBack(owing, lotId("1"), { parts: [], debt: 4n }, day(20), day(7));
    expect(debtsOf(owing)).toEqual({});
    expect(lotsOf(owing)).toEqual(["1 0/1/0 to 100"]);
  });

  test("lets a lot that has ended live for the grace, and no lot for less than it had", () => {
    const draft = draftOn(15, { lots: [lot("1", { to: 10, closed: true }), lot("2", { available: 2n, to: 90 })] });
    const cover = {
      parts: [
        { ...part("1", 1n), from: "pending" as const },
        { ...part("2", 1n), from: "available" as const },
      ],
      debt: 0n,
    };
    undoClawBack(draft, lotId("1"), cover, day(29), day(15));
    expect(lotsOf(draft)).toEqual(["1 0/1/0 to 29", "2 0/3/0 to 90"]);
  });
});

describe("debt", () => {
  test("neither ends nor keeps bonuses from being earned", () => {
    const draft = draftOn(5, { debts: { mvideo: 5n } });
    grant(draft, grantOf("1", 3n, { from: 19, to: 30 }), day(5), day(5));
    expect(draft.totals()).toEqual({ pending: 3n, available: 0n, held: 0n, debt: 5n });
    applyDue(draft, day(19));
    expect(draft.totals()).toEqual({ pending: 0n, available: 0n, held: 0n, debt: 2n });
    applyDue(draft, day(5_000));
    expect(debtsOf(draft)).toEqual({ mvideo: 2n });
  });

  test("to the lot's own entity is repaid first, then to the others by name, across their books", () => {
    const draft = draftOn(5, { debts: { mvideo: 2n, eldorado: 2n, alpha: 2n } });
    grant(draft, grantOf("1", 5n, { issuer: "eldorado", from: 5 }), day(5), day(5));
    expect(posted(draft).slice(2)).toEqual([
      "repayment eldorado: available > debt 2 (1, 5)",
      "repayment eldorado: available > due_to:alpha 2 (1, 5)",
      "repayment alpha: due_from:eldorado > debt 2 (1, 5)",
      "repayment eldorado: available > due_to:mvideo 1 (1, 5)",
      "repayment mvideo: due_from:eldorado > debt 1 (1, 5)",
    ]);
    expect(debtsOf(draft)).toEqual({ mvideo: 1n });
  });

  test("is repaid by what a hold gives back, before that could expire", () => {
    const draft = draftOn(5, {
      lots: [lot("1", { held: 6n, to: 9 })],
      holds: [openHold("1", 20, [part("1", 6n)])],
      debts: { mvideo: 4n },
    });
    applyDue(draft, day(20));
    expect(posted(draft)).toEqual([
      "release mvideo: held > available 6 (1, 20)",
      "repayment mvideo: available > debt 4 (1, 20)",
      "expiry mvideo: available > breakage 2 (1, 20)",
    ]);
  });

  test("is repaid once: what comes after it is the member's", () => {
    const draft = draftOn(5, { debts: { mvideo: 3n } });
    grant(draft, grantOf("1", 10n, { from: 5 }), day(5), day(5));
    grant(draft, grantOf("2", 10n, { from: 5 }), day(5), day(5));
    expect(draft.totals()).toEqual({ pending: 0n, available: 17n, held: 0n, debt: 0n });
    expect(spend(draft, 17n, "mvideo", EVERYWHERE, day(5))).toEqual([part("1", 7n), part("2", 10n)]);
  });
});
