/** A lot that changes hands: out of one wallet and into another, through the issuer's clearing account. */
import { describe, expect, test } from "vitest";
import { bucketOf } from "../../src/kernel/ids.ts";
import { lotRows } from "../../src/engine/wallets/wallet-rows.ts";
import { moveDebt, moveLot } from "../../src/ledger/posting/move.ts";
import type { Transfer } from "../../src/ledger/transfer.ts";
import type { WalletDraft } from "../../src/ledger/wallet-draft.ts";
import { day, debtsOf, draftOn, lot, lotId, lotsOf, openHold, OTHER, part, posted, walletOf } from "./wallets.ts";

/** What is left on an entity's clearing account. */
const clearing = (...drafts: WalletDraft[]): bigint =>
  drafts
    .flatMap((draft): readonly Transfer[] => draft.transfers)
    .reduce(
      (sum, { debit, credit, amount }) => sum + (credit === "moved" ? amount : debit === "moved" ? -amount : 0n),
      0n,
    );

describe("a lot that is moved", () => {
  test("goes with all that waits, is free or is held, keeps its terms, and leaves an empty, closed lot behind", () => {
    const held = openHold("1", 20, [part("1", 2n)]);
    const from = draftOn(0, {
      lots: [lot("1", { pending: 5n, available: 3n, held: 2n, from: 10, to: 40 })],
      holds: [held],
    });
    const to = draftOn(0, { memberId: OTHER });
    moveLot(from, lotId("1"), to, day(0));
    expect(posted(from)).toEqual([
      "move mvideo: pending > moved 5 (1, 0)",
      "move mvideo: available > moved 3 (1, 0)",
      "move mvideo: held > moved 2 (1, 0)",
    ]);
    expect(posted(to)).toEqual([
      "move mvideo: moved > pending 5 (1, 0)",
      "move mvideo: moved > available 3 (1, 0)",
      "move mvideo: moved > held 2 (1, 0)",
    ]);
    expect(clearing(from, to)).toBe(0n);
    expect(lotsOf(from)).toEqual(["1 0/0/0 to 40 closed"]);
    expect(lotsOf(to)).toEqual(["1 5/3/2 to 40"]);
    expect(to.totals()).toEqual({ pending: 5n, available: 3n, held: 2n, debt: 0n });
    expect(from.totals()).toEqual({ pending: 0n, available: 0n, held: 0n, debt: 0n });
  });

  test("belongs to whoever has it: each transfer concerns one wallet, its owner's", () => {
    const from = draftOn(0, { lots: [lot("1", { available: 3n })] });
    const to = draftOn(0, { memberId: OTHER });
    moveLot(from, lotId("1"), to, day(0));
    const moved = to.lot(lotId("1"));
    expect(moved.memberId).toBe(OTHER);
    // Its row lies in its owner's bucket, not in the one that its number names.
    expect(bucketOf(OTHER)).not.toBe(bucketOf(moved.id));
    expect(lotRows.inserting()([moved]).parameters).toContain(`{${bucketOf(OTHER)}}`);
    expect(from.transfers.every(({ memberId }) => memberId === from.memberId)).toBe(true);
    expect(to.transfers.every(({ memberId }) => memberId === OTHER)).toBe(true);
  });

  test("comes back as it went, to the lot that it left behind", () => {
    const here = walletOf({ lots: [lot("1", { pending: 1n, available: 3n, from: 10, to: 40 })] });
    const there = walletOf({ memberId: OTHER });
    for (const [a, b] of [
      [here, there],
      [there, here],
    ] as const) {
      const [from, to] = [draftOn(0, a), draftOn(0, b)];
      moveLot(from, lotId("1"), to, day(0));
      expect(clearing(from, to)).toBe(0n);
      from.accept(day(0));
      to.accept(day(0));
    }
    expect(lotsOf(draftOn(0, here))).toEqual(["1 1/3/0 to 40"]);
    expect(lotsOf(draftOn(0, there))).toEqual([]);
  });
});

test("a lot that arrives pays what its new owner owes, and so does what is free there when debt arrives", () => {
  const from = draftOn(0, { lots: [lot("1", { available: 5n })], debts: { mvideo: 3n } });
  const to = draftOn(0, {
    memberId: OTHER,
    lots: [lot("2", { available: 2n, to: 50, memberId: OTHER })],
    debts: { eldorado: 4n },
  });
  moveLot(from, lotId("1"), to, day(0));
  expect(posted(to)).toEqual([
    "move mvideo: moved > available 5 (1, 0)",
    "repayment mvideo: available > due_to:eldorado 4 (1, 0)",
    "repayment eldorado: due_from:mvideo > debt 4 (1, 0)",
  ]);
  moveDebt(from, "mvideo", 3n, to, day(0));
  expect(posted(to).slice(3)).toEqual([
    "move mvideo: debt > moved 3 (no lot, 0)",
    "repayment mvideo: available > debt 2 (2, 0)",
    "repayment mvideo: available > debt 1 (1, 0)",
  ]);
  expect(lotsOf(to)).toEqual(["2 0/0/0 to 50", "1 0/0/0 to 100"]);
  expect([debtsOf(from), debtsOf(to)]).toEqual([{}, {}]);
  expect(clearing(from, to)).toBe(0n);
});

test("what is owed moves through the clearing account as well", () => {
  const from = draftOn(0, { debts: { mvideo: 7n, eldorado: 1n } });
  const to = draftOn(0, { memberId: OTHER, debts: { mvideo: 2n } });
  moveDebt(from, "mvideo", 4n, to, day(0));
  expect(posted(from)).toEqual(["move mvideo: moved > debt 4 (no lot, 0)"]);
  expect(posted(to)).toEqual(["move mvideo: debt > moved 4 (no lot, 0)"]);
  expect(clearing(from, to)).toBe(0n);
  expect(debtsOf(from)).toEqual({ mvideo: 3n, eldorado: 1n });
  expect(debtsOf(to)).toEqual({ mvideo: 6n });
});
