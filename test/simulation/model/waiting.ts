/** Goods of an order that wait, with the bonuses that are held for them. */
import { total } from "./amounts.ts";
import { type SomeOf, unitsIn } from "./goods.ts";
import type { Refusal } from "./plan.ts";
import type { Goods } from "./rules.ts";
import { addedUp, firstOf, type Part, restOf } from "./parts.ts";

/** Units that came to wait together, with what is held for them all. */
interface Portion {
  readonly units: number;
  readonly held: bigint;
  readonly parts: readonly Part[];
}

export interface OrderLine {
  readonly goods: Goods;
  waiting: Portion[];
  collected: number;
  cancelled: number;
  expired: number;
}

/** Units that were taken off an order. */
export interface Taken extends Portion {
  readonly line: OrderLine;
  readonly quantity: string;
}

export const unitsWaiting = (line: OrderLine): number =>
  line.waiting.reduce((units, portion) => units + portion.units, 0);

export const heldFor = (line: OrderLine): bigint => total(line.waiting.map(({ held }) => held));

/** All that waits, as a request would name it. */
export function everything(lines: readonly OrderLine[]): SomeOf[] {
  return lines.flatMap((line) => {
    const { lineId, quantity } = line.goods;
    const units = unitsWaiting(line);
    return units === 0 ? [] : [{ lineId, quantity: quantity.includes(".") ? quantity : `${units}` }];
  });
}

/** Why so much cannot be taken. */
export function cannotTake(lines: readonly OrderLine[], asked: readonly SomeOf[]): Refusal | undefined {
  for (const { lineId, quantity } of asked) {
    const line = lines.find(({ goods }) => goods.lineId === lineId);
    if (line === undefined) return { status: 422, code: "unknown_line" };
    const count = unitsIn(line.goods.quantity, quantity);
    if (typeof count !== "number") return count;
    if (unitsWaiting(line) < count) return { status: 409, code: "more_than_waits" };
  }
  return undefined;
}

export function take(
  lines: readonly OrderLine[],
  asked: readonly SomeOf[],
  becomes: "collected" | "cancelled",
): Taken[] {
  return asked.flatMap(({ lineId, quantity }) => {
    const line = lines.find(({ goods }) => goods.lineId === lineId);
    const count = line === undefined ? 0 : unitsIn(line.goods.quantity, quantity);
    if (line === undefined || typeof count !== "number") return [];
    line[becomes] += count;
    return [{ line, quantity, ...takeOff(line, count) }];
  });
}

/** The first units that wait. Of n units with h held, the first k have k/n of it, rounded down; the rest stays with the others. */
function takeOff(line: OrderLine, count: number): Portion {
  let wanted = count;
  const taken: Portion[] = [];
  line.waiting = line.waiting.flatMap((portion) => {
    const units = Math.min(wanted, portion.units);
    if (units === 0) return [portion];
    wanted -= units;
    const held = (portion.held * BigInt(units)) / BigInt(portion.units);
    taken.push({ units, held, parts: firstOf(portion.parts, held) });
    const rest = { units: portion.units - units, held: portion.held - held, parts: restOf(portion.parts, held) };
    return rest.units === 0 ? [] : [rest];
  });
  return {
    units: count,
    held: total(taken.map(({ held }) => held)),
    parts: addedUp(taken.flatMap(({ parts }) => parts)),
  };
}
