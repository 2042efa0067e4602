/**
 * Parts one wallet into two: what each has earned and not spent is its own; what it spent of the other's it makes good, out of
 * what it has free, and owes the rest. In the books of no entity anything is gained or lost by it. Pure.
 */
import { type Bonus, formatAmount, maxOf, minOf } from "../../../kernel/amount.ts";
import type { Instant } from "../../../kernel/clock.ts";
import type { HoldId, LotId } from "../../../kernel/ids.ts";
import { leftIn, type OpenHold } from "../../../ledger/hold.ts";
import type { Lot } from "../../../ledger/lot.ts";
import type { By } from "../../../ledger/posting/held.ts";
import { moveDebt, moveHold, moveShare, payDebts } from "../../../ledger/posting/move.ts";
import { payRestitution, restore, undoRepayment } from "../../../ledger/posting/parting.ts";
import type { WalletDraft } from "../../../ledger/wallet-draft.ts";
import type { MadeGood, PartedWallets } from "./unmerge-answer.ts";
import { OTHER, type Side, SIDES } from "../past/shares.ts";
import { type LotOwner, type Posted, type ToPart, type Uses, usesOf } from "../past/uses.ts";

interface Times extends By {
  /** Until when a lot lives at least into which something comes back. */
  readonly graceUntil: Instant;
}

/** `one`: the wallet that both have had; `other`: that of those who leave, which is empty. */
export function partWallets(one: WalletDraft, other: WalletDraft, known: ToPart, times: Times): PartedWallets {
  const { now: at, graceUntil } = times;
  const uses = usesOf([...known.posted, ...dueSince(one, known)]);
  for (const repaid of uses.repaid) undoRepayment(one, repaid, { graceUntil, at });
  const held = heldBySides(one, known);
  const had = withHeld(uses, known, held);
  const lots = moveLots(one, other, { known, uses, held }, at);
  for (const hold of held.leaving) moveHold(one, hold, other, times);
  for (const [entity, debt] of uses.debts.leaving) {
    const amount = minOf(debt, one.debtTo(entity));
    if (amount > 0n) moveDebt(one, entity, amount, other, at);
  }
  const drafts = { staying: one, leaving: other };
  const madeGood = makeGood(drafts, had, { graceUntil, at });
  for (const draft of [one, other]) payDebts(draft, at);
  const orders = held.leaving.filter(({ orderId }) => orderId !== null).length;
  return { lots, holds: held.leaving.length, orders, madeGood };
}

/** What time has moved since it was read, in this very command. */
const dueSince = (draft: WalletDraft, { lots }: ToPart): Posted[] =>
  draft.transfers.map((transfer) => ({
    ...transfer,
    ownedBy: transfer.lotId === null ? null : (lots.get(transfer.lotId) ?? "staying"),
    askedBy: null,
  }));

type HeldBySides = Readonly<Record<Side, readonly OpenHold[]>>;

function heldBySides(draft: WalletDraft, { holds }: ToPart): HeldBySides {
  const open = draft.openHolds();
  const of = (side: Side) => open.filter(({ id }) => sideOfHold(holds, id) === side);
  return { leaving: of("leaving"), staying: of("staying") };
}

const sideOfHold = (holds: ToPart["holds"], id: HoldId): Side => holds.get(id) ?? "staying";

/** How much of each lot is pinned by holds. */
function pinnedBy(holds: readonly OpenHold[]): ReadonlyMap<LotId, Bonus> {
  const pinned = new Map<LotId, Bonus>();
  for (const { lotId, amount } of holds.flatMap((hold) => leftIn(hold))) {
    pinned.set(lotId, (pinned.get(lotId) ?? 0n) + amount);
  }
  return pinned;
}

interface Split {
  readonly known: ToPart;
  readonly uses: Uses;
  readonly held: HeldBySides;
}

/** Of each lot its owner has what is not pinned by the other's holds; what those pin goes with them. Of one of both each has his share. */
function moveLots(one: WalletDraft, other: WalletDraft, { known, uses, held }: Split, at: Instant): number {
  const pinnedOf = pinnedBy(held.leaving);
  let count = 0;
  for (const lot of one.lots()) {
    const owner = known.lots.get(lot.id);
    const former = known.ends.get(lot.id);
    const share = { ...freeOfLeaving(lot, owner, uses), held: pinnedOf.get(lot.id) ?? 0n };
    if (owner === "leaving" || share.pending + share.available + share.held > 0n) {
      moveShare(one, lot.id, share, other, at, former === undefined ? "later" : "own");
      count += 1;
    }
    if (former !== undefined && former !== null) endAsBefore(one, lot.id, former, at);
  }
  return count;
}

