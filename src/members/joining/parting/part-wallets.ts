/**
 * Parts one wallet into two: what each has earned and not spent is its own; what it spent of the other's it makes good, out of
 * what it has free, and owes the rest. In the books of no entity anything is gained or lost by it. Pure.
 */
import { type Bonus, formatAmount, maxOf, minOf } from "../../../kernel/amount.ts";
import { assert } from "../../../kernel/assert.ts";
import type { Instant } from "../../../kernel/clock.ts";
import type { HoldId, LotId } from "../../../kernel/ids.ts";
import { leftIn, type OpenHold } from "../../../ledger/hold.ts";
import type { Brand } from "../../../ledger/account.ts";
import type { Lot } from "../../../ledger/lot.ts";
import type { By } from "../../../ledger/posting/held.ts";
import { moveDebt, moveHold, moveShare, payDebts, type Share } from "../../../ledger/posting/move.ts";
import { payRestitution, restore, undoRepayment } from "../../../ledger/posting/parting.ts";
import type { WalletDraft } from "../../../ledger/wallet-draft.ts";
import type { MadeGood, PartedWallets } from "./unmerge-answer.ts";
import { OTHER, type Side, SIDES } from "../past/shares.ts";
import type { Told, ToPart } from "../past/told.ts";
import { Uses } from "../past/uses.ts";

interface Times extends By {
  /** Until when a lot lives at least into which something comes back. */
  readonly graceUntil: Instant;
}

/** `one`: the wallet that both have had; `other`: that of those who leave, which is empty. */
export function partWallets(one: WalletDraft, other: WalletDraft, known: ToPart, times: Times): PartedWallets {
  const { now: at, graceUntil } = times;
  const uses = Uses.of([...known.told, ...dueSince(one, known)]);
  const held = heldBySides(one, known);
  for (const side of SIDES) {
    for (const { lotId, amount } of held[side].flatMap((hold) => leftIn(hold))) {
      uses.hold(side, one.memberId, lotId, amount);
    }
  }
  const split = { known, uses, pinned: pinnedBy(held.leaving) };
  undoRepayments(one, split, { graceUntil, at });
  const claims = claimsOf(one, split);
  const lots = moveLots(one, other, split, at);
  for (const hold of held.leaving) moveHold(one, hold, other, times);
  for (const { entity, debt } of claims) if (debt > 0n) moveDebt(one, entity, debt, other, at);
  const drafts = { staying: one, leaving: other };
  const madeGood = claims.flatMap((claim) => makeGood(drafts, uses, claim, { graceUntil, at }));
  for (const draft of [one, other]) payDebts(draft, at);
  const orders = held.leaving.filter(({ orderId }) => orderId !== null).length;
  return { lots, holds: held.leaving.length, orders, madeGood };
}

