/** The one posting between two entities: `due_to` of one side, `due_from` of the other. */
import { describe, expect, test } from "vitest";
import { payIn, payOut } from "../../src/ledger/posting/between.ts";
import { day, draftOn, lot, lotId, lotsOf, posted } from "./wallets.ts";

const lots = [lot("1", { pending: 5n, available: 5n, held: 5n, from: 9 })];
const redeemed = { account: "redemption", amount: 2n, event: "spend", at: day(1) } as const;

describe("what is taken out of a lot", () => {
  test.each([
    ["what is free, by its issuer", "available", "mvideo", ["available > redemption"], "5/3/5"],
    ["what waits, by its issuer", "pending", "mvideo", ["pending > redemption"], "3/5/5"],
    [
      "what is free, by another entity",
      "available",
      "eldorado",
      ["available > due_to:eldorado", "due_from:mvideo > redemption"],
      "5/3/5",
    ],
    [
      "what is held, by another entity",
      "held",
      "eldorado",
      ["held > due_to:eldorado", "due_from:mvideo > redemption"],
      "5/5/3",
    ],
  ] as const)("%s", (_, from, entity, [out, claim], left) => {
    const draft = draftOn(1, { lots });
    payOut(draft, draft.lot(lotId("1")), from, { entity, ...redeemed });
    const expected = [`spend mvideo: ${out} 2 (1, 1)`, `spend ${entity}: ${claim} 2 (1, 1)`];
    expect(posted(draft)).toEqual(expected.slice(0, claim === undefined ? 1 : 2));
    expect(lotsOf(draft)).toEqual([`1 ${left} to 100`]);
  });
});

describe("what is put into a lot", () => {
  test.each([
    ["by its issuer", "available", "mvideo", ["redemption > available"], "5/7/5"],
    ["by its issuer, while it waits", "pending", "mvideo", ["redemption > pending"], "7/5/5"],
    [
      "by another entity",
      "available",
      "eldorado",
      ["redemption > due_from:mvideo", "due_to:eldorado > available"],
      "5/7/5",
    ],
  ] as const)("%s", (_, to, entity, [first, second], left) => {
    const draft = draftOn(1, { lots });
    payIn(draft, draft.lot(lotId("1")), to, { entity, ...redeemed, event: "unspend" });
    const expected = [`unspend ${entity}: ${first} 2 (1, 1)`, `unspend mvideo: ${second} 2 (1, 1)`];
    expect(posted(draft)).toEqual(expected.slice(0, second === undefined ? 1 : 2));
    expect(lotsOf(draft)).toEqual([`1 ${left} to 100`]);
  });

  test("opens it where it had closed", () => {
    const draft = draftOn(5, { lots: [lot("1", { to: 3, closed: true })] });
    payIn(draft, { ...draft.lot(lotId("1")), expiresAt: day(9) }, "available", { entity: "mvideo", ...redeemed });
    expect(lotsOf(draft)).toEqual(["1 0/2/0 to 9"]);
  });
});
