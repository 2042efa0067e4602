/**
 * Puts goods back into their order when the receipt that handed them out is reversed: they wait again, with the bonuses held
 * for them that the receipt had spent, or had given back and that are free still, while the order's time is not over. Then
 * they have expired, and the bonuses are free.
 */
import { minOf, sum } from "../../kernel/amount.ts";
import { assert } from "../../kernel/assert.ts";
import { prefixShare } from "../../kernel/rounding.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { among, amountOf, divideParts, type LotPart, without } from "../../ledger/hold.ts";
import { holdAgain, restoreTo } from "../../ledger/posting/held.ts";
import { bringHold } from "../../ledger/posting/move.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import type { Policy } from "../../policy/policy.ts";
import type { BackTo } from "../documents/found-purchase.ts";
import { addedUp, moved, nothingWaits, type Order, statusAt } from "../documents/order-document.ts";
import type { Purchase } from "../documents/purchase-document.ts";
import { isWaiting } from "../order-states.ts";
import { unitsOf } from "../receipt/pricing.ts";
import { isProblem, planReturn, type ReturnPlan } from "../return/distribution.ts";
import type { OrderLine, OrderPortion } from "../stored-order.ts";
import type { Holding } from "./holding.ts";

/** Goods of a line that come back into the order. */
interface Portion {
  /** Its units, and what was spent on them. */
  readonly spent: OrderPortion;
  /** What was held for them as well, and was given back when they were handed out. */
  readonly released: readonly LotPart[];
}

/** What is to become of an order whose pickup is undone, decided before anything moves. */
export interface PutBack {
  readonly outcome: "unchanged" | "waits" | "expired";
  /** By line. */
  readonly portions: ReadonlyMap<string, Portion>;
  /** What is spent no more and held again, and so not given back. */
  readonly held: readonly LotPart[];
}

interface Undone {
  readonly purchase: Purchase;
  /** All of it that has not come back yet. */
  readonly plan: ReturnPlan;
  /** To whom its bonuses go back. */
  readonly back: BackTo;
}

/** Decides it; `holder`: in whose wallet bonuses were held for the order, where any were. */
export function planPutBack(
  { policy, now }: CommandContext,
  order: Order,
  { purchase, plan, back }: Undone,
  holder: WalletDraft | undefined,
): PutBack {
  const portions = portionsBack(order, purchase, plan);
  const outcome = outcomeOf(order, portions.size > 0, now);
  if (outcome !== "waits" || holder === undefined) return { outcome, portions: withoutBonuses(portions), held: [] };
  const taken = ownAgain(takenThere(policy, order, purchase, portions), ({ lotId }) => back(lotId) === holder);
  return { outcome, portions: taken, held: addedUp([...taken.values()].flatMap(({ spent }) => spent.parts)) };
}

/** Puts the goods back, and holds bonuses for them again. What else the receipt had spent must have been given back by then. */
export function putBack(
  context: CommandContext,
  order: Order,
  purchase: Purchase,
  { outcome, portions, held }: PutBack,
  holding: Holding | undefined,
): Order {
  const lines = order.lines.map((line) => forgotten(line, purchase));
  // The code that was used for it proves the next try.
  const codeUsedBy = order.codeUsedBy === purchase.id ? null : order.codeUsedBy;
  if (outcome === "unchanged") return moved(order, "void", { status: order.status, lines });
  if (outcome === "expired") {
    const gone = nothingWaits(
      lines.map((line) => expired(line, portions.get(line.lineId))),
      "expired",
    );
    return moved(order, "void", { lines: gone, status: outcome, endedAt: order.expiresAt, codeUsedBy });
  }
  const free = holdFor(context, order, purchase, { portions, held }, holding);
  const status = order.readyAt === null ? "placed" : "ready";
  return moved(order, "void", { lines: linesWaiting(lines, portions, free), status, endedAt: null, codeUsedBy });
}

/** `unchanged` where all has come back by returns. That an order's time is over may not have been posted yet. */
function outcomeOf(order: Order, comesBack: boolean, now: Instant): PutBack["outcome"] {
  const status = statusAt(order, now);
  if (!comesBack && status === order.status) return "unchanged";
  const waits = isWaiting(status) || (status === "collected" && order.expiresAt > now);
  return waits ? "waits" : "expired";
}