/** What time has moved since it was read, in this very command. */
const dueSince = (draft: WalletDraft, { lots }: ToPart): Told[] =>
  draft.transfers.map((transfer, index) => ({
    posted: {
      ...transfer,
      wallet: draft.memberId,
      by: `now ${transfer.event === "repayment" ? transfer.lotId : index}`,
      ownedBy: transfer.lotId === null ? "staying" : (lots.get(transfer.lotId) ?? "staying"),
      side: null,
    },
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
  /** What the holds of those who leave pin, by lot. */
  readonly pinned: ReadonlyMap<LotId, Bonus>;
}

/** Of an entity: the debt that those who leave take along, and what they then have too much (they make it good), or too little. */
interface Claim {
  readonly entity: Brand;
  readonly debt: Bonus;
  readonly surplus: Bonus;
}

/** What those who leave would have, and what they are worth. */
function claimsOf(one: WalletDraft, split: Split): Claim[] {
  const has = new Map<Brand, Bonus>();
  for (const lot of one.lots()) {
    const { pending, available, held } = shareOfLeaving(one, lot, split);
    has.set(lot.issuer, (has.get(lot.issuer) ?? 0n) + pending + available + held);
  }
  const { worth } = split.uses;
  const entities = new Set([...has.keys(), ...worth.keys(), ...one.byIssuer.keys()]);
  return [...entities].sort().map((entity) => {
    const surplus = (has.get(entity) ?? 0n) - (worth.get(entity) ?? 0n);
    const debt = minOf(maxOf(surplus, 0n), minOf(one.debtTo(entity), split.uses.debtOf(entity)));
    return { entity, debt, surplus: surplus - debt };
  });
}

/** Debts that the lots of one side have paid for the other are owed again, and what has paid them is in its lots again. */
function undoRepayments(one: WalletDraft, split: Split, terms: Restoring): void {
  for (const { entity, surplus } of claimsOf(one, split)) {
    const side = surplus > 0n ? "staying" : "leaving";
    let left = surplus > 0n ? surplus : -surplus;
    for (const repaid of split.uses.repaidBy(side, entity)) {
      const amount = minOf(left, repaid.amount);
      if (amount === 0n) break;
      undoRepayment(one, { ...repaid, amount }, terms);
      split.uses.undo(side, one.memberId, one.lot(repaid.lotId).issuer, { ...repaid, amount });
      left -= amount;
    }
  }
}

/** Of each lot each side has its share; what their holds pin goes with those who leave. */
function moveLots(one: WalletDraft, other: WalletDraft, split: Split, at: Instant): number {
  let count = 0;
  for (const lot of one.lots()) {
    const former = split.known.ends.get(lot.id);
    const share = shareOfLeaving(one, lot, split);
    if (split.known.lots.get(lot.id) === "leaving" || share.pending + share.available + share.held > 0n) {
      moveShare(one, lot.id, share, other, at, former === undefined ? "later" : "own");
      count += 1;
    }
    if (former !== undefined && former !== null) endAsBefore(one, lot.id, former, at);
  }
  return count;
}

/** What of a lot is of those who leave. */
function shareOfLeaving(one: WalletDraft, lot: Lot, { known, uses, pinned }: Split): Share {
  const { id, pending, available } = lot;
  const { has } = uses.sharesOf(one.memberId, id);
  const isOwn = known.lots.get(id) === "leaving";
  const all = pending + available;
  const most = has.staying > 0n ? minOf(maxOf(has.leaving, 0n), all) : has.leaving > 0n || isOwn ? all : 0n;
  const free = minOf(most, available);
  return { available: free, pending: minOf(most - free, pending), held: pinned.get(id) ?? 0n };
}

/** A share of a lot that had ended sooner before they were joined does so again, unless it would have ended by now. */
function endAsBefore(draft: WalletDraft, id: LotId, end: Instant, at: Instant): void {
  const lot = draft.lot(id);
  if (!lot.closed && end > at) draft.moveEnd(lot, end, "move");
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

/** A lot, and how much of it the other has had. */
interface Used {
  readonly lot: Lot;
  readonly amount: Bonus;
}

interface Restoring {
  readonly graceUntil: Instant;
  readonly at: Instant;
}

/**
 * What one side has more than it is worth is given back to the other: into the lots of which it has had some, else into one that the other
 * has of that issuer.
 */
function makeGood(
  drafts: Readonly<Record<Side, WalletDraft>>,
  uses: Uses,
  { entity, surplus }: Claim,
  terms: Restoring,
): MadeGood[] {
  if (surplus === 0n) return [];
  const owner: Side = surplus > 0n ? "staying" : "leaving";
  const amount = surplus > 0n ? surplus : -surplus;
  const used = [...uses.had.of(owner)]
    .filter(([, each]) => each > 0n)
    .map(([id, each]) => ({ lot: lotOf(drafts, owner, id), amount: each }))
    .filter(({ lot }) => lot.issuer === entity);
  const { paid, owed } = payRestitution(drafts[OTHER[owner]], entity, amount, terms.at);
  const left = restoreAll(drafts[owner], used, amount, terms);
  if (left > 0n) {
    const lots = used.length > 0 ? used.map(({ lot }) => lot) : anyOf(drafts, uses, owner, entity);
    const any = lots.map((lot) => ({ lot, amount: left }));
    restoreAll(drafts[owner], any, left, terms);
  }
  return [{ entity, to: owner, paid: formatAmount(paid), owed: formatAmount(owed) }];
}

/**
 * Where something may be given back of which no lot was had: one of the issuer's that the owner has; else, where all of his have ended long ago,
 * the last of them; else one of the other's.
 */
function anyOf(drafts: Readonly<Record<Side, WalletDraft>>, uses: Uses, owner: Side, entity: Brand): readonly Lot[] {
  const of = (side: Side) => drafts[side].lots().flatMap(({ id, issuer }) => (issuer === entity ? [id] : []));
  const last = (side: Side) => [uses.lastLotOf(side, entity)].flatMap((id) => id ?? []);
  const other = OTHER[owner];
  const [lots] = [of(owner), last(owner), of(other), last(other)].filter((each) => each.length > 0);
  assert(lots !== undefined, "whoever is worth something of an issuer has had a lot of it");
  return lots.map((id) => lotOf(drafts, owner, id));
}

/** Into the lots that live longest first; answers what they do not take. */
function restoreAll(to: WalletDraft, used: readonly Used[], net: Bonus, terms: Restoring): Bonus {
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
