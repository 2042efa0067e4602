/** Takes goods off what waits of an order: all of it, or some units of some lines. Pure. */
import type { Bonus } from "../kernel/amount.ts";
import { type Refused, refuse, type Rejected, reject } from "../engine/definition/decision.ts";
import type { LotPart } from "../ledger/hold.ts";
import { addedUp, takeUnits, waitingUnits } from "../sales/documents/order-document.ts";
import type { ReturnedLineInput } from "../sales/receipt/line.ts";
import { unitsIn } from "../sales/receipt/pricing.ts";
import type { OrderLine, OrderPortion } from "../sales/stored-order.ts";

export interface TakenLines {
  /** The order's lines as they are then. */
  readonly lines: readonly OrderLine[];
  readonly taken: readonly TakenLine[];
  /** What was held for it all, lot by lot. */
  readonly parts: readonly LotPart[];
}

/** Some units of a line, with what was held for them. */
export interface TakenLine {
  readonly line: OrderLine;
  readonly units: bigint;
  readonly spend: Bonus;
  readonly parts: OrderPortion["parts"];
}

/** Takes lines, and counts their units as collected or cancelled: refused where fewer units wait, rejected for its form. */
export function takeLines(
  all: readonly OrderLine[],
  asked: readonly ReturnedLineInput[],
  as: "collected" | "cancelled",
): TakenLines | Refused | Rejected {
  const lines = [...all];
  const taken: TakenLine[] = [];
  for (const { lineId, quantity } of asked) {
    const index = lines.findIndex((line) => line.lineId === lineId);
    const line = lines[index];
    if (line === undefined) return reject("unknown_line", { lineId });
    const units = unitsIn(line.quantity, quantity);
    if (units === undefined) return reject("not_divisible", { lineId });
    const found = takeUnits(line, units);
    if (found === undefined) return refuse("more_than_waits", { lineId, waiting: `${waitingUnits(line)}` });
    lines[index] = { ...found.line, [as]: found.line[as] + units };
    taken.push({ line, units, spend: found.taken.spend, parts: found.taken.parts });
  }
  return { lines, taken, parts: addedUp(taken.flatMap(({ parts }) => parts)) };
}
