/** The rows that are measured over HTTP, with the service in a process of its own. */
import type { RowKind } from "../choice.ts";
import type { Row } from "../report.ts";
import { purchaseRows, quoteRows } from "./baskets.ts";
import { joiningRows } from "./joining.ts";
import { orderRows } from "./orders.ts";
import type { RowTerms } from "./row.ts";
import { balanceRows, batchRows, grantRows, saleRows } from "./sales.ts";

const OVER_HTTP: readonly (readonly [kind: RowKind, measureKind: (terms: RowTerms) => Promise<Row[]>])[] = [
  ["sales", saleRows],
  ["batches", batchRows],
  ["grants", grantRows],
  ["balances", balanceRows],
  ["quotes", quoteRows],
  ["purchases", purchaseRows],
  ["orders", orderRows],
  ["joining", joiningRows],
];

/** Measures the chosen rows, one kind after another. */
export async function measureOverHttp(chosen: ReadonlySet<RowKind>, terms: RowTerms): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [kind, measureKind] of OVER_HTTP) {
    if (!chosen.has(kind)) continue;
    rows.push(...(await measureKind(terms)));
    terms.say(`memory of the service after ${kind}: ${terms.service.memory().toFixed(0)} MiB`);
  }
  return rows;
}
