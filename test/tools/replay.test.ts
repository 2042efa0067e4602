/** The replay's reading, matching and accounting, without any service. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COLUMNS, kindOf, parsePrice } from "../../src/tools/replay/invoice.ts";
import { spendsBonuses } from "../../src/tools/replay/habits.ts";
import { readSales } from "../../src/tools/replay/read.ts";
import { brandOf, categoryOf } from "../../src/tools/replay/shop.ts";
import { invoice, planned } from "./planned.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mclub-replay-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const HEADER = COLUMNS.join(",");

async function file(rows: readonly string[], header = HEADER): Promise<string> {
  const path = join(folder, "sales.csv.gz");
  await writeFile(path, gzipSync([header, ...rows, ""].join("\n")));
  return path;
}

describe("reading the file", () => {
  it("gathers lines into invoices in time order, also where they do not stand together", async () => {
    const path = await file([
      '536366,22633,"HAND WARMER, UNION",6,2010-12-01 08:28:00,1.85,17850.0,United Kingdom',
      "536365,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom",
      "536366,71053,LANTERN,2,2010-12-01 08:29:00,3.39,17850.0,United Kingdom",
      "C536379,D,Discount,-1,2010-12-01 09:41:00,27.50,,France",
    ]);
    const { invoices, lines } = await readSales(path);
    expect(lines).toBe(4);
    expect(invoices.map(({ number, kind, customer, lines: own }) => [number, kind, customer, own.length])).toEqual([
      ["536365", "sale", "17850", 1],
      ["536366", "sale", "17850", 2],
      ["C536379", "cancellation", null, 1],
    ]);
    expect(invoices[1]!.at).toBe(Date.parse("2010-12-01T08:28:00Z"));
  });

  it("stops at a line that it cannot read, and says which", async () => {
    const path = await file([
      "536365,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,,France",
      "536365,X,Y,six,2010-12-01 08:26:00,1,,France",
    ]);
    await expect(readSales(path)).rejects.toThrow(/line 3/);
    await expect(readSales(join(folder, "nothing.csv.gz"))).rejects.toThrow(/ENOENT/);
    await expect(readSales(await file([], "InvoiceNo,Other"))).rejects.toThrow(/columns/);
  });

  it("reads pounds as roubles × 100, to the kopeck", () => {
    expect(parsePrice("2.55")).toBe(25_500n);
    expect(parsePrice("0.001")).toBe(10n);
    expect(parsePrice("-11062.06")).toBe(-110_620_600n);
    for (const text of ["", "1e3", "2,55", "0.00001"]) expect(() => parsePrice(text)).toThrow(RangeError);
  });

  it("tells sales, cancellations and adjustments by their number, and brands by its last digit", () => {
    expect(["536365", "C536379", "A563185"].map(kindOf)).toEqual(["sale", "cancellation", "adjustment"]);
    expect(["536366", "536365", "C536379", "C536380"].map(brandOf)).toEqual([
      "mvideo",
      "eldorado",
      "eldorado",
      "mvideo",
    ]);
    expect(["85123A", "POST", "gift_0001_20", "M"].map(categoryOf)).toEqual([
      "goods",
      "delivery",
      "gift-card",
      "service-fee",
    ]);
  });
});

describe("matching cancellations with sales", () => {
  it("takes the latest sale first, and spreads a line over several sales", () => {
    const { returns, counts } = planned([
      invoice("1", [["A", 5, 100]]),
      invoice(
        "2",
        [
          ["B", 1, 100],
          ["A", 3, 100],
        ],
        "1",
        1,
      ),
      invoice("C4", [["A", -4, 100]], "1", 2),
      invoice("C5", [["A", -1, 100]], "1", 3),
    ]);
    expect(returns.map(({ sale, receipt, lines }) => [sale!.number, receipt.number, lines])).toEqual([
      ["2", "C4-1", [{ lineId: "2", quantity: "3" }]],
      ["1", "C4-2", [{ lineId: "1", quantity: "1" }]],
      ["1", "C5-1", [{ lineId: "1", quantity: "1" }]],
    ]);
    expect(counts).toEqual({ sold_member: 3, returned_spread: 1, returned: 1 });
  });

  it("never returns more than was sold: the rest is parked under a receipt that never comes", () => {
    const { returns, counts } = planned([
      invoice("1", [["A", 2, 100]]),
      invoice(
        "C2",
        [
          ["A", -3, 100],
          ["A", -7, 100],
          ["X", -1, 100],
        ],
        "1",
        1,
      ),
    ]);
    expect(returns.map(({ kind, lines }) => [kind, lines])).toEqual([
      ["return", [{ lineId: "1", quantity: "2" }]],
      [
        "parked",
        [
          { lineId: "1", quantity: "1" },
          { lineId: "2", quantity: "7" },
          { lineId: "3", quantity: "1" },
        ],
      ],
    ]);
    expect(counts).toEqual({ sold_member: 1, returned_partly: 1, parked: 2 });
  });

  it("matches by customer, and what has none among what has none", () => {
    const { returns, counts } = planned([
      invoice("1", [["A", 1, 100]], "7"),
      invoice("2", [["A", 1, 100]], null),
      invoice("C3", [["A", -1, 100]], "8", 1),
      invoice("C4", [["A", -1, 100]], null, 1),
    ]);
    expect(returns.map(({ sale }) => sale?.number ?? null)).toEqual([null, "2"]);
    expect(counts).toMatchObject({ parked: 1, returned: 1, sold_anonymous: 1 });
  });

  it("puts lines that come back to one sale on one return, the same product twice added up", () => {
    const { returns } = planned([
      invoice("1", [
        ["A", 80_995, 208],
        ["B", 1, 1],
      ]),
      invoice("C2", [
        ["A", -80_000, 208],
        ["A", -995, 208],
        ["B", -1, 1],
      ]),
    ]);
    expect(returns.map(({ lines }) => lines)).toEqual([
      [
        { lineId: "1", quantity: "80995" },
        { lineId: "2", quantity: "1" },
      ],
    ]);
  });
});

describe("accounting for every line", () => {
  it("gives each line one fate, whatever it is", () => {
    const all = [
      invoice("1", [
        ["A", 1, 100],
        ["A", 1, 0],
        ["A", 0, 5],
        ["A", -3, 0],
        ["A", -3, 5],
        ["B", 1, -100],
      ]),
      invoice("2", [["A", 1, 0]], null),
      invoice("A3", [
        ["B", 1, 100],
        ["B", 1, -100],
      ]),
      invoice("C4", [
        ["A", -1, 100],
        ["A", 1, 100],
        ["A", 0, 1],
      ]),
    ];
    const { tally, counts } = planned(all);
    expect(tally.total).toBe(all.flatMap(({ lines }) => lines).length);
    expect(counts).toEqual({
      sold_member: 1,
      sold_free_member: 1,
      sold_free_anonymous: 1,
      no_goods: 2,
      stock_correction: 1,
      adjustment: 5,
      returned: 1,
    });
  });

  it("counts a line as refused when one of its returns is, and once", () => {
    const { tally, counts } = planned(
      [invoice("1", [["A", 1, 1]]), invoice("2", [["A", 1, 1]]), invoice("C4", [["A", -2, 1]])],
      { refuse: (plan) => plan.kind === "return" && plan.sale?.number === "1" },
    );
    expect(counts).toEqual({ sold_member: 2, refused: 1 });
    expect(Object.fromEntries(tally.refusals)).toEqual({ no: 1 });
  });

  it("splits an invoice of more than 500 lines into receipts with numbers of their own", () => {
    const lines = Array.from({ length: 1114 }, (_, index): [string, number, number] => [`P${index}`, 1, 100]);
    const { planner, sales, returns } = planned([
      invoice("12", lines, null),
      invoice("C13", [["P600", -1, 100]], null, 1),
    ]);
    expect(planner.split).toBe(1);
    expect(sales.map(({ receipt, lines: own }) => [receipt.number, own.length])).toEqual([
      ["12", 500],
      ["12-2", 500],
      ["12-3", 114],
    ]);
    expect(returns[0]!.sale).toBe(sales[1]!.sale);
    expect(returns[0]!.lines).toEqual([{ lineId: "101", quantity: "1" }]);
  });

  it("gives every receipt of a kind a number of its own", () => {
    const { returns } = planned([
      ...[1, 3, 5].map((number) => invoice(`${number}`, [["A", 1, 1]])),
      invoice("C7", [["A", -4, 1]]),
      invoice("C8", [["A", -1, 1]]),
    ]);
    const numbers = returns.map(({ receipt }) => receipt.number);
    expect(numbers).toEqual(["C7-1", "C7-2", "C7-3", "C7-parked", "C8-parked"]);
  });
});

describe("the spending rule", () => {
  it("lets about one receipt in three spend, the same ones for the same seed", () => {
    const numbers = Array.from({ length: 3000 }, (_, index) => `${536_365 + index}`);
    const spending = numbers.filter((number) => spendsBonuses("1", number));
    expect(spending.length).toBeGreaterThan(900);
    expect(spending.length).toBeLessThan(1100);
    expect(numbers.filter((number) => spendsBonuses("1", number))).toEqual(spending);
    expect(numbers.filter((number) => spendsBonuses("2", number))).not.toEqual(spending);
  });

  it("never lets a receipt without a customer spend", () => {
    const spends = (customer: string | null) =>
      planned(Array.from({ length: 30 }, (_, index) => invoice(`${index}`, [["A", 1, 100]], customer))).sales.map(
        ({ spend }) => spend,
      );
    expect(new Set(spends(null))).toEqual(new Set(["0.00"]));
    expect(new Set(spends("1"))).toEqual(new Set(["0.00", "max"]));
  });
});
