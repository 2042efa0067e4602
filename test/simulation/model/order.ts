/** An order: what waits of it, with the bonuses held for that, and its time. */
import { inHundredths, least, total } from "./amounts.ts";
import { type SoldLine, soldLine, type SomeOf } from "./goods.ts";
import { PickupCode } from "./pickup-code.ts";
import { lineOf, type PlannedLine, type Refusal } from "./plan.ts";
import { type Brand, mostOf, unitsOf } from "./rules.ts";
import type { Purchase } from "./sales.ts";
import { cannotTake, everything, heldFor, type OrderLine, take, type Taken, unitsWaiting } from "./waiting.ts";
import { addedUp, amountOf, firstOf, type Part, restOf } from "./parts.ts";
import type { Hold, Uses, Wallet } from "./wallet.ts";

export interface Place {
  readonly brand: Brand;
  readonly storeId: string;
}

/** Some of a line, perhaps at another price than it was ordered at. */
export type Collected = SomeOf & { readonly unitPrice?: string };

type State = "placed" | "ready" | "collected" | "cancelled" | "expired";

interface OrderTerms {
  readonly now: number;
  /** Where it is ordered. */
  readonly brand: Brand;
  readonly endsAt: number;
  readonly pickup: Place;
  readonly storageDays?: number | undefined;
  readonly uses: Uses;
}

interface Paid {
  readonly sold: SoldLine[];
  readonly released: bigint;
  readonly givenBack: ReadonlyMap<string, readonly Part[]>;
}

export class Order {
  id = "";
  readonly code = new PickupCode();
  state: State = "placed";
  readonly wallet: Wallet;
  readonly brand: Brand;
  readonly lines: readonly OrderLine[];
  readonly hold: Hold | undefined;
  readonly placedAt: number;
  readonly storageDays: number | undefined;
  pickup: Place;
  endsAt: number;
  /** What pickups gave back of what was held, line by line: a price had fallen. */
  readonly #givenBack = new Map<Purchase, Map<string, readonly Part[]>>();
  /** How it waited last. */
  private waited: "placed" | "ready" = "placed";

  constructor(
    wallet: Wallet,
    lines: readonly PlannedLine[],
    { now, brand, endsAt, pickup, storageDays, uses }: OrderTerms,
  ) {
    this.wallet = wallet;
    this.brand = brand;
    this.placedAt = now;
    this.endsAt = endsAt;
    this.pickup = pickup;
    this.storageDays = storageDays;
    const spend = total(lines.map((line) => line.spend));
    this.hold = spend === 0n ? undefined : wallet.hold(spend, endsAt, uses);
    let left: readonly Part[] = this.hold?.pinned.map((part) => ({ ...part })) ?? [];
    this.lines = lines.map(({ goods, spend: held }) => {
      const parts = firstOf(left, held);
      left = restOf(left, held);
      const waiting = [{ units: unitsOf(goods.quantity), held, parts }];
      return { goods, waiting, collected: 0, cancelled: 0, expired: 0 };
    });
  }

  get waits(): boolean {
    return this.state === "placed" || this.state === "ready";
  }

  get held(): bigint {
    return total(this.lines.map(heldFor));
  }

  /** Ends when its time is over. Its hold ends by itself then. */
  pass(now: number): void {
    if (!this.waits || this.endsAt > now) return;
    this.state = "expired";
    for (const line of this.lines) {
      line.expired += unitsWaiting(line);
      line.waiting = [];
    }
  }

  /** Waits anew: to be made ready, or to be collected. */
  wait(state: "placed" | "ready", endsAt: number): void {
    this.state = state;
    this.waited = state;
    this.endsAt = endsAt;
    if (this.hold !== undefined) this.hold.endsAt = endsAt;
  }

  cancel(asked: readonly SomeOf[] | undefined): { readonly released: bigint } | Refusal {
    const wanted = asked ?? everything(this.lines);
    const fault = cannotTake(this.lines, wanted);
    if (fault !== undefined) return fault;
    const parts = addedUp(take(this.lines, wanted, "cancelled").flatMap((each) => each.parts));
    if (this.hold !== undefined) this.wallet.unpin(this.hold, parts, "free");
    if (everything(this.lines).length === 0) {
      this.state = this.lines.some(({ collected }) => collected > 0) ? "collected" : "cancelled";
    }
    return { released: amountOf(parts) };
  }

