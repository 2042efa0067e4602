/** Reads the file of sales: unpacked and parsed as it streams, its lines gathered into invoices, in time order. */
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { parse } from "csv-parse";
import { COLUMNS, type Invoice, type InvoiceLine, kindOf, parseRow, type Row } from "./invoice.ts";

export interface SalesFile {
  readonly invoices: readonly Invoice[];
  /** Lines of the whole file, the header not counted. */
  readonly lines: number;
}

/** How many lines invoices have. */
export const linesIn = (invoices: readonly Invoice[]): number =>
  invoices.reduce((sum, invoice) => sum + invoice.lines.length, 0);

/** Reads all invoices. A line that cannot be read ends the replay: nothing is dropped in silence. */
export async function readSales(path: string, onLines?: (lines: number) => void): Promise<SalesFile> {
  const found = new Map<string, Gathering>();
  let lines = 0;
  const bytes = createReadStream(path);
  const text = path.endsWith(".gz") ? bytes.pipe(createGunzip()) : bytes;
  const records = text.pipe(parse({ bom: true, relax_column_count: true }));
  // A pipe does not pass errors on.
  for (const source of [bytes, text]) source.on("error", (error: Error) => records.destroy(error));
  for await (const record of records as AsyncIterable<string[]>) {
    if (lines === 0 && record[0] === COLUMNS[0]) {
      if (record.join() !== COLUMNS.join()) throw new Error(`${path}: the columns are not ${COLUMNS.join(", ")}`);
      continue;
    }
    lines += 1;
    gather(found, rowAt(path, lines, record));
    if (lines % 10_000 === 0) onLines?.(lines);
  }
  onLines?.(lines);
  return { invoices: [...found.values()].map(invoiceOf).sort((a, b) => a.at - b.at), lines };
}

function rowAt(path: string, line: number, record: readonly string[]): Row {
  try {
    return parseRow(record);
  } catch (error) {
    throw new Error(`${path}, line ${line + 1}`, { cause: error });
  }
}

interface Gathering {
  readonly first: Row;
  readonly lines: InvoiceLine[];
}

/** Lines of one invoice may differ by a minute, and need not stand together: the first gives the time. */
function gather(found: Map<string, Gathering>, row: Row): void {
  const known = found.get(row.number);
  if (known === undefined) found.set(row.number, { first: row, lines: [row.line] });
  else known.lines.push(row.line);
}

function invoiceOf({ first, lines }: Gathering): Invoice {
  const { number, at, customer, country } = first;
  return { number, kind: kindOf(number), at, customer, country, lines };
}