/** What of a lot is free, or waits, and is of those who leave. */
function freeOfLeaving(
  { id, pending, available }: Lot,
  owner: LotOwner | undefined,
  { shares }: Uses,
): Pick<Lot, "pending" | "available"> {
  if (owner === "leaving") return { pending, available };
  const share = owner === "both" ? (shares.get(id)?.has.leaving ?? 0n) : 0n;
  const free = minOf(maxOf(share, 0n), available);
  return { available: free, pending: minOf(maxOf(share - free, 0n), pending) };
}

/** A share of a lot that had ended sooner before they were joined does so again, unless it would have ended by now. */
function endAsBefore(draft: WalletDraft, id: LotId, end: Instant, at: Instant): void {
  const lot = draft.lot(id);
  if (!lot.closed && end > at) draft.moveEnd(lot, end, "move");
}

/** What the holds of one side pin of the other's lots is as good as spent; of a lot of both, what they pin beyond their own share. */
function withHeld({ had, shares }: Uses, known: ToPart, held: HeldBySides): Uses["had"] {
  const all = { leaving: new Map(had.leaving), staying: new Map(had.staying) };
  for (const holder of SIDES) {
    for (const { lotId, amount } of held[holder].flatMap((hold) => leftIn(hold))) {
      const owner = known.lots.get(lotId) ?? "staying";
      if (owner === "both") shares.get(lotId)?.take(holder, amount, { held: true });
      else if (owner !== holder) all[owner].set(lotId, (all[owner].get(lotId) ?? 0n) + amount);
    }
  }
  for (const [lotId, share] of shares) {
    for (const owner of SIDES) if (share.had[owner] > 0n) all[owner].set(lotId, share.had[owner]);
  }
  return all;
}

/**
 * A lot of its owner's, as his own wallet has it: empty, where all of it was spent while they were one, or where a
 * third has it by now.
 */
function lotOf(drafts: Readonly<Record<Side, WalletDraft>>, owner: Side, id: LotId): Lot {
  const [own, others] = owner === "leaving" ? [drafts.leaving, drafts.staying] : [drafts.staying, drafts.leaving];
  if (!own.has(id)) {
    const known = others.has(id) ? others.lot(id) : drafts.staying.lot(id);
    own.put({ ...known, memberId: own.memberId, pending: 0n, available: 0n, held: 0n, closed: true });
  }
  return own.lot(id);
}

interface Restoring {
  readonly graceUntil: Instant;
  readonly at: Instant;
}

/**
 * Issuer by issuer: what each has had of the other's, less what the other has had of its own, is given back into the other's lots.
 * Where a third has made good to one side what is the other's, less than nothing was had of a lot: the other has a share of it then.
 */
function makeGood(drafts: Readonly<Record<Side, WalletDraft>>, had: Uses["had"], terms: Restoring): MadeGood[] {
  const lotsOf = (owner: Side) =>
    [...had[owner]]
      .filter(([, amount]) => amount !== 0n)
      .map(([id, amount]) => ({ lot: lotOf(drafts, owner, id), amount }));
  const used = { leaving: lotsOf("leaving"), staying: lotsOf("staying") };
  const issuers = new Set(SIDES.flatMap((side) => used[side].map(({ lot }) => lot.issuer)));
  return [...issuers].sort().flatMap((issuer) => {
    const of = (owner: Side) => used[owner].filter(({ lot }) => lot.issuer === issuer);
    const total = (owner: Side) => of(owner).reduce((sum, { amount }) => sum + amount, 0n);
    const net = total("staying") - total("leaving");
    if (net === 0n) return [];
    const owner: Side = net > 0n ? "staying" : "leaving";
    const [to, from] = [drafts[owner], drafts[OTHER[owner]]];
    const amount = net > 0n ? net : -net;
    const { paid, owed } = payRestitution(from, issuer, amount, terms.at);
    const left = restoreAll(to, of(owner), amount, terms);
    const shared = left === 0n ? [] : of(OTHER[owner]).filter((each) => each.amount < 0n);
    const shares = shared.map((each) => ({ lot: lotOf(drafts, owner, each.lot.id), amount: -each.amount }));
    restoreAll(to, shares, left, terms);
    return [{ entity: issuer, to: owner, paid: formatAmount(paid), owed: formatAmount(owed) }];
  });
}

/** Into the lots that live longest first; answers what they do not take. */
function restoreAll(
  to: WalletDraft,
  used: readonly { readonly lot: Lot; readonly amount: Bonus }[],
  net: Bonus,
  terms: Restoring,
): Bonus {
  let left = net;
  const lots = used.filter(({ amount }) => amount > 0n);
  for (const { lot, amount } of lots.sort(
    (a, b) => b.lot.expiresAt - a.lot.expiresAt || (a.lot.id < b.lot.id ? -1 : 1),
  )) {
    const part = minOf(left, amount);
    if (part === 0n) break;
    restore(to, lot.id, part, terms);
    left -= part;
  }
  return left;
}
