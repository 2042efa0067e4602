/** Drafts and wallets: what is refused leaves no trace, what is accepted is kept in order. */
import { describe, expect, test } from "vitest";
import { BrokenInvariant } from "../../src/kernel/assert.ts";
import { applyDue } from "../../src/ledger/posting/due.ts";
import { clawBack, giveBack } from "../../src/ledger/posting/giveback.ts";
import { extend, grant } from "../../src/ledger/posting/grant.ts";
import { spend } from "../../src/ledger/posting/spend.ts";
import { totalOf } from "../../src/ledger/totals.ts";
import type { Wallet } from "../../src/ledger/wallet.ts";
import { WalletDraft } from "../../src/ledger/wallet-draft.ts";
import {
  day,
  draftOn,
  EVERYWHERE,
  grantOf,
  holdOn,
  lot,
  lotId,
  lotsOf,
  openHold,
  releaseAll,
  part,
  posted,
  walletOf,
} from "./wallets.ts";

const terms = {
  lots: [
    lot("1", { available: 5n, to: 20 }),
    lot("2", { pending: 5n, from: 8, to: 40 }),
    lot("3", { held: 5n, issuer: "eldorado", to: 30 }),
    lot("4", { to: 3, closed: true }),
  ],
  holds: [openHold("1", 12, [part("3", 5n, "eldorado")])],
  debts: { eldorado: 4n },
};

/** All that can be seen of a wallet, as values. */
function imageOf(wallet: Wallet) {
  const { lots, holds, byIssuer, soonestEnds, version, postedAt, nextMoveAt, nextTurnAt } = wallet;
  return structuredClone({ lots, holds, byIssuer, soonestEnds, version, postedAt, nextMoveAt, nextTurnAt });
}

describe("a draft", () => {
  test("that is dropped leaves the wallet untouched, whatever was written on it", () => {
    const wallet = walletOf(terms);
    const before = imageOf(wallet);
    const draft = new WalletDraft(wallet);
    applyDue(draft, day(9));
    spend(draft, 2n, "eldorado", EVERYWHERE, day(9));
    holdOn(draft, "2", 1n, 15, 9);
    grant(draft, grantOf("5", 9n, { from: 9 }), day(9), day(9));
    extend(draft, new Set(["ordinary"]), day(70), day(9));
    giveBack(draft, [part("4", 1n)], "mvideo", day(30), day(9));
    clawBack(draft, lotId("2"), 50n, day(9));
    releaseAll(draft, openHold("1", 12, [part("3", 5n, "eldorado")]), 9);
    expect(draft.transfers.length).toBeGreaterThan(10);
    expect(imageOf(wallet)).toEqual(before);
  });

  test("that is accepted makes the wallet what the draft was, one version on", () => {
    const wallet = walletOf(terms);
    const draft = new WalletDraft(wallet);
    applyDue(draft, day(9));
    spend(draft, 2n, "eldorado", EVERYWHERE, day(9));
    holdOn(draft, "2", 1n, 15, 9);
    grant(draft, grantOf("5", 9n, { from: 9, to: 25 }), day(9), day(9));
    const seen = { lots: draft.lots(), byIssuer: draft.byIssuer, version: draft.version };
    expect(seen.version).toBe(2n);
    draft.accept(day(9));
    const open = wallet.lots.filter(({ closed }) => !closed);
    expect({ lots: open, byIssuer: wallet.byIssuer, version: wallet.version }).toEqual(seen);
    expect(wallet.postedAt).toBe(day(9));
    expect([...wallet.holds.keys()].map((id) => id.slice(-1))).toEqual(["1", "2"]);
  });

  test("on which nothing was written changes no version", () => {
    const wallet = walletOf(terms);
    const draft = new WalletDraft(wallet);
    applyDue(draft, day(1));
    expect(draft.changed).toBe(false);
    expect(draft.version).toBe(1n);
    draft.accept(day(1));
    expect(wallet.version).toBe(1n);
    expect(wallet.postedAt).toBe(day(0));
  });

  test("that is touched has the wallet written, with its next turn found anew", () => {
    const wallet = walletOf({ lots: [lot("1", { available: 5n, to: 20 })], holds: [] });
    const purchase = draftOn(5, wallet);
    extend(purchase, new Set(["ordinary"]), day(60), day(5));
    purchase.accept(day(5));
    expect(wallet.nextMoveAt).toBe(day(20));
    const visit = draftOn(20, wallet);
    visit.writeAnyway();
    expect(visit.changed).toBe(true);
    visit.accept(day(20));
    expect(wallet.version).toBe(3n);
    expect(wallet.nextMoveAt).toBe(day(60));
  });

  test("moves no lot that is not loaded, owes nothing below zero, and takes nothing that is not there", () => {
    const draft = draftOn(1, terms);
    expect(() => draft.lot(lotId("9"))).toThrow(BrokenInvariant);
    expect(() => draft.setDebt("mvideo", -1n)).toThrow(BrokenInvariant);
    const one = draft.lot(lotId("1"));
    const posting = { debit: "available", credit: "redemption", amount: 6n, event: "spend", at: day(1) } as const;
    expect(() => draft.post({ ...one, available: one.available - 6n }, posting)).toThrow(BrokenInvariant);
    expect(() => draft.post(one, { ...posting, amount: 0n })).toThrow(BrokenInvariant);
  });

  test("notices the end of a hold that was made on it, and of nothing else", () => {
    const draft = draftOn(2, { lots: [lot("1", { available: 5n, to: 90 })] });
    holdOn(draft, "1", 5n, 10, 2);
    applyDue(draft, day(10) - 1);
    expect(draft.openHolds()).toHaveLength(1);
    applyDue(draft, day(10));
    expect(posted(draft).at(-1)).toBe("release mvideo: held > available 5 (1, 10)");
    expect(draft.openHolds()).toEqual([]);
  });

  test("notices what becomes due later", () => {
    const draft = draftOn(2, {
      lots: [lot("1", { available: 5n, to: 20 }), lot("2", { pending: 5n, from: 8, to: 40 })],
    });
    holdOn(draft, "1", 5n, 10, 2);
    for (const n of [8, 10, 20]) applyDue(draft, day(n));
    expect(posted(draft).slice(1)).toEqual([
      "activation mvideo: pending > available 5 (2, 8)",
      "release mvideo: held > available 5 (1, 10)",
      "expiry mvideo: available > breakage 5 (1, 20)",
    ]);
  });
});

