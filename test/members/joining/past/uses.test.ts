/** What those who leave are worth, told transfer by transfer. Pure. */
import { describe, expect, it } from "vitest";
import { as, newUuid } from "../../../../src/kernel/ids.ts";
import type { Found, Posted } from "../../../../src/members/joining/past/told.ts";
import { Uses } from "../../../../src/members/joining/past/uses.ts";

const hex = () => newUuid(1).replaceAll("-", "");
const wallet = as("mbr", `mbr_${hex()}`);
const other = as("mbr", `mbr_${hex()}`);
const lotId = as("lot", `lot_${hex()}`);

const found = (fields: Partial<Found> = {}) => ({
  found: { wallet, entity: "mvideo", lotId, amount: 100n, side: "leaving", ...fields } as Found,
});
let operations = 0;
const posted = (fields: Partial<Posted>) => ({
  posted: {
    wallet,
    by: `${(operations += 1)}`,
    entity: "mvideo",
    debit: "available",
    credit: "redemption",
    amount: 30n,
    lotId,
    event: "spend",
    ownedBy: "leaving",
    side: "leaving",
    ...fields,
  } as Posted,
});
const back = { debit: "redemption", credit: "available", event: "unspend" } as const;
const worthIn = (uses: Uses) => Object.fromEntries([...uses.worth].filter(([, amount]) => amount !== 0n));

describe("those who leave are worth", () => {
  it("what they had, less what they have spent, of whoever's lots it was", () => {
    const uses = Uses.of([
      found(),
      found({ side: "staying", amount: 50n }),
      posted({}),
      posted({ ownedBy: "staying", amount: 60n }),
    ]);
    expect(worthIn(uses)).toEqual({ mvideo: 10n });
  });

  it("as much as before where others have spent of theirs, who are to give it back into that lot", () => {
    const uses = Uses.of([found(), posted({ side: "staying" })]);
    expect(worthIn(uses)).toEqual({ mvideo: 100n });
    expect(uses.had.of("leaving")).toEqual(new Map([[lotId, 30n]]));
    expect(uses.sharesOf(wallet, lotId).has).toEqual({ leaving: 70n, staying: 0n });
  });

  it("what came back, where it was theirs; and nothing is to be given back then", () => {
    const uses = Uses.of([found(), posted({ side: "staying" }), posted({ ...back, side: "staying" })]);
    expect(worthIn(uses)).toEqual({ mvideo: 100n });
    expect([...uses.had.of("leaving").values()]).toEqual([0n]);
    expect(uses.sharesOf(wallet, lotId).has).toEqual({ leaving: 100n, staying: 0n });
  });

  it("less by what they owe, and by what has ended of their share", () => {
    const debt = { debit: "debt", credit: "issuance:ordinary", event: "clawback", lotId: null, amount: 20n } as const;
    const end = { debit: "available", credit: "breakage", event: "expiry", side: null, amount: 140n } as const;
    const uses = Uses.of([found(), found({ side: "staying", amount: 50n }), posted(debt), posted(end)]);
    // Of the lot both have some: what ends is of those who stay first.
    expect(worthIn(uses)).toEqual({ mvideo: 100n - 20n - 90n });
    expect(uses.debtOf("mvideo")).toBe(20n);
  });

  it("the same wherever merges and partings have moved it, with each side's share of it", () => {
    const out = { debit: "available", credit: "moved", event: "move", by: "merge", amount: 100n, side: null } as const;
    const into = { ...out, debit: "moved", credit: "available", wallet: other } as const;
    const uses = Uses.of([found({ amount: 70n }), found({ side: "staying", amount: 30n }), posted(out), posted(into)]);
    expect(worthIn(uses)).toEqual({ mvideo: 70n });
    expect(uses.sharesOf(other, lotId).has).toEqual({ leaving: 70n, staying: 30n });
    expect(uses.sharesOf(wallet, lotId).has).toEqual({ leaving: 0n, staying: 0n });
  });

  it("no less by what has ended of others' who were in a wallet that they have left and come into again", () => {
    const end = { debit: "available", credit: "breakage", event: "expiry", side: null, amount: 100n } as const;
    const out = { debit: "available", credit: "moved", event: "move", by: "leave", amount: 40n } as const;
    const into = { ...out, debit: "moved", credit: "available", by: "come", side: null } as const;
    const away = [
      posted({ ...out, side: "leaving" }),
      posted({ ...out, debit: "moved", credit: "available", wallet: other, side: "leaving" }),
    ];
    const again = [posted({ ...out, by: "come", wallet: other, side: "leaving" }), posted(into)];
    const uses = Uses.of([
      found({ amount: 40n }),
      found({ side: "staying", amount: 60n }),
      ...away,
      { entered: wallet },
      found({ side: "staying", amount: 60n }),
      ...again,
      posted(end),
    ]);
    // All of the lot has ended, and their share of it was 40.
    expect(worthIn(uses)).toEqual({});
  });

  it("more at one entity by what their lot has paid of a debt to it, and less at its own; undone, as before", () => {
    const of = { event: "repayment", by: "time", side: null } as const;
    const paid = [
      posted({ ...of, debit: "available", credit: "due_to:eldorado" }),
      posted({ ...of, entity: "eldorado", debit: "due_from:mvideo", credit: "debt" }),
    ];
    const uses = Uses.of([found(), ...paid]);
    expect(worthIn(uses)).toEqual({ mvideo: 70n, eldorado: 30n });
    expect(uses.repaidBy("leaving", "eldorado")).toEqual([{ lotId, entity: "eldorado", amount: 30n }]);
    uses.undo("leaving", wallet, "mvideo", { lotId, entity: "eldorado", amount: 30n });
    expect(worthIn(uses)).toEqual({ mvideo: 100n });
    expect(uses.repaidBy("leaving", "eldorado")).toEqual([]);
  });
});

it("of debts that several lots have paid, the one that was paid last is owed again first; one that was paid again is the last", () => {
  const [second, third] = [as("lot", `lot_${hex()}`), as("lot", `lot_${hex()}`)];
  const pay = (lot: typeof lotId) =>
    posted({ event: "repayment", side: null, debit: "available", credit: "debt", lotId: lot, amount: 10n });
  const lots = [found(), found({ lotId: second }), found({ lotId: third })];
  const inOrder = (paid: readonly (typeof lotId)[]) =>
    Uses.of([...lots, ...paid.map(pay)])
      .repaidBy("leaving", "mvideo")
      .map((each) => [each.lotId, each.amount]);
  expect(inOrder([lotId, second, third])).toEqual([
    [third, 10n],
    [second, 10n],
    [lotId, 10n],
  ]);
  expect(inOrder([lotId, second, third, lotId])).toEqual([
    [lotId, 20n],
    [third, 10n],
    [second, 10n],
  ]);
});

it("a hold of one side is as good as spent: its own share first, then the other's", () => {
  const uses = Uses.of([found(), found({ side: "staying", amount: 20n })]);
  uses.hold("staying", wallet, lotId, 50n);
  expect(uses.had.of("leaving")).toEqual(new Map([[lotId, 30n]]));
  expect(uses.sharesOf(wallet, lotId).has).toEqual({ leaving: 70n, staying: 0n });
});