/** Of each line of the order: what of it the receipt has handed out, and nobody has brought back. */
function portionsBack(order: Order, purchase: Purchase, plan: ReturnPlan): Map<string, Portion> {
  const portions = new Map<string, Portion>();
  for (const line of plan.lines) {
    const ordered = order.lines.find(({ lineId }) => lineId === line.lineId);
    // Added at the till.
    if (ordered === undefined) continue;
    const sold = purchase.lines.find(({ lineId }) => lineId === line.lineId);
    const own = planReturn(purchase, [line]);
    assert(sold !== undefined && !isProblem(own), "what has not come back yet can come back");
    const units = sum(line.ranges.map(([from, to]) => to - from));
    const given = ordered.released.find(({ by }) => by === purchase.id)?.parts ?? [];
    const { first: released } = divideParts(given, prefixShare(amountOf(given), units, unitsOf(sold.quantity)));
    portions.set(line.lineId, { spent: { units, spend: own.bonuses, parts: own.parts }, released });
  }
  return portions;
}

type Portions = ReadonlyMap<string, Portion>;

/** Goods for which no bonuses are held again. */
const withoutBonuses = (portions: Portions): Portions =>
  new Map([...portions].map(([lineId, portion]) => [lineId, keeping(portion, () => false)]));

/** What had been spent of another's, while they were one, goes back to him, and is not held again. */
const ownAgain = (portions: Portions, isOwn: (part: LotPart) => boolean): Portions =>
  new Map(
    [...portions].map(([lineId, { spent, released }]) => {
      const parts = spent.parts.filter(isOwn);
      return [lineId, { spent: { ...spent, spend: amountOf(parts), parts }, released }];
    }),
  );

/**
 * The portions without the bonuses that may not pay for them any more. What was agreed at a brand stays when the rules
 * change; but the order may wait at another brand's store by now, which the rollout does not let take all of them.
 */
function takenThere(policy: Policy, { pickupBrand }: Order, { brand: seller }: Purchase, portions: Portions): Portions {
  if (seller === pickupBrand) return portions;
  const may = ({ issuer }: LotPart) => policy.burn.mayUse(issuer, pickupBrand);
  return new Map([...portions].map(([lineId, portion]) => [lineId, keeping(portion, may)]));
}

function keeping({ spent: { units, parts }, released }: Portion, may: (part: LotPart) => boolean): Portion {
  const kept = parts.filter(may);
  return { spent: { units, spend: amountOf(kept), parts: kept }, released: released.filter(may) };
}

/** Holds again what had been spent, and what had been given back as far as it is free. Answers the latter. */
function holdFor(
  context: CommandContext,
  order: Order,
  purchase: Purchase,
  { portions, held }: Pick<PutBack, "portions" | "held">,
  holding: Holding | undefined,
): readonly LotPart[] {
  if (holding === undefined) return [];
  const { holder } = holding;
  const free = freeOf(holder, addedUp([...portions.values()].flatMap(({ released }) => released)));
  if (held.length + free.length === 0) return [];
  const isThere = holding.hold.memberId === holder.memberId;
  const hold = isThere ? holding.hold : bringHold(holding.hold, holder, context);
  const terms = { expiresAt: order.expiresAt, brand: order.pickupBrand };
  const restored = restoreTo(holder, { ...hold, ...terms }, held, purchase.brand, context);
  holdAgain(holder, restored, free, context);
  return free;
}

/** Of what had been given back: what is in its lots still, and has neither been spent since nor expired. */
const freeOf = (holder: WalletDraft, released: readonly LotPart[]): LotPart[] =>
  released
    .map((part) => ({ ...part, amount: minOf(part.amount, holder.lot(part.lotId).available) }))
    .filter(({ amount }) => amount > 0n);

/** A line that no longer knows what the receipt's pickup gave back. */
const forgotten = (line: OrderLine, purchase: Purchase): OrderLine => ({
  ...line,
  released: line.released.filter(({ by }) => by !== purchase.id),
});

/** A line whose goods have come back too late. */
const expired = (line: OrderLine, portion: Portion | undefined): OrderLine => {
  const units = portion?.spent.units ?? 0n;
  return { ...line, collected: line.collected - units, expired: line.expired + units };
};

/** Lines whose goods wait again. What was free is held for them in their order. */
function linesWaiting(
  lines: readonly OrderLine[],
  portions: ReadonlyMap<string, Portion>,
  free: readonly LotPart[],
): OrderLine[] {
  let left = free;
  return lines.map((line) => {
    const portion = portions.get(line.lineId);
    if (portion === undefined) return line;
    const { spent, released } = portion;
    const own = among(released, left);
    left = without(left, own);
    const again = { units: spent.units, spend: spent.spend + amountOf(own), parts: addedUp([...spent.parts, ...own]) };
    return { ...line, collected: line.collected - spent.units, waiting: [...line.waiting, again] };
  });
}
