/** A return as it is kept: what came back, to which lots, and how the clawback was covered. */
import type { RowOf } from "../../db/table-rows.ts";
import type { LotId } from "../../kernel/ids.ts";
import type { returns } from "../tables.ts";

/** As the table describes it. */
export type ReturnDocument = Readonly<RowOf<typeof returns, "bucket">>;

/** All lots that undoing this return may touch by name. */
export function lotsOfReturn({ parts, cover }: Pick<ReturnDocument, "parts" | "cover">): LotId[] {
  return [...new Set([...parts, ...cover].map((part) => part.lotId))];
}
