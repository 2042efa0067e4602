/**
 * Moving what is in one wallet into another: out of the one and into the other through the issuer's clearing account
 * `moved`, which is zero afterwards. Each transfer concerns one wallet, and lies with it.
 */
import type { Bonus } from "../../kernel/amount.ts";
import { assert } from "../../kernel/assert.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { LotId } from "../../kernel/ids.ts";
import { type Brand, LOT_ACCOUNTS, type LotAccount } from "../account.ts";
import type { Hold, OpenHold } from "../hold.ts";
import { type Lot, withAmount, withChange } from "../lot.ts";
import type { WalletDraft } from "../wallet-draft.ts";
import type { By } from "./held.ts";
import { repayDebt } from "./due.ts";

/** So much of a lot, account by account. */
export type Share = Readonly<Pick<Lot, LotAccount>>;

/** All that is in a lot. */
const allOf = ({ pending, available, held }: Lot): Share => ({ pending, available, held });

/**
 * Moves a share of a lot, mostly all that is left in it. It keeps its identity and its terms; where the other wallet has some
 * of the lot already, the two become one, and end with the later of their ends. An empty, closed lot stays behind, to which
 * it can be moved back. Holds on it are for whoever moves it: they must be moved along. What is free of it pays what its new
 * owner owes. `ends`: what the other has of it may keep its own end, where that has not come.
 */
export function moveShare(
  from: WalletDraft,
  lotId: LotId,
  share: Share,
  to: WalletDraft,
  at: Instant,
  ends: "later" | "own" = "later",
): void {
  assert(from.memberId !== to.memberId, "a lot moves between two wallets");
  let left = from.lot(lotId);
  let arrived = withChange(shareOf(to, left, ends === "own" ? at : null), { closed: false });
  for (const account of LOT_ACCOUNTS) {
    const amount = share[account];
    if (amount === 0n) continue;
    assert(amount <= left[account], "no more of a lot moves than is in it");
    left = withAmount(left, account, left[account] - amount);
    arrived = withAmount(arrived, account, arrived[account] + amount);
    from.post(left, { debit: account, credit: "moved", amount, event: "move", at });
    to.post(arrived, { debit: "moved", credit: account, amount, event: "move", at });
  }
  // One that is empty, and whose end has not come, goes along: something may come back into it.
  if (share.pending + share.available + share.held === 0n && isEmpty(left)) to.put(arrived);
  if (isEmpty(left) && !left.closed) from.put(withChange(left, { closed: true }));
  repayDebt(to, lotId, share.available, at);
}

/** Moves a lot, with all that is left in it. */
export const moveLot = (from: WalletDraft, lotId: LotId, to: WalletDraft, at: Instant): void =>
  moveShare(from, lotId, allOf(from.lot(lotId)), to, at);

const isEmpty = ({ pending, available, held }: Lot): boolean => pending + available + held === 0n;

/** What a wallet has of a lot that another has too: it ends no sooner than the other, or keeps its own end that is after `own`. Nothing, where it has none yet. */
function shareOf(draft: WalletDraft, lot: Lot, own: Instant | null): Lot {
  if (!draft.has(lot.id)) return { ...lot, memberId: draft.memberId, pending: 0n, available: 0n, held: 0n };
  const there = draft.lot(lot.id);
  if (own !== null && there.expiresAt > own) return there;
  return there.expiresAt < lot.expiresAt ? draft.moveEnd(there, lot.expiresAt, "move") : there;
}

/** Moves an open hold into the wallet into which its lots have moved, with all that is left in it. */
export function moveHold(from: WalletDraft, hold: OpenHold, to: WalletDraft, { operationId, now: at }: By): void {
  const move = { event: "move", operationId, at, parts: [], from: from.memberId, to: to.memberId } as const;
  const moves = [...hold.moves, move];
  to.putHold({ ...hold, moves, memberId: to.memberId });
  from.putHold({ ...hold, moves, status: "moved", endedAt: at });
}

/**
 * Brings a hold that has ended in another wallet into this one, since it is to be opened again: nothing is left in it, so no
 * bonuses move. Ended ones go nowhere when members become one, or part: there may be thousands of them.
 */
export function bringHold(hold: Hold, to: WalletDraft, { operationId, now: at }: By): Hold {
  assert(hold.status !== "open" && hold.status !== "moved", "an open hold moves along with its lots");
  const move = { event: "move", operationId, at, parts: [], from: hold.memberId, to: to.memberId } as const;
  const moves = [...hold.moves, move];
  const brought = { ...hold, moves, memberId: to.memberId };
  to.holdsLeft.push({ ...hold, moves, status: "moved", endedAt: at });
  to.putHold(brought);
  return brought;
}

/** Moves what is owed to an entity from one member to another, whose free bonuses pay it, soonest end first. */
export function moveDebt(from: WalletDraft, entity: Brand, amount: Bonus, to: WalletDraft, at: Instant): void {
  assert(from.memberId !== to.memberId, "debt moves between two wallets");
  assert(amount > 0n && amount <= from.debtTo(entity), "no more debt moves than there is");
  from.postElsewhere(entity, null, { debit: "moved", credit: "debt", amount, event: "move", at });
  from.setDebt(entity, from.debtTo(entity) - amount);
  to.postElsewhere(entity, null, { debit: "debt", credit: "moved", amount, event: "move", at });
  to.setDebt(entity, to.debtTo(entity) + amount);
  payDebts(to, at);
}

/** Pays what is owed out of all that is free, soonest end first. */
export function payDebts(draft: WalletDraft, at: Instant): void {
  const { available, debt } = draft.totals();
  if (available === 0n || debt === 0n) return;
  for (const lot of draft.burnable()) {
    repayDebt(draft, lot.id, lot.available, at);
    if (draft.totals().available === 0n || draft.totals().debt === 0n) break;
  }
}
