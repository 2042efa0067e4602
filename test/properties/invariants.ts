/** What must hold of a wallet at any time, computed from scratch. Plain conditions: they are asked for a million times. */
import type { LotId } from "../../src/kernel/ids.ts";
import type { LotKind } from "../../src/ledger/account.ts";
import { applyDue } from "../../src/ledger/posting/due.ts";
import { leftIn } from "../../src/ledger/hold.ts";
import type { Lot } from "../../src/ledger/lot.ts";
import { spendable } from "../../src/ledger/posting/spend.ts";
import type { Wallet } from "../../src/ledger/wallet.ts";
import { WalletDraft } from "../../src/ledger/wallet-draft.ts";
import type { Books } from "./model/books.ts";
import { BRANDS } from "./commands.ts";
import type { Model } from "./model/model.ts";
import { checkUntouched, copyOf, debtsOf, imageOf, must, sameAmounts } from "./snapshot.ts";
import { DAY_MS, type World } from "./world.ts";

/** After each command, for each member whom it concerns: the wallet, what a reader sees of it now, and later. */
export function checkWorld(world: World, peekDays: number): void {
  checkCaches(world.wallet);
  checkOutlook(world.wallet, world);
  checkMembersAccounts(world.wallet, world.posted);
  const { posted } = world;
  must(posted.unbalanced() === undefined, () => `debits and credits of ${posted.unbalanced()} differ`);
  must(posted.unmirrored() === undefined, () => `${posted.unmirrored()} has no mirror`);
  for (const lot of world.lots.values()) {
    must(lot.closed || world.wallet.lot(lot.id) === lot, "no open lot is let go of");
    must(lot.memberId === world.memberId, "a lot is its owner's");
    if (!world.model.has(lot.id)) must(lot.closed, "a lot that has moved away stays behind closed, and so empty");
  }
  for (const brand of BRANDS) {
    const [here, there] = [posted.balance(brand, "moved"), world.other.posted.balance(brand, "moved")];
    must(here + there === 0n, "what leaves one wallet arrives in the other");
  }
  const later = world.now + peekDays * DAY_MS;
  const future = world.model.copy();
  world.model.advance(world.now);
  future.advance(later);
  checkReading(world, world.model, world.now);
  if (later > world.now) checkReading(world, future, later);
  if (later > world.now) checkSmallSteps(world, future, later);
}

/** What a reader sees at an instant is what the model has then; reading changes nothing, twice as little. */
function checkReading(world: World, model: Model, at: number): void {
  const { wallet } = world;
  const before = imageOf(wallet);
  const view = new WalletDraft(wallet);
  applyDue(view, at);
  const books = world.posted.copy();
  for (const transfer of view.transfers) {
    must(books.post(transfer), () => `${transfer.debit} or ${transfer.credit} below zero after ${transfer.event}`);
  }
  const posted = view.transfers.length;
  const changed = new Map(view.changedLots);
  applyDue(view, at);
  must(view.transfers.length === posted, "applying what is due twice posts nothing the second time");
  for (const [id, lot] of view.changedLots) {
    must(sameLot(lot, changed.get(id)), "applying what is due twice changes no lot");
  }
  checkUntouched(wallet, before, "a reading");

  checkLots(view, (id) => world.lots.get(id), model, at);
  const debts = new Map(Object.entries(model.debts).filter(([, debt]) => debt > 0n));
  must(sameAmounts(debtsOf(view.byIssuer), debts), "the debts are the model's");
  const holds = view
    .openHolds()
    .map((hold) => hold.id)
    .sort();
  must(
    holds.join() ===
      model.holds
        .map((hold) => hold.id)
        .sort()
        .join(),
    "the open holds are the model's",
  );
  must(books.difference(model.books) === undefined, () => `${books.difference(model.books)} is not the model's`);
  for (const seller of BRANDS) {
    must(spendable(view, seller, world.rules) === model.spendable(seller), "what is spendable is the model's");
  }
}

/** Lot by lot as the model has them; totals are their sums; whoever owes has nothing free. */
function checkLots(view: WalletDraft, remembered: (id: LotId) => Lot | undefined, model: Model, at: number): void {
  const sums = { pending: 0n, available: 0n, held: 0n };
  for (const expected of model.lots) {
    const id = expected.id as LotId;
    const lot = view.changedLots.get(id) ?? remembered(id);
    if (lot === undefined) throw new Error(`${id} is not in the wallet`);
    must(
      lot.pending === expected.pending && lot.available === expected.available && lot.held === expected.held,
      () =>
        `${id} has ${lot.pending} ${lot.available} ${lot.held}, the model ${expected.pending} ${expected.available} ${expected.held}`,
    );
    must(lot.expiresAt === expected.expiresAt, "a lot ends when the model's does");
    const empty = lot.pending === 0n && lot.available === 0n && lot.held === 0n;
    must(
      lot.closed === (empty && lot.expiresAt <= at),
      "a lot is closed when it has ended and is empty, and not before",
    );
    sums.pending += lot.pending;
    sums.available += lot.available;
    sums.held += lot.held;
  }
  checkOrder(view.lots());
  const totals = view.totals();
  const byIssuer = [...view.byIssuer.values()].reduce((sum, { available }) => sum + available, 0n);
  must(totals.pending === sums.pending && totals.held === sums.held, "totals are the sums of lots");
  must(totals.available === sums.available && byIssuer === sums.available, "what is available is the sum of lots");
  const debt = [...view.byIssuer.values()].reduce((sum, one) => sum + one.debt, 0n);
  must(totals.debt === debt, "the debt is the sum of debts");
  must(debt === 0n || sums.available === 0n, "nothing is free while something is owed");
}

