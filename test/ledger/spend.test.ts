/** Burning: from which lots, at whose till, and the rows of the chart of accounts that it posts. */
import { describe, expect, test } from "vitest";
import { BrokenInvariant } from "../../src/kernel/assert.ts";
import { compareLots } from "../../src/ledger/lot.ts";
import { captureFrom } from "../../src/ledger/posting/held.ts";
import { type BurnRules, hold, spend, spendable } from "../../src/ledger/posting/spend.ts";
import { by, day, draftOn, EVERYWHERE, lot, lotsOf, openHold, part, posted } from "./wallets.ts";

const OWN_ONLY: BurnRules = { mayUse: (issuer, seller) => issuer === seller };

describe("spending burns", () => {
  const lots = [
    lot("5", { available: 5n, to: 30 }),
    lot("4", { available: 5n, to: 20, from: 2 }),
    lot("3", { available: 5n, to: 20, from: 1 }),
    lot("2", { available: 5n, to: 20, from: 1, issuer: "eldorado" }),
    lot("1", { pending: 5n, to: 15, from: 12 }),
    lot("0", { held: 5n, to: 14 }),
  ];

  test.each([
    [1n, ["2 1"]],
    [5n, ["2 5"]],
    [6n, ["2 5", "3 1"]],
    [12n, ["2 5", "3 5", "4 2"]],
    [20n, ["2 5", "3 5", "4 5", "5 5"]],
  ])("%s: soonest end first, then soonest beginning, then id, whatever the issuer", (amount, parts) => {
    const draft = draftOn(5, { lots });
    const burnt = spend(draft, amount, "mvideo", EVERYWHERE, day(5));
    expect(burnt.map(({ lotId, amount: taken }) => `${lotId.slice(-1)} ${taken}`)).toEqual(parts);
    expect(draft.totals()).toEqual({ pending: 5n, available: 20n - amount, held: 5n, debt: 0n });
  });

  test("never what waits, what is held, or more than is there", () => {
    const draft = draftOn(5, { lots });
    expect(spendable(draft, "mvideo", EVERYWHERE)).toBe(20n);
    expect(() => spend(draft, 21n, "mvideo", EVERYWHERE, day(5))).toThrow(BrokenInvariant);
    expect(() => hold(draft, 21n, "mvideo", EVERYWHERE, day(5))).toThrow(BrokenInvariant);
    expect(posted(draft)).toEqual([]);
  });

  test("in another order where the policy says so", () => {
    const rules: BurnRules = { mayUse: () => true, order: () => (a, b) => compareLots(b, a) };
    const draft = draftOn(5, { lots });
    expect(spend(draft, 7n, "mvideo", rules, day(5)).map(({ lotId }) => lotId.slice(-1))).toEqual(["5", "4"]);
  });

  test("each of what is left in turn, so that two purchases burn what one would", () => {
    const [once, twice] = [draftOn(5, { lots }), draftOn(5, { lots })];
    spend(once, 13n, "mvideo", EVERYWHERE, day(5));
    spend(twice, 6n, "mvideo", EVERYWHERE, day(5));
    spend(twice, 7n, "mvideo", EVERYWHERE, day(5));
    expect(lotsOf(twice)).toEqual(lotsOf(once));
  });

  test("nothing that the stage of the rollout keeps from the seller, though the member sees it", () => {
    const draft = draftOn(5, { lots });
    expect(spendable(draft, "eldorado", OWN_ONLY)).toBe(5n);
    expect(spendable(draft, "mvideo", OWN_ONLY)).toBe(15n);
    expect(draft.totals().available).toBe(20n);
    expect(() => spend(draft, 6n, "eldorado", OWN_ONLY, day(5))).toThrow(BrokenInvariant);
    expect(spend(draft, 5n, "eldorado", OWN_ONLY, day(5))).toEqual([part("2", 5n, "eldorado")]);
  });
});

describe("the books of a sale", () => {
  const lots = [lot("1", { available: 4n }), lot("2", { available: 9n, issuer: "eldorado" })];

  test("at the issuer's own till: out of the member's account, into the discount", () => {
    const draft = draftOn(5, { lots });
    spend(draft, 4n, "mvideo", EVERYWHERE, day(5));
    expect(posted(draft)).toEqual(["spend mvideo: available > redemption 4 (1, 5)"]);
  });

  test("at the other brand's: the issuer owes the seller, who has given the discount", () => {
    const draft = draftOn(5, { lots });
    spend(draft, 6n, "mvideo", EVERYWHERE, day(5));
    expect(posted(draft)).toEqual([
      "spend mvideo: available > redemption 4 (1, 5)",
      "spend eldorado: available > due_to:mvideo 2 (2, 5)",
      "spend mvideo: due_from:eldorado > redemption 2 (2, 5)",
    ]);
  });

  test("of a hold that is captured: the same, out of what was held", () => {
    const draft = draftOn(5, { lots });
    const parts = hold(draft, 6n, "mvideo", EVERYWHERE, day(5));
    expect(posted(draft)).toEqual([
      "hold mvideo: available > held 4 (1, 5)",
      "hold eldorado: available > held 2 (2, 5)",
    ]);
    captureFrom(draft, openHold("1", 9, parts), parts, by(6));
    expect(posted(draft).slice(2)).toEqual([
      "spend mvideo: held > redemption 4 (1, 6)",
      "spend eldorado: held > due_to:mvideo 2 (2, 6)",
      "spend mvideo: due_from:eldorado > redemption 2 (2, 6)",
    ]);
    expect(lotsOf(draft)).toEqual(["1 0/0/0 to 100", "2 0/7/0 to 100"]);
  });
});
