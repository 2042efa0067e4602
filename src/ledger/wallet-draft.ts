/**
 * A draft: one decision's working copy of a wallet, dropped where it is refused. What is in a lot changes through `post`, so
 * never without its transfer; its end through `moveEnd`, so never without its reason.
 */
import type { Bonus } from "../kernel/amount.ts";
import { assert } from "../kernel/assert.ts";
import type { Instant } from "../kernel/clock.ts";
import type { HoldId, LotId, MemberId } from "../kernel/ids.ts";
import type { Brand, LotKind } from "./account.ts";
import type { Hold, OpenHold } from "./hold.ts";
import { checkLot, compareLots, isCooling, type Lot, nextTurnAt, withChange } from "./lot.ts";
import type { TermsChange, TermsReason } from "./terms.ts";
import { type IssuerTotals, NOTHING, totalOf, type Totals, withLot } from "./totals.ts";
import { type Posting, type Transfer, transfer } from "./transfer.ts";
import { LotsMissing, outlookOf, type Wallet, type WalletOwner } from "./wallet.ts";

export class WalletDraft {
  readonly #wallet: Wallet;
  readonly #lots = new Map<LotId, Lot>();
  readonly #holds = new Map<HoldId, Hold>();
  readonly transfers: Transfer[] = [];
  readonly terms: TermsChange[] = [];
  /** Holds as other wallets know them from now on, from which they were brought here. */
  readonly holdsLeft: Hold[] = [];
  #byIssuer: Map<Brand, IssuerTotals> | undefined;
  #ends: Partial<Record<LotKind, Instant>> | undefined;
  #owner: WalletOwner | undefined;
  #dueAppliedUntil = Number.NEGATIVE_INFINITY;
  #mustBeWritten = false;
  /** When it is looked at: what is due by then was applied. */
  at: Instant = Number.NEGATIVE_INFINITY;

  constructor(wallet: Wallet) {
    this.#wallet = wallet;
  }

  get memberId(): MemberId {
    return this.#wallet.memberId;
  }
  get owner(): WalletOwner {
    return this.#owner ?? this.#wallet.owner;
  }

  /** Says whom the wallet belongs to from now on. */
  setOwner(change: Partial<WalletOwner>): void {
    this.#owner = { ...this.owner, ...change };
    this.#mustBeWritten = true;
  }

  /** The version that the wallet will have when this draft is accepted. */
  get version(): bigint {
    return this.#wallet.version + (this.changed ? 1n : 0n);
  }

  /** The version as it was loaded; null where a command of the same group has changed the wallet since. */
  get loadedVersion(): bigint | null {
    return this.#wallet.version === this.#wallet.loadedVersion ? this.#wallet.version : null;
  }

  get changed(): boolean {
    return this.#mustBeWritten || this.#lots.size > 0 || this.#holds.size > 0 || this.transfers.length > 0;
  }

  get changedLots(): ReadonlyMap<LotId, Lot> {
    return this.#lots;
  }
  get changedHolds(): ReadonlyMap<HoldId, Hold> {
    return this.#holds;
  }

  /** Whether the wallet has this lot, or had it; a lot that is named must have been asked for. */
  has(id: LotId): boolean {
    return this.#lots.has(id) || this.#wallet.lot(id) !== undefined;
  }

  /** The lot as this draft has it. It must be loaded; what only another wallet has of it is loaded as an empty one. */
  lot(id: LotId): Lot {
    const lot = this.#lots.get(id) ?? this.#wallet.lot(id) ?? this.#wallet.template(id);
    assert(lot !== undefined, "a lot that is named is loaded");
    return lot;
  }

  /** All open lots in burn order, as this draft has them. */
  lots(): readonly Lot[] {
    return this.lotsEndingBefore(Number.POSITIVE_INFINITY);
  }

