/** A wallet of which only a part was loaded: it decides as the whole one would, or says that it needs more. */
import { describe, expect, test } from "vitest";
import { applyDue } from "../../src/ledger/posting/due.ts";
import { clawBack } from "../../src/ledger/posting/giveback.ts";
import { extend, grant } from "../../src/ledger/posting/grant.ts";
import { compareLots, type Lot } from "../../src/ledger/lot.ts";
import { captureFrom } from "../../src/ledger/posting/held.ts";
import { hold, spend, spendable } from "../../src/ledger/posting/spend.ts";
import { type Coverage, LotsMissing, Wallet } from "../../src/ledger/wallet.ts";
import { WalletDraft } from "../../src/ledger/wallet-draft.ts";
import {
  by,
  day,
  draftOn,
  EVERYWHERE,
  grantOf,
  lot,
  lotId,
  lotsOf,
  openHold,
  part,
  posted,
  walletOf,
} from "./wallets.ts";

const NOTHING_LOADED: Coverage = { endingBefore: Number.NEGATIVE_INFINITY, burnableTo: "none", holds: false };
const LOTS = [
  lot("1", { available: 5n, to: 20 }),
  lot("2", { to: 25 }),
  lot("3", { available: 5n, to: 30 }),
  lot("4", { pending: 5n, from: 12, to: 35 }),
  lot("5", { available: 5n, to: 40 }),
  lot("6", { held: 2n, to: 50 }),
].sort(compareLots);
const HOLD = openHold("1", 15, [part("6", 2n)]);

/** The totals of all lots, and those of the lots that are named. */
function partOf(names: string, coverage: Partial<Coverage>): Wallet {
  const whole = walletOf({ lots: LOTS, holds: [HOLD] });
  const { memberId, owner, version, postedAt, createdAt, byIssuer, soonestEnds, nextMoveAt, nextTurnAt } = whole;
  const row = { memberId, ...owner, version, postedAt, createdAt, byIssuer, soonestEnds, nextMoveAt, nextTurnAt };
  return new Wallet({
    ...row,
    lots: LOTS.filter(({ id }) => names.includes(id.slice(-1))),
    holds: coverage.holds === true ? [HOLD] : [],
    coverage: { ...NOTHING_LOADED, ...coverage },
  });
}

/** The lots with something free, up to a number of them, as they are loaded for a spend. */
const burnable = (most: number): Wallet => {
  const free = LOTS.filter(({ available }) => available > 0n).slice(0, most);
  const names = free.map(({ id }) => id.slice(-1)).join("");
  return partOf(names, { burnableTo: free.length < most ? "all" : (free.at(-1) as Lot) });
};

describe("a spend", () => {
  test.each([
    [5n, 1],
    [7n, 2],
    [10n, 2],
    [11n, 3],
    [15n, 3],
    [15n, 4],
  ])("of %s is served by the first %s lots that have something free, as by all", (amount, most) => {
    const whole = draftOn(1, { lots: LOTS, holds: [HOLD] });
    const partial = new WalletDraft(burnable(most));
    const parts = spend(partial, amount, "eldorado", EVERYWHERE, day(1));
    expect(parts).toEqual(spend(whole, amount, "eldorado", EVERYWHERE, day(1)));
    expect(posted(partial)).toEqual(posted(whole));
    expect(partial.totals()).toEqual(whole.totals());
  });

  test.each([
    [6n, 1],
    [11n, 2],
    [1n, 0],
  ])("of %s is not served by the first %s, and says so before anything is posted", (amount, most) => {
    const partial = new WalletDraft(burnable(most));
    expect(() => spend(partial, amount, "mvideo", EVERYWHERE, day(1))).toThrow(LotsMissing);
    expect(() => hold(partial, amount, "mvideo", EVERYWHERE, day(1))).toThrow(LotsMissing);
    expect(partial.changed).toBe(false);
  });

  test("goes on where the one before it has stopped, and no further than was loaded", () => {
    const partial = new WalletDraft(burnable(2));
    spend(partial, 6n, "mvideo", EVERYWHERE, day(1));
    expect(spend(partial, 4n, "mvideo", EVERYWHERE, day(1))).toEqual([part("3", 4n)]);
    expect(() => spend(partial, 1n, "mvideo", EVERYWHERE, day(1))).toThrow(LotsMissing);
  });

  test("takes nothing of a lot that is there by its name alone, behind lots that were not loaded", () => {
    const partial = new WalletDraft(partOf("5", {}));
    expect(() => spend(partial, 1n, "mvideo", EVERYWHERE, day(1))).toThrow(LotsMissing);
  });

  test("takes of a lot that has come in meanwhile where it burns before all that was not loaded, and not behind", () => {
    const soon = new WalletDraft(burnable(1));
    grant(soon, grantOf("9", 3n, { from: 1, to: 10 }), day(1), day(1));
    expect(spend(soon, 8n, "mvideo", EVERYWHERE, day(1))).toEqual([part("9", 3n), part("1", 5n)]);
    const late = new WalletDraft(burnable(1));
    grant(late, grantOf("9", 3n, { from: 1, to: 90 }), day(1), day(1));
    expect(() => spend(late, 6n, "mvideo", EVERYWHERE, day(1))).toThrow(LotsMissing);
  });

  test("in an order of the policy's own needs them all", () => {
    const rules = { ...EVERYWHERE, order: () => compareLots };
    expect(() => spend(new WalletDraft(burnable(4)), 1n, "mvideo", rules, day(1))).toThrow(LotsMissing);
  });
});

