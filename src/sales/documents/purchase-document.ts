/** A purchase as it is kept: what was sold, and what was distributed to each line. Only what came back of it changes. */
import type { RowOf } from "../../db/table-rows.ts";
import type { LotId } from "../../kernel/ids.ts";
import type { purchases } from "../tables.ts";

/** As the table describes it. */
export type Purchase = Readonly<RowOf<typeof purchases, "bucket">>;

/** All lots that undoing this purchase may touch by name. */
export function lotsOf(purchase: Pick<Purchase, "lines" | "lotId">): LotId[] {
  const lots = new Set<LotId>(purchase.lines.flatMap((line) => line.parts.map((part) => part.lotId)));
  if (purchase.lotId !== null) lots.add(purchase.lotId);
  return [...lots];
}
