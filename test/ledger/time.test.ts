/** Time is applied on read, and no balance depends on when that was. */
import { describe, expect, test } from "vitest";
import { applyDue } from "../../src/ledger/posting/due.ts";
import { grant } from "../../src/ledger/posting/grant.ts";
import { spendable } from "../../src/ledger/posting/spend.ts";
import { WalletDraft } from "../../src/ledger/wallet-draft.ts";
import {
  day,
  draftOn,
  EVERYWHERE,
  grantOf,
  holdOn,
  lot,
  lotsOf,
  openHold,
  releaseAll,
  part,
  posted,
  walletOf,
} from "./wallets.ts";

function readAt(instant: number, terms: Parameters<typeof walletOf>[0]): WalletDraft {
  const draft = new WalletDraft(walletOf(terms));
  applyDue(draft, instant);
  return draft;
}

describe("what waits", () => {
  const lots = [lot("1", { pending: 7n, from: 5, to: 9 })];

  test("becomes available at its instant, not a millisecond before", () => {
    expect(readAt(day(5) - 1, { lots }).totals()).toMatchObject({ pending: 7n, available: 0n });
    expect(readAt(day(5), { lots }).totals()).toMatchObject({ pending: 0n, available: 7n });
  });

  test("is posted with the instant at which it was due, however late it is read", () => {
    const draft = readAt(day(50), { lots });
    expect(posted(draft)).toEqual([
      "activation mvideo: pending > available 7 (1, 5)",
      "expiry mvideo: available > breakage 7 (1, 9)",
    ]);
    expect(lotsOf(draft)).toEqual(["1 0/0/0 to 9 closed"]);
  });
});

describe("what has ended", () => {
  const lots = [lot("1", { available: 7n, to: 9 })];

  test("is spendable up to its last millisecond, and never after", () => {
    expect(spendable(readAt(day(9) - 1, { lots }), "mvideo", EVERYWHERE)).toBe(7n);
    const after = readAt(day(9), { lots });
    expect(spendable(after, "mvideo", EVERYWHERE)).toBe(0n);
    expect(posted(after)).toEqual(["expiry mvideo: available > breakage 7 (1, 9)"]);
  });

  test("closes without a posting where nothing is left in it", () => {
    const draft = readAt(day(9), { lots: [lot("1", { to: 9 })] });
    expect(posted(draft)).toEqual([]);
    expect(lotsOf(draft)).toEqual(["1 0/0/0 to 9 closed"]);
    expect(lotsOf(readAt(day(9) - 1, { lots: [lot("1", { to: 9 })] }))).toEqual(["1 0/0/0 to 9"]);
  });
});

describe("at one instant", () => {
  test("holds end first, then lots begin, then lots end; before that, what was earlier", () => {
    const draft = readAt(day(20), {
      lots: [
        lot("a", { available: 1n, to: 10 }),
        lot("b", { pending: 2n, from: 10, to: 30 }),
        lot("c", { held: 3n, to: 40 }),
        lot("d", { available: 4n, to: 9 }),
        lot("e", { available: 5n, to: 10, from: 1 }),
      ],
      holds: [openHold("1", 10, [part("c", 3n)])],
    });
    expect(posted(draft)).toEqual([
      "expiry mvideo: available > breakage 4 (d, 9)",
      "release mvideo: held > available 3 (c, 10)",
      "activation mvideo: pending > available 2 (b, 10)",
      "expiry mvideo: available > breakage 1 (a, 10)",
      "expiry mvideo: available > breakage 5 (e, 10)",
    ]);
  });

  test("it is the hold's id that decides which lot pays a debt, not the order in which holds were loaded", () => {
    const lots = [lot("a", { held: 5n }), lot("b", { held: 5n })];
    const holds = [openHold("2", 10, [part("a", 5n)]), openHold("1", 10, [part("b", 5n)])];
    const outcomes = [holds, holds.toReversed()].map((loaded) => {
      const draft = readAt(day(10), { lots, holds: loaded, debts: { mvideo: 3n } });
      return lotsOf(draft);
    });
    expect(outcomes[0]).toEqual(["a 0/5/0 to 100", "b 0/2/0 to 100"]);
    expect(outcomes[1]).toEqual(outcomes[0]);
  });
});

