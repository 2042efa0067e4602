/** A part of a real year of sales: the shop's own receipts against the ledger differ in just the lines that the replay put aside. */
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { listen } from "../../../src/http/server/server.ts";
import { matchNext } from "../../../src/finance/reconciliation/matching/run-next.ts";
import { ManualClock } from "../../../src/kernel/clock.ts";
import { localDate } from "../../../src/kernel/zone.ts";
import { connectTo } from "../../../src/tools/client/api.ts";
import { readSales } from "../../../src/tools/replay/read.ts";
import { replayInvoices } from "../../../src/tools/replay/run.ts";
import { SHOP_MAPPING, shopFiles } from "../../../src/tools/replay/shop-files.ts";
import { testHttp } from "../../support/http.ts";
import { upload } from "./files.ts";

const SALES = "../shared/data/online-retail.csv.gz";
const hasSales = existsSync(SALES);
if (!hasSales) process.stderr.write(`${SALES} is not there: no real sales are reconciled\n`);

/** As many of the year's invoices as take a test some seconds; among them are orders, cancellations and lines that are no sale. */
const INVOICES = 500;
const SEED = "1";

interface Result {
  readonly result: { readonly matched: number; readonly breaks: number };
}
interface Breaks {
  readonly items: readonly { readonly kind: string; readonly there: { readonly number: string } }[];
  readonly nextCursor: string | null;
}

describe.skipIf(!hasSales)("the invoices of a real shop", () => {
  it("differ from the ledger in exactly the lines that the replay put aside", async () => {
    const http = await testHttp({ clock: new ManualClock(Date.parse("2010-01-01T00:00:00+03:00")) });
    const listening = await listen(http.app, { port: 0, host: "127.0.0.1" });
    const api = connectTo({ baseUrl: `http://127.0.0.1:${listening.port}`, key: http.adminKey });
    const invoices = (await readSales(SALES)).invoices.slice(0, INVOICES);
    const options = { seed: SEED, orders: "tenth", aftermath: false } as const;
    const startProgress = () => ({ update() {}, stop() {} });
    const { tally } = await replayInvoices(api, invoices, { ...options, startProgress });
    const { files, aside } = shopFiles(invoices, SEED, "tenth");
    const put = ["parked", "returned_partly", "stock_correction", "adjustment", "no_goods"] as const;
    expect(aside.size).toBe(put.reduce((sum, fate) => sum + (tally.counts.get(fate) ?? 0), 0));
    const [first, last] = [invoices[0], invoices.at(-1)].map((invoice) => localDate(invoice?.at ?? 0, "Europe/Moscow"));
    const found: string[] = [];
    for (const [brand, file] of files) {
      const query = { brand, from: first ?? "", to: last ?? "" };
      const sent = await upload(http, file, { query, mapping: SHOP_MAPPING });
      expect(await matchNext({ target: http.database, clock: http.service.clock })).toMatchObject({ outcome: "done" });
      const path = `/v1/reconciliations/${sent.body.reconciliationId}`;
      const { result } = (await http.get<Result>(path)).body;
      expect(result.matched + result.breaks).toBe(file.trim().split("\n").length - 1);
      for (let cursor: string | null = ""; cursor !== null; ) {
        const page: Breaks = (
          await http.get<Breaks>(`${path}/breaks?limit=200${cursor === "" ? "" : `&cursor=${cursor}`}`)
        ).body;
        expect(page.items.filter(({ kind }) => kind !== "missing_here")).toEqual([]);
        found.push(...page.items.map(({ there }) => there.number));
        cursor = page.nextCursor;
      }
    }
    expect(new Set(found)).toEqual(new Set(aside.keys()));
    expect(found.length).toBe(aside.size);
    expect(found.length).toBeGreaterThan(5);
    await listening.close();
    await http.close();
  }, 300_000);
});
