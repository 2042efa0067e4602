/**
 * What those who leave are worth: a fold of what was posted in the wallets that they have had, since these were theirs alone.
 * Pure.
 *
 * Whatever moves bonuses is somebody's: of whoever's identifier was presented, or of the lot's owner. So those who leave are
 * worth, entity by entity, what their wallets had at the beginning and what was theirs of all that was posted since; it does
 * not matter with whom they were one meanwhile, nor who has left before: what joining and parting move is nobody's gain or loss.
 */
import { type Bonus, maxOf, minOf } from "../../../kernel/amount.ts";
import type { LotId, MemberId } from "../../../kernel/ids.ts";
import type { Brand } from "../../../ledger/account.ts";
import type { TransferEvent } from "../../../ledger/transfer.ts";
import { DOES } from "./does.ts";
import { type BySide, Had, LotShares, OTHER, type Side, SIDES } from "./shares.ts";
import type { Found, Posted, Repaid, Told } from "./told.ts";

const OF_LOTS: ReadonlySet<string> = new Set(["pending", "available", "held"]);

export class Uses {
  readonly had = new Had();
  /** Of those who leave, by entity: what they are worth, which is below nothing where they owe. */
  readonly worth = new Map<Brand, Bonus>();
  /** What they have made of debts. */
  readonly #debts = new Map<Brand, Bonus>();
  readonly #shares = new Map<MemberId, Map<LotId, LotShares>>();
  readonly #repaid = { leaving: new Map<string, Repaid>(), staying: new Map<string, Repaid>() };
  /** The lot of each owner and entity that was spoken of last. */
  readonly #lastLots = new Map<string, LotId>();
  /** What moves out of one wallet comes into another at once. */
  readonly #moving = new Map<string, BySide[]>();
  /** Whose share has paid, by operation and lot: a repayment to another entity is two transfers. */
  readonly #payers = new Map<string, Side>();

  static of(told: Iterable<Told>): Uses {
    const uses = new Uses();
    for (const one of told) {
      if ("entered" in one) uses.#shares.delete(one.entered);
      else if ("found" in one) uses.find(one.found);
      else uses.add(one.posted);
    }
    return uses;
  }

  /** What each side has of a lot in a wallet. */
  sharesOf(wallet: MemberId, lotId: LotId): LotShares {
    const lots = this.#shares.get(wallet) ?? new Map<LotId, LotShares>();
    this.#shares.set(wallet, lots);
    const known = lots.get(lotId) ?? new LotShares();
    lots.set(lotId, known);
    return known;
  }