describe("a hold", () => {
  const terms = {
    lots: [lot("1", { available: 4n, held: 6n, to: 9 }), lot("2", { available: 1n, to: 30 })],
    holds: [openHold("1", 20, [part("1", 6n)])],
  };

  test("keeps its lot alive past its end, and only what it has pinned", () => {
    const draft = readAt(day(10), terms);
    expect(posted(draft)).toEqual(["expiry mvideo: available > breakage 4 (1, 9)"]);
    expect(lotsOf(draft)).toEqual(["1 0/0/6 to 9", "2 0/1/0 to 30"]);
    expect(draft.totals()).toMatchObject({ available: 1n, held: 6n });
  });

  test("that expires gives back what then expires at once", () => {
    const draft = readAt(day(20), terms);
    expect(posted(draft)).toEqual([
      "expiry mvideo: available > breakage 4 (1, 9)",
      "release mvideo: held > available 6 (1, 20)",
      "expiry mvideo: available > breakage 6 (1, 20)",
    ]);
    expect(lotsOf(draft)).toEqual(["1 0/0/0 to 9 closed", "2 0/1/0 to 30"]);
    expect(draft.openHolds()).toEqual([]);
  });

  test("released by hand after its lot's end loses it then, before it gives it back", () => {
    const late = draftOn(12, terms);
    releaseAll(late, openHold("1", 20, [part("1", 6n)]), 12);
    expect(posted(late)).toEqual([
      "release mvideo: held > available 6 (1, 12)",
      "expiry mvideo: available > breakage 6 (1, 12)",
    ]);
    const early = draftOn(8, terms);
    releaseAll(early, openHold("1", 20, [part("1", 6n)]), 8);
    expect(lotsOf(early)).toEqual(["1 0/10/0 to 9", "2 0/1/0 to 30"]);
  });

  test("ends once: what was released is not released again when its time comes", () => {
    const wallet = walletOf(terms);
    const draft = draftOn(8, wallet);
    releaseAll(draft, openHold("1", 20, [part("1", 6n)]), 8);
    draft.accept(day(8));
    expect([...wallet.holds.values()].map(({ status }) => status)).toEqual(["released"]);
    expect(posted(readAt(day(20), { lots: wallet.lots, holds: [...wallet.holds.values()] }))).toEqual([
      "expiry mvideo: available > breakage 10 (1, 9)",
    ]);
  });

  test("of one of two lots frees the other at its own time", () => {
    const draft = draftOn(1, { lots: [lot("1", { available: 5n, to: 9 }), lot("2", { available: 5n, to: 30 })] });
    holdOn(draft, "1", 3n, 12, 1);
    holdOn(draft, "2", 4n, 15, 1);
    applyDue(draft, day(12));
    expect(lotsOf(draft)).toEqual(["1 0/0/2 to 9", "2 0/3/2 to 30"]);
    applyDue(draft, day(15));
    expect(lotsOf(draft)).toEqual(["1 0/0/0 to 9 closed", "2 0/5/0 to 30"]);
  });
});

describe("applying what is due", () => {
  const terms = {
    lots: [
      lot("1", { pending: 4n, from: 3, to: 9 }),
      lot("2", { held: 2n, to: 5 }),
      lot("3", { available: 9n, to: 7 }),
    ],
    holds: [openHold("1", 6, [part("2", 2n)])],
    debts: { mvideo: 3n, eldorado: 2n },
  };

  test("twice changes nothing the second time", () => {
    const draft = readAt(day(8), terms);
    const [before, lots] = [posted(draft), lotsOf(draft)];
    applyDue(draft, day(8));
    expect(posted(draft)).toEqual(before);
    expect(lotsOf(draft)).toEqual(lots);
  });

  test("day by day, on one draft or accepted each day, gives what one step gives", () => {
    const once = readAt(day(12), terms);
    const reading = new WalletDraft(walletOf(terms));
    const wallet = walletOf(terms);
    const steps: string[] = [];
    for (let n = 0; n <= 12; n += 1) {
      applyDue(reading, day(n));
      const draft = new WalletDraft(wallet);
      applyDue(draft, day(n));
      steps.push(...posted(draft));
      draft.accept(day(n));
    }
    expect(steps).toEqual(posted(once));
    expect(posted(reading)).toEqual(posted(once));
    expect(lotsOf(wallet)).toEqual(lotsOf(once));
  });
});

describe("a grant", () => {
  test("waits until it begins", () => {
    const draft = draftOn(1, {});
    grant(draft, grantOf("1", 30n, { from: 15, to: 195 }), day(1), day(1));
    expect(posted(draft)).toEqual(["grant mvideo: issuance:ordinary > pending 30 (1, 1)"]);
    expect(draft.totals()).toMatchObject({ pending: 30n, available: 0n });
  });

  test("that begins at once is available in the same breath", () => {
    const draft = draftOn(1, {});
    grant(draft, grantOf("1", 30n, { kind: "promo", from: 1 }), day(1), day(1));
    expect(posted(draft)).toEqual([
      "grant mvideo: issuance:promo > pending 30 (1, 1)",
      "activation mvideo: pending > available 30 (1, 1)",
    ]);
  });

  test("of a receipt that comes when all is over is granted, active and expired in the same breath", () => {
    const draft = draftOn(40, {});
    grant(draft, grantOf("1", 30n, { from: 10, to: 35 }), day(5), day(40));
    expect(posted(draft)).toEqual([
      "grant mvideo: issuance:ordinary > pending 30 (1, 5)",
      "activation mvideo: pending > available 30 (1, 10)",
      "expiry mvideo: available > breakage 30 (1, 35)",
    ]);
    expect(lotsOf(draft)).toEqual(["1 0/0/0 to 35 closed"]);
  });

  test("that takes the place of a receipt on suspense is charged to suspense", () => {
    const draft = draftOn(1, {});
    grant(draft, { ...grantOf("1", 30n, { from: 15 }), source: "suspense" }, day(1), day(1));
    expect(posted(draft)).toEqual(["claim mvideo: suspense > pending 30 (1, 1)"]);
  });
});