describe("an extension", () => {
  const kinds = new Set(["ordinary"] as const);

  test("is served by the lots that end before it, as by all", () => {
    const whole = draftOn(1, { lots: LOTS, holds: [HOLD] });
    const partial = new WalletDraft(partOf("123", { endingBefore: day(31) }));
    for (const draft of [whole, partial]) extend(draft, kinds, day(31), day(1));
    expect(partial.terms).toEqual(whole.terms);
    expect(partial.terms).toHaveLength(3);
    expect([...partial.changedLots.values()]).toEqual([...whole.changedLots.values()]);
  });

  test("of which no lot ends before needs none of them", () => {
    const draft = new WalletDraft(partOf("", {}));
    extend(draft, kinds, day(20), day(1));
    expect(draft.changed).toBe(false);
  });

  test("further than was loaded says so", () => {
    const draft = new WalletDraft(partOf("123", { endingBefore: day(31) }));
    expect(() => extend(draft, kinds, day(31) + 1, day(1))).toThrow(LotsMissing);
  });

  test("is remembered: the same once more looks at nothing", () => {
    const wallet = partOf("123", { endingBefore: day(31) });
    const draft = new WalletDraft(wallet);
    extend(draft, kinds, day(31), day(1));
    draft.accept(day(1));
    const again = new WalletDraft(wallet);
    extend(again, kinds, day(31), day(1));
    expect(again.changed).toBe(false);
  });
});

describe("what needs nothing of the lots", () => {
  test("is what can be spent, and a grant", () => {
    const draft = new WalletDraft(partOf("", {}));
    expect(spendable(draft, "mvideo", EVERYWHERE)).toBe(15n);
    grant(draft, grantOf("9", 7n, { from: 9, to: 90 }), day(1), day(1));
    expect(draft.totals()).toEqual({ pending: 12n, available: 15n, held: 2n, debt: 0n });
    applyDue(draft, day(1));
    expect(draft.transfers).toHaveLength(1);
  });

  test("is the capture of a hold whose lots were named", () => {
    const draft = new WalletDraft(partOf("6", {}));
    captureFrom(draft, HOLD, HOLD.parts, by(1));
    expect(posted(draft)).toEqual(["spend mvideo: held > redemption 2 (6, 1)"]);
  });

  test("is a clawback that the named lot covers; what it does not needs the others", () => {
    const covered = new WalletDraft(partOf("5", {}));
    expect(clawBack(covered, lotId("5"), 5n, day(1)).debt).toBe(0n);
    const beyond = new WalletDraft(partOf("5", {}));
    expect(() => clawBack(beyond, lotId("5"), 6n, day(1))).toThrow(LotsMissing);
  });
});

describe("time", () => {
  test("needs all lots and holds as soon as anything is due, and none before", () => {
    const draft = new WalletDraft(partOf("12", { endingBefore: day(26) }));
    applyDue(draft, day(12) - 1);
    expect(draft.changed).toBe(false);
    expect(() => applyDue(draft, day(12))).toThrow(LotsMissing);
    const lots = new WalletDraft(partOf("123456", { endingBefore: Number.POSITIVE_INFINITY }));
    expect(() => applyDue(lots, day(12))).toThrow(LotsMissing);
    const whole = new WalletDraft(partOf("123456", { endingBefore: Number.POSITIVE_INFINITY, holds: true }));
    applyDue(whole, day(12));
    expect(posted(whole)).toEqual(["activation mvideo: pending > available 5 (4, 12)"]);
    expect(lotsOf(whole)).toContain("4 0/5/0 to 35");
  });

  test("that a partial wallet has not seen to is still announced after what was written on it", () => {
    const wallet = burnable(1);
    const draft = new WalletDraft(wallet);
    spend(draft, 5n, "mvideo", EVERYWHERE, day(1));
    draft.accept(day(1));
    expect([wallet.nextMoveAt, wallet.nextTurnAt]).toEqual([day(12), day(12)]);
  });
});