describe("a wallet", () => {
  test("is the same from any order of rows", () => {
    const turned = { ...terms, lots: terms.lots.toReversed(), holds: terms.holds.toReversed() };
    expect(imageOf(walletOf(turned))).toEqual(imageOf(walletOf(terms)));
    expect(totalOf(walletOf(terms).byIssuer)).toEqual({ pending: 5n, available: 5n, held: 5n, debt: 4n });
  });

  test("keeps its order through changes, new lots and moved ends", () => {
    const wallet = walletOf(terms);
    const one = lot("1", { available: 1n, to: 50 });
    wallet.replace([lot("5", { available: 2n, to: 25 }), one, lot("3", { held: 1n, issuer: "eldorado", to: 30 })]);
    expect(wallet.lots.map(({ id }) => id.slice(-1))).toEqual(["4", "5", "3", "2", "1"]);
    expect(wallet.lot(lotId("1"))).toBe(one);
  });

  test("announces its next turn in time: lots, holds, and lots that only close", () => {
    const wallet = walletOf(terms);
    expect([wallet.nextMoveAt, wallet.nextTurnAt]).toEqual([day(8), day(8)]);
    const empty = walletOf({ lots: [lot("1", { to: 6 }), lot("2", { available: 1n, to: 7 })] });
    expect([empty.nextMoveAt, empty.nextTurnAt]).toEqual([day(7), day(6)]);
    const nothing = walletOf({ lots: [lot("1", { to: 6, closed: true })] });
    expect([nothing.nextMoveAt, nothing.nextTurnAt]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });

  test("announces what a command has brought, though the command looked for nothing that was due", () => {
    const wallet = walletOf({ lots: [lot("1", { available: 2n, to: 90 })] });
    const turns = () => [wallet.nextMoveAt, wallet.nextTurnAt];
    const waiting = new WalletDraft(wallet);
    grant(waiting, grantOf("2", 1n, { from: 50, to: 91 }), day(1), day(1));
    waiting.accept(day(1));
    expect(turns()).toEqual([day(50), day(50)]);
    const pinned = new WalletDraft(wallet);
    holdOn(pinned, "1", 1n, 40, 1);
    pinned.accept(day(1));
    expect(turns()).toEqual([day(40), day(40)]);
    const empty = new WalletDraft(wallet);
    empty.put(lot("3", { to: 30 }));
    empty.accept(day(1));
    expect(turns()).toEqual([day(40), day(30)]);
  });

  test("keeps a closed lot that a return names out of all that is open, until something comes back into it", () => {
    const wallet = walletOf(terms);
    expect(new WalletDraft(wallet).lots().map(({ id }) => id.slice(-1))).toEqual(["1", "3", "2"]);
    const draft = draftOn(5, wallet);
    giveBack(draft, [part("4", 2n)], "mvideo", day(19), day(5));
    draft.accept(day(5));
    expect(lotsOf(new WalletDraft(wallet))[0]).toBe("4 0/0/0 to 19");
    expect(wallet.byIssuer.get("eldorado")?.debt).toBe(2n);
  });
});
