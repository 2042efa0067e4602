/** How often the same file, asked the same way, was dropped: the next one is another. */
import { canonicalJson } from "../../kernel/hash.ts";
import type { Reader } from "../../engine/connection/reader.ts";
import type { Reconciliation } from "./stores.ts";
import type { ReconciliationTerms } from "./stored.ts";

const CANCELLED = `select terms from reconciliations
  where brand = $1 and system = $2 and content_hash = $3 and status = 'cancelled'`;

export async function timesCancelled(
  reader: Reader,
  { brand, system, contentHash, terms }: Pick<Reconciliation, "brand" | "system" | "contentHash" | "terms">,
): Promise<number> {
  const found = await reader.run<{ terms: ReconciliationTerms }>(CANCELLED, [brand, system, contentHash]);
  const asked = canonicalJson(terms);
  return found.filter((row) => canonicalJson(row.terms) === asked).length;
}
