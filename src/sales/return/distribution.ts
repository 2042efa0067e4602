/** What comes back with which units: what was actually distributed to them, never recomputed. Pure. */
import { type Bonus, type Kopecks, minOf } from "../../kernel/amount.ts";
import { type Refused, refuse, type Rejected, reject } from "../../engine/definition/decision.ts";
import type { LotPart } from "../../ledger/hold.ts";
import type { Purchase } from "../documents/purchase-document.ts";
import type { ReturnedLineInput } from "../receipt/line.ts";
import { firstUnits, quantityOf, unitsIn, unitsOf } from "../receipt/pricing.ts";
import type { ReturnedLine, UnitRange } from "../return-terms.ts";
import type { PurchaseLine } from "../stored.ts";

/** What a return takes back in all. */
export interface ReturnPlan {
  readonly lines: readonly ReturnedLine[];
  readonly money: Kopecks;
  readonly bonuses: Bonus;
  readonly earned: Bonus;
  /** The spent bonuses by the lot they came from. */
  readonly parts: readonly LotPart[];
  /** The purchase with these units gone. */
  readonly returned: Purchase["returned"];
}

/** Plans a return of given lines; a refusal or a rejection where the purchase has no such line, or not so many units left. */
export function planReturn(purchase: Purchase, lines: readonly ReturnedLineInput[]): ReturnPlan | Refused | Rejected {
  const planned: ReturnedLine[] = [];
  const parts = new Map<string, LotPart>();
  const returned = new Map(purchase.returned);
  for (const { lineId, quantity } of lines) {
    const line = purchase.lines.find((candidate) => candidate.lineId === lineId);
    if (line === undefined) return reject("unknown_line", { lineId });
    const units = unitsIn(line.quantity, quantity);
    if (units === undefined) return reject("not_divisible", { lineId });
    const gone = returned.get(lineId) ?? [];
    const ranges = takeLowest(gone, units, unitsOf(line.quantity));
    if (ranges === undefined) return refuse("return_exceeds_sold", { lineId, left: `${unitsLeft(line, gone)}` });
    planned.push({ lineId, quantity, ranges, ...addUp(line, ranges) });
    for (const part of partsOf(line, ranges)) {
      const known = parts.get(part.lotId);
      parts.set(part.lotId, known === undefined ? part : { ...part, amount: known.amount + part.amount });
    }
    returned.set(lineId, merge([...gone, ...ranges]));
  }
  const total = (pick: (line: ReturnedLine) => bigint) => planned.reduce((amount, line) => amount + pick(line), 0n);
  return {
    lines: planned,
    money: total((line) => line.money),
    bonuses: total((line) => line.bonuses),
    earned: total((line) => line.earned),
    parts: [...parts.values()],
    returned,
  };
}

export const isProblem = (plan: ReturnPlan | Refused | Rejected): plan is Refused | Rejected => "kind" in plan;

/** Everything that has not come back yet. */
export function leftOf(purchase: Purchase): ReturnedLineInput[] {
  return purchase.lines.flatMap((line) => {
    const left = unitsLeft(line, purchase.returned.get(line.lineId) ?? []);
    return left === 0n ? [] : [{ lineId: line.lineId, quantity: quantityOf(line.quantity, left) }];
  });
}

/** Takes units out of what had come back, when a return is reversed. */
export function takeOut(
  returned: Purchase["returned"],
  lines: readonly Pick<ReturnedLine, "lineId" | "ranges">[],
): Purchase["returned"] {
  const after = new Map(returned);
  for (const { lineId, ranges } of lines) {
    let gone = [...(after.get(lineId) ?? [])];
    for (const [from, to] of ranges) {
      gone = gone.flatMap(([start, end]): UnitRange[] => {
        const pieces: UnitRange[] = [
          [start, minOf(end, from)],
          [start > to ? start : to, end],
        ];
        return pieces.filter(([low, high]) => low < high);
      });
    }
    after.set(lineId, gone);
  }
  return after;
}

function unitsLeft(line: PurchaseLine, gone: readonly UnitRange[]): bigint {
  return unitsOf(line.quantity) - gone.reduce((count, [from, to]) => count + to - from, 0n);
}

/** The lowest units that are still with the customer; undefined where there are too few. */
function takeLowest(gone: readonly UnitRange[], count: bigint, units: bigint): UnitRange[] | undefined {
  const taken: UnitRange[] = [];
  let left = count;
  let next = 0n;
  for (const [from, to] of [...gone, [units, units] as const]) {
    const size = minOf(left, from - next);
    if (size > 0n) taken.push([next, next + size]);
    left -= size;
    next = to;
    if (left === 0n) return taken;
  }
  return undefined;
}

/** Joins ranges that touch, in order. */
function merge(ranges: readonly UnitRange[]): UnitRange[] {
  const ordered = [...ranges].sort((a, b) => (a[0] < b[0] ? -1 : 1));
  const joined: [bigint, bigint][] = [];
  for (const [from, to] of ordered) {
    const last = joined.at(-1);
    if (last !== undefined && last[1] === from) last[1] = to;
    else joined.push([from, to]);
  }
  return joined;
}

function addUp(line: PurchaseLine, ranges: readonly UnitRange[]): Pick<ReturnedLine, "money" | "bonuses" | "earned"> {
  let [money, bonuses, earned] = [0n, 0n, 0n];
  for (const [from, to] of ranges) {
    const [before, after] = [firstUnits(line, from), firstUnits(line, to)];
    money += after.money - before.money;
    bonuses += after.bonuses - before.bonuses;
    earned += after.earned - before.earned;
  }
  return { money, bonuses, earned };
}

/** The lots that these units' bonuses came from: units used up the line's lots in order. */
function partsOf(line: PurchaseLine, ranges: readonly UnitRange[]): LotPart[] {
  const parts: LotPart[] = [];
  for (const [from, to] of ranges) {
    const [start, end] = [firstUnits(line, from).bonuses, firstUnits(line, to).bonuses];
    let offset = 0n;
    for (const part of line.parts) {
      const low = start > offset ? start : offset;
      const high = minOf(end, offset + part.amount);
      if (low < high) parts.push({ ...part, amount: high - low });
      offset += part.amount;
    }
  }
  return parts;
}
