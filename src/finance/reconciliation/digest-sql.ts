/** SQL: the hash of what was found, over the columns of a break. */
import { hashOf } from "../../engine/definition/invariant.ts";

export const digestOf = (row = ""): string => {
  const columns = [
    "reconciliation_id",
    "ordinal",
    "brand",
    "kind",
    "differences::text",
    "line",
    "there::text",
    "here::text",
    "rule_id",
  ];
  const list = columns.map((column) => `${row}${column}`).join(", ");
  return hashOf(`json_build_array(${list}, extract(epoch from ${row}found_at))::text`);
};
