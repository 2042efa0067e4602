/** The shop's own files of receipts: what they say follows from the invoices alone. */
import { describe, expect, it } from "vitest";
import { shopFiles } from "../../src/tools/replay/shop-files.ts";
import { invoice } from "./planned.ts";

const csvOf = (...invoices: Parameters<typeof shopFiles>[0][number][]) => {
  const { files, aside } = shopFiles(invoices, "1", "none");
  const rows = [...files].flatMap(([brand, csv]) =>
    csv
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => {
        const [number, , , , day, card, total, kind] = line.split(",");
        return [brand, number, day, card, total, kind].join(" ");
      }),
  );
  return { rows, aside: [...aside] };
};

describe("the shop's files", () => {
  it("have a line for each receipt, returns told by a word, since one of free goods has no sign", () => {
    const { rows, aside } = csvOf(
      invoice("2", [["A", 3, 0]]),
      invoice("4", [["B", 2, 250]]),
      invoice("C7", [["A", -3, 100]], "1", 1),
      invoice("C8", [["B", -1, 300]], "1", 1),
    );
    expect(rows.map((row) => row.replace(/ \d{4}-\d\d-\d\d /, " "))).toEqual([
      "mvideo 2 1 0.00 sale",
      "mvideo 4 1 5.00 sale",
      "mvideo C8-1 1 2.50 return",
      "eldorado C7-1 1 0.00 return",
    ]);
    expect(aside).toEqual([]);
  });

  it("have a line of its own for each line that is no sale, or comes back of nothing, with why", () => {
    const { rows, aside } = csvOf(
      invoice("2", [
        ["A", 1, 100],
        ["A", -3, 0],
        ["B", 0, 5],
      ]),
      invoice("A5", [["B", 1, -900]]),
      invoice("C6", [["A", -4, 100]], "1", 1),
    );
    expect(aside).toEqual([
      ["2#2", { brand: "mvideo", why: "stock_correction", total: 0n }],
      ["2#3", { brand: "mvideo", why: "no_goods", total: 0n }],
      ["A5#1", { brand: "eldorado", why: "adjustment", total: -900n }],
      ["C6#1", { brand: "mvideo", why: "parked", total: -400n }],
    ]);
    expect(rows.filter((row) => row.includes("#")).map((row) => row.split(" ").slice(-2).join(" "))).toEqual([
      "0.00 sale",
      "0.00 sale",
      "4.00 return",
      "9.00 return",
    ]);
  });
});
