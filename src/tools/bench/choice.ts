/** Which rows are measured: each kind has a name, and may be measured without the others. */
import { InvalidArgumentError } from "commander";

/** In the order in which they are measured; the yardstick once more at the end. */
export const ROW_KINDS = [
  ...(["yardstick", "engine", "sales", "batches"] as const),
  ...(["grants", "balances", "quotes", "purchases", "orders", "joining"] as const),
] as const;
export type RowKind = (typeof ROW_KINDS)[number];

/** Reads names from a command line, with commas between them; what is no kind of row is told to the person who typed it. */
export function rowKindsOf(text: string): ReadonlySet<RowKind> {
  const names = text.split(",").map((name) => name.trim());
  const known = names.flatMap((name) => ROW_KINDS.filter((kind) => kind === name));
  if (known.length === names.length) return new Set(known);
  throw new InvalidArgumentError(`rows are ${ROW_KINDS.join(", ")}`);
}
