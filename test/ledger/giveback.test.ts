/** Returns of spent bonuses: to the lots they came from, with a grace where those have ended. */
import { describe, expect, test } from "vitest";
import { applyDue } from "../../src/ledger/posting/due.ts";
import { giveBack, undoGiveBack } from "../../src/ledger/posting/giveback.ts";
import { spend } from "../../src/ledger/posting/spend.ts";
import { day, debtsOf, draftOn, EVERYWHERE, lot, lotsOf, part, posted } from "./wallets.ts";

describe("spent bonuses come back", () => {
  test("to the lots they came from, by the mirror of the transfers that spent them", () => {
    const draft = draftOn(5, {
      lots: [lot("1", { available: 4n, to: 40 }), lot("2", { available: 9n, to: 50, issuer: "eldorado" })],
    });
    const before = lotsOf(draft);
    const parts = spend(draft, 10n, "mvideo", EVERYWHERE, day(5));
    giveBack(draft, parts, "mvideo", day(20), day(6));
    expect(posted(draft)).toEqual([
      "spend mvideo: available > redemption 4 (1, 5)",
      "spend eldorado: available > due_to:mvideo 6 (2, 5)",
      "spend mvideo: due_from:eldorado > redemption 6 (2, 5)",
      "unspend mvideo: redemption > available 4 (1, 6)",
      "unspend mvideo: redemption > due_from:eldorado 6 (2, 6)",
      "unspend eldorado: due_to:mvideo > available 6 (2, 6)",
    ]);
    expect(lotsOf(draft)).toEqual(before);
  });

  test.each([
    ["has ended, until the grace is over", 10, 34, "1 0/3/0 to 34"],
    ["would end within the grace, until it is over", 30, 34, "1 0/3/0 to 34"],
    ["lives longer than the grace, and it keeps its end", 50, 34, "1 0/3/0 to 50"],
  ])("into a lot that %s", (_, to, grace, expected) => {
    const draft = draftOn(20, { lots: [lot("1", { to, closed: to <= 20 })] });
    giveBack(draft, [part("1", 3n)], "mvideo", day(grace), day(20));
    expect(lotsOf(draft)).toEqual([expected]);
    applyDue(draft, day(33));
    expect(draft.totals().available).toBe(3n);
    applyDue(draft, day(50));
    expect(draft.totals().available).toBe(0n);
    expect(lotsOf(draft)).toEqual([`1 0/0/0 to ${Math.max(to, grace)} closed`]);
  });

  test("into a lot whose grace has passed too, where the return comes late: they end at once", () => {
    const draft = draftOn(40, { lots: [lot("1", { to: 10, closed: true })] });
    giveBack(draft, [part("1", 3n)], "mvideo", day(34), day(20));
    applyDue(draft, day(40));
    expect(posted(draft)).toEqual([
      "unspend mvideo: redemption > available 3 (1, 20)",
      "expiry mvideo: available > breakage 3 (1, 34)",
    ]);
  });

  test("and where nothing of a lot was returned, nothing moves, and its end stays", () => {
    const draft = draftOn(20, { lots: [lot("1", { to: 25 }), lot("2", { to: 26 })] });
    giveBack(draft, [part("1", 0n), part("2", 1n)], "mvideo", day(34), day(20));
    expect(lotsOf(draft)).toEqual(["1 0/0/0 to 25", "2 0/1/0 to 34"]);
    expect(draft.transfers).toHaveLength(1);
  });

  test("and pay debt first", () => {
    const draft = draftOn(20, { lots: [lot("1")], debts: { mvideo: 2n, eldorado: 2n } });
    giveBack(draft, [part("1", 3n)], "mvideo", day(34), day(20));
    expect(posted(draft)).toEqual([
      "unspend mvideo: redemption > available 3 (1, 20)",
      "repayment mvideo: available > debt 2 (1, 20)",
      "repayment mvideo: available > due_to:eldorado 1 (1, 20)",
      "repayment eldorado: due_from:mvideo > debt 1 (1, 20)",
    ]);
    expect(debtsOf(draft)).toEqual({ eldorado: 1n });
    expect(draft.totals()).toMatchObject({ available: 0n, debt: 1n });
  });
});

describe("a return that is reversed spends again", () => {
  test("out of the same lots, as if it had not been", () => {
    const draft = draftOn(5, { lots: [lot("1", { available: 4n }), lot("2", { available: 4n, issuer: "eldorado" })] });
    const parts = spend(draft, 6n, "mvideo", EVERYWHERE, day(5));
    const spent = lotsOf(draft);
    giveBack(draft, parts, "mvideo", day(20), day(6));
    draft.transfers.length = 0;
    undoGiveBack(draft, parts, "mvideo", day(7));
    expect(posted(draft)).toEqual([
      "spend_reversal mvideo: available > redemption 4 (1, 7)",
      "spend_reversal eldorado: available > due_to:mvideo 2 (2, 7)",
      "spend_reversal mvideo: due_from:eldorado > redemption 2 (2, 7)",
    ]);
    expect(lotsOf(draft)).toEqual(spent);
    expect(debtsOf(draft)).toEqual({});
  });

  test("out of other lots where those have nothing left, and what nothing covers is owed to the seller", () => {
    const draft = draftOn(5, {
      lots: [lot("1", { available: 1n, to: 90 }), lot("2", { available: 2n, to: 20 }), lot("3", { held: 9n })],
    });
    undoGiveBack(draft, [part("1", 2n), part("3", 4n)], "eldorado", day(5));
    expect(posted(draft)).toEqual([
      "spend_reversal mvideo: available > due_to:eldorado 1 (1, 5)",
      "spend_reversal eldorado: due_from:mvideo > redemption 1 (1, 5)",
      "spend_reversal mvideo: available > due_to:eldorado 1 (2, 5)",
      "spend_reversal eldorado: due_from:mvideo > redemption 1 (2, 5)",
      "spend_reversal mvideo: available > due_to:eldorado 1 (2, 5)",
      "spend_reversal eldorado: due_from:mvideo > redemption 1 (2, 5)",
      "spend_reversal eldorado: debt > redemption 3 (no lot, 5)",
    ]);
    expect(debtsOf(draft)).toEqual({ eldorado: 3n });
    expect(draft.totals()).toEqual({ pending: 0n, available: 0n, held: 9n, debt: 3n });
  });
});