  /** What is collected, planned: what was held for it is spent, unless a price has fallen so that less may be. */
  plan(taken: readonly Taken[], asked: readonly Collected[]): PlannedLine[] {
    return taken.map(({ line, quantity, held }, index) => {
      const unitPrice = asked[index]?.unitPrice ?? line.goods.unitPrice;
      const goods = { ...line.goods, quantity, unitPrice };
      const fell = inHundredths(unitPrice) < inHundredths(line.goods.unitPrice);
      const most = mostOf(goods);
      const spend = fell ? least(held, most) : held;
      // What was agreed may be a kopeck more: units that do not divide leave it to the last one.
      return lineOf(goods, spend > most ? spend : most, spend);
    });
  }

  /** Spends what is held for the goods, and gives the rest of it back. */
  pay(lines: readonly PlannedLine[], taken: readonly Taken[]): Paid {
    const parts = lines.map((line, index) => firstOf(taken[index]?.parts ?? [], line.spend));
    const givenBack = new Map(
      lines.map((line, index) => [line.goods.lineId, restOf(taken[index]?.parts ?? [], line.spend)] as const),
    );
    const rest = [...givenBack.values()].flat();
    if (this.hold !== undefined) {
      this.wallet.unpin(this.hold, addedUp(parts.flat()), "spent");
      this.wallet.unpin(this.hold, addedUp(rest), "free");
    }
    return {
      sold: lines.map((line, index) => soldLine(line, parts[index] ?? [])),
      released: amountOf(rest),
      givenBack,
    };
  }

  collectedBy(purchase: Purchase, givenBack: Paid["givenBack"]): void {
    this.#givenBack.set(purchase, new Map(givenBack));
    this.code.usedBy(purchase);
    this.state = everything(this.lines).length === 0 ? "collected" : "ready";
  }

  /** What is held for goods that wait, and a seller may not take. */
  heldFrom(uses: Uses): Part[] {
    return this.lines.flatMap(({ waiting }) =>
      waiting.flatMap(({ parts }) => parts.filter(({ lot }) => !uses(lot.issuer))),
    );
  }

  /**
   * Puts back what a receipt has handed out, and nobody has brought back; `giveBack` is told what is spent no more and held
   * again. What was agreed at a brand stays; another brand, where it waits by now, holds what it may take.
   */
  putBack(purchase: Purchase, now: number, uses: Uses, giveBack: (held: readonly Part[]) => void): void {
    const lives = this.waits || (this.state === "collected" && this.endsAt > now);
    const back = purchase.lines.filter(({ goods }) => this.lines.some((line) => line.goods.lineId === goods.lineId));
    const units = back.flatMap((line) => line.units.filter((unit) => !unit.back));
    if (units.length === 0) {
      giveBack([]);
      return;
    }
    const freed = new Map(
      back.map(({ goods, units: all }) => {
        const parts = this.#givenBack.get(purchase)?.get(goods.lineId) ?? [];
        const waitAgain = BigInt(all.filter((unit) => !unit.back).length);
        return [goods.lineId, firstOf(parts, (amountOf(parts) * waitAgain) / BigInt(all.length))] as const;
      }),
    );
    const agreed = purchase.occasion.receipt.brand === this.pickup.brand;
    const takes = ({ lot }: Part) => lives && (agreed || uses(lot.issuer));
    const unitsOfLine = ({ goods: { lineId } }: OrderLine) =>
      back.find(({ goods }) => goods.lineId === lineId)?.units.filter((unit) => !unit.back) ?? [];
    const spentOn = (line: OrderLine) => addedUp(unitsOfLine(line).flatMap((unit) => unit.parts)).filter(takes);
    const held = this.lines.flatMap(spentOn);
    giveBack(held);
    for (const line of this.lines) {
      const own = unitsOfLine(line);
      if (own.length === 0) continue;
      line.collected -= own.length;
      if (!lives) line.expired += own.length;
      // What was given back is held again as far as nobody has spent it.
      const given = (freed.get(line.goods.lineId) ?? []).filter(takes);
      const free = this.hold === undefined ? [] : this.wallet.pinFree(this.hold, given);
      const parts = addedUp([...spentOn(line), ...free]);
      if (lives) line.waiting.push({ units: own.length, held: amountOf(parts), parts });
    }
    this.code.undone(purchase);
    if (this.hold !== undefined && lives) {
      this.hold.endsAt = this.endsAt;
      this.wallet.pinAgain(this.hold, held);
    }
    if (this.state === "collected") this.state = lives ? this.waited : "expired";
  }
}