  /** The open lots that end before an instant, of these kinds or of all, in burn order. */
  lotsEndingBefore(until: Instant, kinds?: ReadonlySet<LotKind>): readonly Lot[] {
    const { endingBefore, endingKinds } = this.#wallet.coverage;
    const known =
      endingKinds === undefined || (kinds !== undefined && [...kinds].every((kind) => endingKinds.has(kind)));
    if (endingBefore < until || !known) throw new LotsMissing(this.memberId);
    return this.#present().filter((lot) => lot.expiresAt < until && (kinds === undefined || kinds.has(lot.kind)));
  }

  /** Lots with something available, soonest end first. Throws `LotsMissing` where more are wanted than were loaded. */
  *burnable(): Generator<Lot, void> {
    const { burnableTo, endingBefore, endingKinds } = this.#wallet.coverage;
    const ofAllKinds = endingKinds === undefined ? endingBefore : 0;
    const all = burnableTo === "all" || ofAllKinds === Number.POSITIVE_INFINITY;
    for (const lot of this.#present()) {
      const known = all || lot.expiresAt < ofAllKinds || (burnableTo !== "none" && compareLots(lot, burnableTo) <= 0);
      if (!known) break;
      if (lot.available > 0n) yield lot;
    }
    if (!all) throw new LotsMissing(this.memberId);
  }

