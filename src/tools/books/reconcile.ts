/** Sends the shop's own receipts to be matched with the ledger, and reads what differs. */
import { setTimeout as sleep } from "node:timers/promises";
import type { LocalDate } from "../../kernel/zone.ts";
import { type Api, bodyOf } from "../client/api.ts";
import type { Brand } from "../client/brands.ts";
import { SHOP_MAPPING } from "../replay/shop-files.ts";
import { BreakPage, ReconciliationStands, ReconciliationStarted } from "./wire.ts";

/** What matching one brand's receipts has come to. */
export interface Reconciled {
  readonly brand: Brand;
  readonly lines: number;
  readonly matched: number;
  /** Numbers of the lines that the ledger lacks. */
  readonly missing: readonly string[];
  /** Breaks of any other kind, in words. */
  readonly others: readonly string[];
  /** In kopecks, of all lines and of all receipts of the ledger. */
  readonly there: bigint;
  readonly here: bigint;
}

export interface ShopFile {
  readonly brand: Brand;
  readonly csv: string;
  readonly from: LocalDate;
  readonly to: LocalDate;
}

const PATIENCE_MS = 300_000;
const LOOK_EVERY_MS = 500;
const BREAKS_AT_ONCE = "200";

/** `beforeLook` does what a job of the service does, where there is none. */
export async function reconcile(
  api: Api,
  { brand, csv, from, to }: ShopFile,
  beforeLook: () => Promise<void> = () => Promise.resolve(),
): Promise<Reconciled> {
  const query = { brand, system: "shop", from, to, mapping: JSON.stringify(SHOP_MAPPING) };
  const path = `/v1/reconciliations?${new URLSearchParams(query).toString()}`;
  const sent = await api.send("POST", path, csv, `books-${brand}-${from}-${to}`, { "content-type": "text/csv" });
  const { reconciliationId, lines } = bodyOf(ReconciliationStarted, sent, "a file of receipts");
  const own = `/v1/reconciliations/${reconciliationId}`;
  const { matched, there, here } = await untilMatched(api, own, beforeLook);
  const breaks = await breaksOf(api, own);
  return {
    brand,
    lines,
    matched,
    missing: breaks.flatMap(({ kind, number }) => (kind === "missing_here" ? [number] : [])),
    others: breaks.flatMap(({ kind, number }) => (kind === "missing_here" ? [] : [`${number}: ${kind}`])),
    there: there.total,
    here: here.total,
  };
}

async function untilMatched(api: Api, path: string, beforeLook: () => Promise<void>) {
  for (const patience = performance.now() + PATIENCE_MS; ; ) {
    await beforeLook();
    const { status, failure, result } = bodyOf(ReconciliationStands, await api.get(path), "a reconciliation");
    if (result !== null) return result;
    if (status === "failed" || performance.now() > patience) throw new Error(`${path} is ${failure ?? status}`);
    await sleep(LOOK_EVERY_MS);
  }
}

async function breaksOf(api: Api, path: string) {
  const found: { kind: string; number: string }[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const query = new URLSearchParams({ limit: BREAKS_AT_ONCE, ...(cursor === "" ? {} : { cursor }) });
    const page: BreakPage = bodyOf(BreakPage, await api.get(`${path}/breaks?${query.toString()}`), "breaks");
    found.push(...page.items.map(({ kind, there }) => ({ kind, number: there?.number ?? "of the ledger" })));
    cursor = page.nextCursor;
  }
  return found;
}