/** Day after day comes to the same as one step: on one draft that reads on and on, and on drafts that are accepted. */
function checkSmallSteps(world: World, future: Model, later: number): void {
  const reading = new WalletDraft(world.wallet);
  const wallet = copyOf(world.wallet);
  const books = world.posted.copy();
  const changed = new Map<LotId, Lot>();
  for (let at = world.now; at <= later; at += DAY_MS) {
    applyDue(reading, at);
    const draft = new WalletDraft(wallet);
    applyDue(draft, at);
    if (!draft.changed) continue;
    for (const transfer of draft.transfers) books.post(transfer);
    for (const [id, lot] of draft.changedLots) changed.set(id, lot);
    draft.accept(at);
  }
  checkLots(reading, (id) => world.lots.get(id), future, later);
  checkLots(new WalletDraft(wallet), (id) => changed.get(id) ?? world.lots.get(id), future, later);
  must(
    books.difference(future.books) === undefined,
    () => `in small steps: ${books.difference(future.books)} is not the model's`,
  );
}

/** The wallet's own sums and order against those of its lots and holds. */
function checkCaches(wallet: Wallet): void {
  checkOrder(wallet.lots);
  const held = new Map<string, bigint>();
  for (const hold of wallet.holds.values()) {
    const left = leftIn(hold);
    must((hold.status === "open") === left.length > 0, "a hold is open as long as something is left in it");
    for (const part of left) held.set(part.lotId, (held.get(part.lotId) ?? 0n) + part.amount);
  }
  const sums = new Map<string, { pending: bigint; available: bigint; held: bigint }>();
  for (const lot of wallet.lots) {
    must(wallet.lot(lot.id) === lot, "a lot is found by its id");
    must(lot.pending >= 0n && lot.available >= 0n && lot.held >= 0n, "no lot below zero");
    must(lot.held === (held.get(lot.id) ?? 0n), "what a lot holds is what open holds have pinned");
    const sum = sums.get(lot.issuer) ?? { pending: 0n, available: 0n, held: 0n };
    sum.pending += lot.pending;
    sum.available += lot.available;
    sum.held += lot.held;
    sums.set(lot.issuer, sum);
  }
  for (const issuer of new Set([...sums.keys(), ...wallet.byIssuer.keys()])) {
    const sum = sums.get(issuer) ?? { pending: 0n, available: 0n, held: 0n };
    const kept = wallet.byIssuer.get(issuer) ?? { ...sum, pending: -1n };
    must(
      kept.pending === sum.pending && kept.available === sum.available && kept.held === sum.held,
      "sums by issuer are those of lots",
    );
  }
}

/** What a wallet has kept of itself is never later than the truth, recomputed from all that there is. */
export function checkOutlook(kept: Wallet, { lots, wallet: { holds } }: World): void {
  const NEVER = Number.POSITIVE_INFINITY;
  let [move, turn] = [NEVER, NEVER];
  const ends = new Map<string, number>();
  for (const hold of holds.values()) if (hold.status === "open") move = Math.min(move, hold.expiresAt);
  for (const lot of lots.values()) {
    if (lot.closed) continue;
    ends.set(lot.kind, Math.min(ends.get(lot.kind) ?? NEVER, lot.expiresAt));
    if (lot.pending > 0n) move = Math.min(move, lot.activeAt);
    else if (lot.available > 0n) move = Math.min(move, lot.expiresAt);
    else if (lot.held === 0n) turn = Math.min(turn, lot.expiresAt);
  }
  for (const [kind, end] of ends) {
    must((kept.soonestEnds[kind as LotKind] ?? NEVER) <= end, "no lot ends sooner than is known");
  }
  must(kept.nextMoveAt <= move, "the next move is not announced too late");
  must(kept.nextTurnAt <= Math.min(move, turn), "the next turn is not announced too late");
  must(kept.nextTurnAt <= kept.nextMoveAt, "a move is a turn");
}

/** What was posted to a member's accounts is what the lots and debts of each issuer hold. */
function checkMembersAccounts(wallet: Wallet, books: Books): void {
  for (const issuer of BRANDS) {
    let [pending, available, held] = [0n, 0n, 0n];
    for (const lot of wallet.lots) {
      if (lot.issuer !== issuer) continue;
      pending += lot.pending;
      available += lot.available;
      held += lot.held;
    }
    must(books.balance(issuer, "pending") === -pending, "transfers add up to what waits");
    must(books.balance(issuer, "available") === -available, "transfers add up to what is available");
    must(books.balance(issuer, "held") === -held, "transfers add up to what is held");
    must(books.balance(issuer, "debt") === (wallet.byIssuer.get(issuer)?.debt ?? 0n), "transfers add up to the debt");
  }
}

function checkOrder(lots: readonly Lot[]): void {
  for (let index = 1; index < lots.length; index += 1) {
    const [a, b] = [lots[index - 1] as Lot, lots[index] as Lot];
    const ordered =
      a.expiresAt !== b.expiresAt
        ? a.expiresAt < b.expiresAt
        : a.activeAt !== b.activeAt
          ? a.activeAt < b.activeAt
          : a.id < b.id;
    must(ordered, "lots stand in burn order");
  }
}

function sameLot(a: Lot, b: Lot | undefined): boolean {
  if (b === undefined) return false;
  return (
    a.pending === b.pending &&
    a.available === b.available &&
    a.held === b.held &&
    a.expiresAt === b.expiresAt &&
    a.closed === b.closed
  );
}
