/** The formats of the books: the same rows in each, with exact amounts, and the same bytes again. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { strFromU8, unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeParquet } from "../../../src/engine/exporting/parquet.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { liveThrough } from "../../support/town.ts";
import { askDuck } from "./duck.ts";
import { settled } from "./settled.ts";

let http: TestHttp;
let finance: string;
beforeAll(async () => {
  http = await testHttp();
  await liveThrough(http);
  finance = await http.newKey(["finance"]);
}, 120_000);
afterAll(() => http.close());

async function file(path: string) {
  await settled(http.database);
  const answer = await http.app.request(`/v1/exports/${path}`, { headers: { authorization: `Bearer ${finance}` } });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return {
    status: answer.status,
    mark: answer.headers.get("mclub-mark") ?? "",
    type: answer.headers.get("content-type"),
    bytes,
  };
}

const CSV = "read_csv('FOLDER/rows.csv', header = true, all_varchar = true, allow_quoted_nulls = false)";

describe("a file of columns", () => {
  it.each(["journal", "trial-balance", "liability", "categories"])(
    "%s has the rows of the texts, with exact types",
    async (name) => {
      const csv = await file(name);
      const parquet = await file(`${name}?format=parquet&mark=${csv.mark}`);
      expect([parquet.status, parquet.type, parquet.mark]).toEqual([200, "application/vnd.apache.parquet", csv.mark]);
      const files = { "rows.csv": csv.bytes, "rows.parquet": parquet.bytes };
      const types = await askDuck(files, "describe select * from 'FOLDER/rows.parquet'");
      const ofType = (type: string) =>
        types.flatMap((row) => (row["column_type"] === type ? [String(row["column_name"])] : []));
      expect(ofType("DOUBLE")).toEqual([]);
      expect(ofType("DECIMAL(38,2)").length).toBeGreaterThan(0);
      const shown = types.map(({ column_name: column, column_type: type }) =>
        type === "TIMESTAMP WITH TIME ZONE"
          ? `strftime(${String(column)} at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%gZ') as ${String(column)}`
          : `${String(column)}::varchar as ${String(column)}`,
      );
      const texts = await askDuck(files, `select * from ${CSV}`);
      expect(texts.length).toBeGreaterThan(3);
      // In the same order as well.
      expect(await askDuck(files, `select ${shown.join(", ")} from 'FOLDER/rows.parquet'`)).toEqual(texts);
    },
  );
});

describe("amounts in columns", () => {
  it("are exact, however large they are", async () => {
    const folder = mkdtempSync(join(tmpdir(), "mclub-columns-"));
    try {
      const amounts = ["0.00", "-0.01", "92233720368547758.07", "-999999999999999999999999.99", "123.45"];
      writeFileSync(join(folder, "rows.csv"), `amount\n${amounts.join("\n")}\n`);
      const path = await writeParquet(join(folder, "rows.csv"), folder, [{ name: "amount", type: "amount", note: "" }]);
      const rows = await askDuck(
        { "rows.parquet": readFileSync(path) },
        "select amount::varchar as amount, typeof(amount) as type from 'FOLDER/rows.parquet'",
      );
      expect(rows).toEqual(amounts.map((amount) => ({ amount, type: "DECIMAL(38,2)" })));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("a sheet", () => {
  it("has amounts as numbers of two decimals, a total, the zone of its days and the mark", async () => {
    const { bytes, type, mark } = await file("trial-balance?format=xlsx&month=2026-03&entity=mvideo");
    expect(type).toBe("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    const parts = unzipSync(bytes);
    const text = (name: string) => strFromU8(parts[name] ?? new Uint8Array());
    const strings = [...text("xl/sharedStrings.xml").matchAll(/<t[^>]*>([^<]*)<\/t>/g)].map(([, one = ""]) => one);
    const rows = [...text("xl/worksheets/sheet1.xml").matchAll(/<row [^>]*>(.*?)<\/row>/gs)].map(([, row = ""]) =>
      [...row.matchAll(/<c r="[A-Z]+\d+"([^>]*)>(?:<v>([^<]*)<\/v>)?/g)].map(([, attributes = "", value = ""]) =>
        attributes.includes('t="s"') ? strings[Number(value)] : `=${value}`,
      ),
    );
    const stated: Record<string, unknown> = Object.fromEntries(
      rows.filter((row) => row.length === 2).map(([name = "", value]) => [name, value] as const),
    );
    expect(stated).toMatchObject({
      Entity: "mvideo",
      From: "2026-03-01",
      To: "2026-03-31",
      "Days of the zone": "Europe/Moscow",
      "Mark of the journal": mark,
    });
    const total = rows.at(-1) ?? [];
    expect(total[0]).toBe("Total");
    const totals = await http.get<{ sums: Record<string, string> }>(
      `/v1/exports/trial-balance/totals?month=2026-03&entity=mvideo&mark=${mark}`,
      { key: finance },
    );
    const sums = ["opening_debit", "opening_credit", "debit", "credit", "closing_debit", "closing_credit"].map(
      (name) => `=${Number(totals.body.sums[name])}`,
    );
    expect(total.slice(-6)).toEqual(sums);
    expect(text("xl/styles.xml")).toContain("#,##0.00");
  });

  it("is not made of what may have very many rows", async () => {
    expect((await file("journal?format=xlsx")).status).toBe(400);
  });
});

describe("the same file again", () => {
  it.each(["parquet", "xlsx"])("is the same byte for byte, as %s as well, though time has passed", async (format) => {
    const first = await file(`trial-balance?format=${format}`);
    await http.give(await http.newMember(), 12_34n);
    // Archives count time in steps of two seconds.
    await sleep(2_100);
    const again = await file(`trial-balance?format=${format}&mark=${first.mark}`);
    expect(Buffer.from(again.bytes).equals(Buffer.from(first.bytes))).toBe(true);
    const now = await file(`trial-balance?format=${format}`);
    expect(Buffer.from(now.bytes).equals(Buffer.from(first.bytes))).toBe(false);
  });
});