  /** Never later than the end of any open lot of a kind. */
  soonestEndOf(kind: LotKind): Instant {
    return (this.#ends ?? this.#wallet.soonestEnds)[kind] ?? Number.POSITIVE_INFINITY;
  }

  /** Says that no open lot of a kind ends sooner: whoever says it has looked at all that end before. */
  noSoonerEndOf(kind: LotKind, end: Instant): void {
    this.#ends = { ...(this.#ends ?? this.#wallet.soonestEnds), [kind]: end };
    this.#mustBeWritten = true;
  }

  /** A hold that was asked for, as this draft has it, or another wallet in which it has ended; undefined where there is none. */
  hold(id: HoldId): Hold | undefined {
    return this.#holds.get(id) ?? this.#wallet.holds.get(id);
  }

  openHold(id: HoldId): OpenHold | undefined {
    const hold = this.hold(id);
    return hold?.status === "open" ? hold : undefined;
  }

  openHolds(): OpenHold[] {
    if (!this.#wallet.coverage.holds) throw new LotsMissing(this.memberId);
    const all = [...this.#wallet.holds.values(), ...this.#holds.values()];
    return all.filter((hold): hold is OpenHold => hold.status === "open" && this.openHold(hold.id) === hold);
  }

  /** What there is of each issuer, and what is owed to it. */
  get byIssuer(): ReadonlyMap<Brand, IssuerTotals> {
    return this.#byIssuer ?? this.#wallet.byIssuer;
  }

  debtTo(entity: Brand): Bonus {
    return this.byIssuer.get(entity)?.debt ?? 0n;
  }

  totals(): Totals {
    return totalOf(this.byIssuer);
  }

  /** Whether time has moved anything here that is not posted yet. */
  isDue(now: Instant): boolean {
    if (this.#isDueAsLoaded(now)) return true;
    for (const lot of this.#lots.values()) if (nextTurnAt(lot) <= now) return true;
    for (const hold of this.#holds.values()) if (hold.status === "open" && hold.expiresAt <= now) return true;
    return false;
  }

  /** Lots and open holds that may be due: all of them, or those of this draft where the rest has been seen to. */
  dueCandidates(now: Instant): { readonly lots: readonly Lot[]; readonly holds: readonly OpenHold[] } {
    if (this.#isDueAsLoaded(now)) return { lots: this.lots(), holds: this.openHolds() };
    const holds = [...this.#holds.values()].filter((hold) => hold.status === "open");
    return { lots: [...this.#lots.values()].sort(compareLots), holds };
  }

  /** Remembers that all that was due by then has been applied, so that the wallet looks for its next turn anew. */
  dueApplied(until: Instant): void {
    if (this.#wallet.isWhole) this.#dueAppliedUntil = Math.max(this.#dueAppliedUntil, until);
  }

  /** Has the wallet written even if nothing moved, so that its next turn is known exactly. */
  writeAnyway(): void {
    this.#mustBeWritten = true;
    if (this.#wallet.isWhole) this.#dueAppliedUntil = Math.max(this.#dueAppliedUntil, this.#wallet.postedAt);
  }

  /** Moves an amount on a lot: writes the transfer in the books of the lot's issuer, and the lot as it is then. */
  post(lot: Lot, posting: Posting): void {
    this.postElsewhere(lot.issuer, lot.id, posting);
    this.put(lot);
  }

  /** A transfer of another entity than the lot's issuer, or on no lot at all. */
  postElsewhere(entity: Brand, lotId: LotId | null, posting: Posting): void {
    const { debit, credit, amount, event, at } = posting;
    const { memberId } = this;
    this.transfers.push(transfer({ entity, debit, credit, amount, memberId, lotId, event, occurredAt: at }));
  }

  /** A lot that closes, or that `post` has moved. */
  put(lot: Lot): void {
    const former = this.#lots.get(lot.id) ?? this.#wallet.lot(lot.id);
    this.#lots.set(lot.id, checkLot(lot));
    if (isCooling(lot, this.owner.coolingUntil ?? 0)) this.setOwner({ coolingUntil: lot.spendableFrom });
    this.#setTotals(lot.issuer, withLot(this.byIssuer.get(lot.issuer) ?? NOTHING, lot, former));
    if (!lot.closed && lot.expiresAt < this.soonestEndOf(lot.kind)) this.noSoonerEndOf(lot.kind, lot.expiresAt);
  }

  /** Moves the end of a lot, for a reason that is kept. Answers the lot as it is then. */
  moveEnd(lot: Lot, until: Instant, reason: TermsReason): Lot {
    if (lot.expiresAt === until) return lot;
    this.terms.push({ lotId: lot.id, reason, formerEnd: lot.expiresAt, newEnd: until });
    const moved = withChange(lot, { expiresAt: until, closed: false });
    this.put(moved);
    return moved;
  }

  putHold(hold: Hold): void {
    assert(hold.memberId === this.memberId, "a hold is opened again in the wallet into which it was brought");
    this.#holds.set(hold.id, hold);
  }

  /** Sets what is owed to an entity. Only together with the transfer that says why. */
  setDebt(entity: Brand, debt: Bonus): void {
    assert(debt >= 0n, "no debt below zero");
    this.#setTotals(entity, { ...(this.byIssuer.get(entity) ?? NOTHING), debt });
  }

  /** Makes the draft true: the wallet takes it over. Called by the engine alone, once. */
  accept(postedAt: Instant): void {
    if (!this.changed) return;
    const wallet = this.#wallet;
    wallet.version += 1n;
    wallet.postedAt = postedAt;
    wallet.byIssuer = this.byIssuer;
    wallet.owner = this.owner;
    wallet.soonestEnds = this.#ends ?? wallet.soonestEnds;
    wallet.replace(this.#lots.values());
    for (const hold of this.#holds.values()) wallet.holds.set(hold.id, hold);
    const isWhole = this.#dueAppliedUntil !== Number.NEGATIVE_INFINITY;
    if (isWhole) Object.assign(wallet, outlookOf(wallet.lots, wallet.holds.values()));
    else wallet.bringForward(this.#lots.values(), this.#holds.values());
  }

  #isDueAsLoaded(now: Instant): boolean {
    return this.#wallet.nextTurnAt <= now && this.#dueAppliedUntil < now;
  }

  /** The loaded lots that are open, in burn order, as this draft has them. */
  #present(): readonly Lot[] {
    if (this.#lots.size === 0) return this.#wallet.lots.filter((lot) => !lot.closed);
    const known = this.#wallet.lots.map((lot) => this.#lots.get(lot.id) ?? lot);
    for (const [id, lot] of this.#lots) if (this.#wallet.lot(id) === undefined) known.push(lot);
    return known.filter((lot) => !lot.closed).sort(compareLots);
  }

  #setTotals(entity: Brand, totals: IssuerTotals): void {
    this.#byIssuer ??= new Map(this.#wallet.byIssuer);
    this.#byIssuer.set(entity, totals);
  }
}
