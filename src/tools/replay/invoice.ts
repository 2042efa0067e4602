/** An invoice of the shop whose year is replayed, and how its fields are read. */
import type { Kopecks } from "../../kernel/amount.ts";
import type { Instant } from "../../kernel/clock.ts";

export interface InvoiceLine {
  readonly stockCode: string;
  /** Whole units; below zero where goods came back or were written off. */
  readonly quantity: bigint;
  /** Below zero only on adjustments. */
  readonly unitPrice: Kopecks;
}

export interface Invoice {
  /** As printed: `536365`, `C536379`, `A563185`. */
  readonly number: string;
  readonly kind: "sale" | "cancellation" | "adjustment";
  readonly at: Instant;
  readonly customer: string | null;
  readonly country: string;
  readonly lines: readonly InvoiceLine[];
}

/** Columns of the file, in their order. */
export const COLUMNS = [
  "InvoiceNo",
  "StockCode",
  "Description",
  "Quantity",
  "InvoiceDate",
  "UnitPrice",
  "CustomerID",
  "Country",
];

/** One row of the file: a line, and what it says of its invoice. */
export interface Row extends Omit<Invoice, "kind" | "lines"> {
  readonly line: InvoiceLine;
}

/** Reads a row; throws where it is not what the file is known to hold, since a misread line would be a silent loss. */
export function parseRow(fields: readonly string[]): Row {
  const [number = "", stockCode = "", , quantity = "", date = "", price = "", customer = "", country = ""] = fields;
  const whole = fields.length === COLUMNS.length && number !== "" && stockCode !== "";
  if (!whole) throw new RangeError("not a line of an invoice");
  if (!/^-?\d+$/.test(quantity)) throw new RangeError(`not a quantity: ${quantity}`);
  return {
    number,
    at: parseDate(date),
    customer: customer === "" ? null : customer.replace(/\.0$/, ""),
    country,
    line: { stockCode, quantity: BigInt(quantity), unitPrice: parsePrice(price) },
  };
}

/** What the letter before an invoice's number says. */
export function kindOf(number: string): Invoice["kind"] {
  if (/^\d+$/.test(number)) return "sale";
  return /^C\d+$/.test(number) ? "cancellation" : "adjustment";
}

/** Pounds as roubles × 100, exactly: `2.55` is 255.00 roubles. */
export function parsePrice(text: string): Kopecks {
  const match = /^(-?)(\d+)(?:\.(\d{1,4}))?$/.exec(text);
  if (match === null) throw new RangeError(`not a price: ${text}`);
  const [, sign = "", pounds = "", fraction = ""] = match;
  const kopecks = BigInt(pounds + fraction.padEnd(4, "0"));
  return sign === "-" ? -kopecks : kopecks;
}

/** The file names no zone; its times are taken as UTC, which is the shop's own time in winter. */
function parseDate(text: string): Instant {
  const instant = Date.parse(`${text.replace(" ", "T")}Z`);
  const wellFormed = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) && !Number.isNaN(instant);
  if (!wellFormed) throw new RangeError(`not a date: ${text}`);
  return instant;
}