  debtOf(entity: Brand): Bonus {
    return maxOf(this.#debts.get(entity) ?? 0n, 0n);
  }

  /** Debts to an entity that lots of one side have paid, the last one first. */
  repaidBy(side: Side, entity: Brand): readonly Repaid[] {
    return [...this.#repaid[side].values()].filter((each) => each.entity === entity && each.amount > 0n).toReversed();
  }

  /** Lots into which something may be given back to a side. */
  lotsOf(side: Side): readonly LotId[] {
    const paid = [...this.#repaid[side].values()].map(({ lotId }) => lotId);
    const last = [...this.#lastLots].flatMap(([key, lotId]) => (key.startsWith(`${side}|`) ? [lotId] : []));
    return [...this.had.of(side).keys(), ...paid, ...last];
  }

  /** Where all that an owner had of an entity has ended long ago: the lot of it that was spoken of last. */
  lastLotOf(owner: Side, entity: Brand): LotId | undefined {
    return this.#lastLots.get(`${owner}|${entity}`);
  }

  find({ wallet, entity, lotId, amount, side }: Found): void {
    if (lotId !== null) {
      this.sharesOf(wallet, lotId).add(side, amount);
      this.#lastLots.set(`${side}|${entity}`, lotId);
    }
    if (side === "staying") return;
    this.#move(entity, lotId === null ? -amount : amount);
    if (lotId === null) this.#addDebt(entity, amount);
  }

  add(posted: Posted): void {
    const does = DOES[posted.event];
    const { lotId, ownedBy, entity, debit, credit } = posted;
    if (lotId !== null && (OF_LOTS.has(debit) || OF_LOTS.has(credit))) {
      this.#lastLots.set(`${ownedBy}|${entity}`, lotId);
    }
    if (does === "joins") this.#join(posted);
    else if (does === "repays") this.#repay(posted);
    else if (does !== "stays") this.#change(posted);
  }

  /** A hold of a side has so much of a lot, which is as good as spent. */
  hold(by: Side, wallet: MemberId, lotId: LotId, amount: Bonus): void {
    this.had.count(OTHER[by], lotId, this.sharesOf(wallet, lotId).take(by, amount, { held: true }));
  }

  /** What a lot has paid of a debt was undone: it is in the lot again, and owed again. */
  undo(side: Side, wallet: MemberId, issuer: Brand, { lotId, entity, amount }: Repaid): void {
    this.#count(side, { lotId, entity, amount: -amount });
    this.sharesOf(wallet, lotId).add(side, amount);
    if (side === "staying") return;
    this.#move(issuer, amount);
    this.#move(entity, -amount);
  }

  #change({ wallet, event, debit, credit, entity, amount, lotId, ownedBy, side }: Posted): void {
    const inLot = OF_LOTS.has(credit) ? amount : OF_LOTS.has(debit) ? -amount : 0n;
    const owed = debit === "debt" ? amount : credit === "debt" ? -amount : 0n;
    const does = DOES[event];
    if (does === "ends" && lotId !== null) {
      const ended = this.sharesOf(wallet, lotId).end(amount);
      this.#move(entity, -ended.leaving);
      return;
    }
    const by = side ?? ownedBy;
    if (lotId !== null && inLot !== 0n) this.#use(by, { wallet, lotId, amount: inLot, does, held: debit === "held" });
    if (by === "staying") return;
    this.#move(entity, inLot - owed);
    this.#addDebt(entity, owed);
  }

  #use(by: Side, used: Used): void {
    const { wallet, lotId, amount, does, held } = used;
    const shares = this.sharesOf(wallet, lotId);
    if (amount < 0n) this.had.count(OTHER[by], lotId, shares.take(by, -amount, { held }));
    else if (does === "gives_back") {
      // What was the other's is his again, the rest its own.
      const others = minOf(amount, maxOf(this.had.of(OTHER[by]).get(lotId) ?? 0n, 0n));
      this.had.count(OTHER[by], lotId, -others);
      shares.add(OTHER[by], others);
      shares.add(by, amount - others);
    } else shares.add(by, amount);
  }

  /** What merges and partings move changes what nobody is worth, but where it lies. */
  #join({ wallet, by, event, debit, credit, amount, lotId, ownedBy, side }: Posted): void {
    if (lotId === null) return;
    const shares = this.sharesOf(wallet, lotId);
    const key = `${by}|${lotId}|${amount}`;
    if (event === "move" && OF_LOTS.has(debit)) {
      this.#moving.set(key, [...(this.#moving.get(key) ?? []), shares.out(side ?? ownedBy, amount)]);
    } else if (event === "move") {
      const [came, ...others] = this.#moving.get(key) ?? [];
      this.#moving.set(key, others);
      for (const each of SIDES) shares.add(each, came?.[each] ?? (each === "staying" ? amount : 0n));
    } else if (OF_LOTS.has(credit)) shares.add(side ?? ownedBy, amount);
    else if (OF_LOTS.has(debit)) shares.out(side ?? ownedBy, amount);
  }

  /** Whoever's lot has paid has bonuses of one entity less, and as much more at the other, of which he may have owed nothing. */
  #repay({ wallet, by, event, debit, credit, entity, amount, lotId, ownedBy, side }: Posted): void {
    const payer = this.#payerOf(`${by}|${lotId}`, () => side ?? this.#havingOf(wallet, lotId, ownedBy));
    const sign = event === "repayment" ? 1n : -1n;
    const inLot = OF_LOTS.has(debit) || OF_LOTS.has(credit);
    const isDebt = debit === "debt" || credit === "debt";
    if (inLot && lotId !== null) {
      if (event === "repayment") this.sharesOf(wallet, lotId).out(payer, amount);
      else this.sharesOf(wallet, lotId).add(payer, amount);
    }
    if (isDebt && lotId !== null) this.#count(payer, { lotId, entity, amount: sign * amount });
    if (payer === "staying") return;
    if (inLot) this.#move(entity, -sign * amount);
    if (isDebt) this.#move(entity, sign * amount);
  }

  #payerOf(key: string, find: () => Side): Side {
    const payer = this.#payers.get(key) ?? find();
    this.#payers.set(key, payer);
    return payer;
  }

  /** The owner, but where only the other has a share of it. */
  #havingOf(wallet: MemberId, lotId: LotId | null, owner: Side): Side {
    if (lotId === null) return owner;
    const { has } = this.sharesOf(wallet, lotId);
    return has[owner] <= 0n && has[OTHER[owner]] > 0n ? OTHER[owner] : owner;
  }

  #count(side: Side, { lotId, entity, amount }: Repaid): void {
    const key = `${lotId}|${entity}`;
    const sum = (this.#repaid[side].get(key)?.amount ?? 0n) + amount;
    // The last one stands last.
    this.#repaid[side].delete(key);
    this.#repaid[side].set(key, { lotId, entity, amount: sum });
  }

  #move(entity: Brand, amount: Bonus): void {
    this.worth.set(entity, (this.worth.get(entity) ?? 0n) + amount);
  }

  #addDebt(entity: Brand, amount: Bonus): void {
    this.#debts.set(entity, (this.#debts.get(entity) ?? 0n) + amount);
  }
}

interface Used {
  readonly wallet: MemberId;
  readonly lotId: LotId;
  /** Below zero: goes out. */
  readonly amount: Bonus;
  readonly does: (typeof DOES)[TransferEvent];
  readonly held: boolean;
}
