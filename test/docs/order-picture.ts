/** The states of an order as a picture in plain text, drawn from the table of its steps: one row for each arrow. */
import { ORDER_STATUSES, ORDER_STEPS, ORDER_TRANSITIONS, type OrderStatus } from "../../src/sales/order-states.ts";

interface Arrow {
  readonly from: OrderStatus;
  readonly to: OrderStatus;
  /** All steps that lead this way. */
  readonly steps: string;
}

const arrowsOf = (from: OrderStatus): Arrow[] =>
  ORDER_STATUSES.map((to) => {
    const steps = ORDER_STEPS.filter((step) => ORDER_TRANSITIONS[from][step]?.includes(to) === true);
    return { from, to, steps: steps.join(", ") };
  }).filter(({ steps }) => steps !== "");

/** Between two states. */
const WIDTH = 12;

/** A column for each state, a row for each arrow; `o` where an order stays in its state. */
export function orderPicture(): string {
  const groups = ORDER_STATUSES.map(arrowsOf).filter((arrows) => arrows.length > 0);
  const margin = Math.max(...groups.flat().map(({ steps }) => steps.length)) + 2;
  const row = (label: string, columns: string) => `${label.padEnd(margin)}${columns}`.trimEnd();
  const between = row("", ORDER_STATUSES.map(() => "│".padEnd(WIDTH)).join(""));
  return [
    row("", ORDER_STATUSES.map((status) => status.padEnd(WIDTH)).join("")),
    ...groups.flatMap((arrows) => [between, ...arrows.map((arrow) => row(arrow.steps, columnsOf(arrow)))]),
    "",
  ].join("\n");
}

function columnsOf({ from, to }: Arrow): string {
  const [start, end] = [ORDER_STATUSES.indexOf(from), ORDER_STATUSES.indexOf(to)];
  const [left, right] = [Math.min(start, end), Math.max(start, end)];
  return ORDER_STATUSES.map((_, index) => {
    const mark = index === start ? startOf(start, end) : index > left && index < right ? "┼" : "│";
    if (index < left || index >= right) return mark.padEnd(WIDTH);
    const first = end < start && index === left ? "<" : "─";
    const last = end > start && index === right - 1 ? ">" : "─";
    return `${mark}${first}${"─".repeat(WIDTH - 3)}${last}`;
  }).join("");
}

const startOf = (start: number, end: number): string => (start === end ? "o" : start < end ? "├" : "┤");
