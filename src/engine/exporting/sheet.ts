/** A sheet (xlsx) of few rows: what it shows, the columns, the rows and a total. The same rows give the same bytes. */
import type { Cell, Row } from "write-excel-file/node";
import type { Column, Heading, ShownRow } from "../definition/export.ts";
import { formatAmount } from "../../kernel/amount.ts";

/** Beyond so many digits a sheet, which has nothing but binary fractions, would show another amount. */
const EXACT_DIGITS = 15;
/** The first day that a file of this form can name: nothing of the clock gets into it. */
const NO_TIME = new Date(1980, 0, 1);
const WIDTHS: Readonly<Record<Column["type"], number>> = {
  text: 22,
  code: 22,
  amount: 18,
  rate: 12,
  count: 10,
  date: 12,
  instant: 26,
};
const FORMATS: Partial<Readonly<Record<Column["type"], string>>> = { amount: "#,##0.00", rate: "0.000000", count: "0" };

interface Sheet {
  readonly summary: string;
  readonly columns: readonly Column[];
  readonly rows: readonly ShownRow[];
  readonly heading: Heading;
}

/** The bytes of the file. */
export async function writeSheet({ summary, columns, rows, heading }: Sheet): Promise<Uint8Array> {
  const [{ default: writeXlsxFile }, { unzipSync, zipSync }] = await Promise.all([
    import("write-excel-file/node"),
    import("fflate"),
  ]);
  const above = aboutOf(summary, heading);
  const data: Row[] = [
    ...above,
    columns.map(({ name }) => ({ value: name, fontWeight: "bold", wrap: true })),
    ...rows.map((row) => columns.map((column) => cellOf(column, row[column.name] ?? null))),
    totalOf(columns, rows),
  ];
  const written = await writeXlsxFile(data, {
    sheet: "1",
    dateFormat: "dd.mm.yyyy",
    columns: columns.map(({ type }) => ({ width: WIDTHS[type] })),
    stickyRowsCount: above.length + 1,
  }).toBuffer();
  return zipSync(unzipSync(written), { mtime: NO_TIME });
}

function aboutOf(summary: string, { given, mark, zone }: Heading): Row[] {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["Entity", given["entity"]],
    ["From", given["from"]],
    ["To", given["to"]],
    ["As of the end of", given["asOf"]],
    ["Store", given["store"]],
    ["Category", given["category"]],
    ["Days of the zone", zone],
    ["Mark of the journal", mark.toString()],
  ];
  const shown = facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value === "" ? "all" : value]]));
  return [[{ value: summary, fontWeight: "bold" }], ...shown, []];
}

function cellOf({ type }: Column, text: string | null): Cell {
  if (text === null || text === "") return null;
  // Midnight of the day as it stands; a sheet knows no zones.
  if (type === "date") return { value: new Date(`${text}T00:00:00Z`), type: Date };
  const format = FORMATS[type];
  if (format === undefined || text.replaceAll(/\D/g, "").length > EXACT_DIGITS) return { value: text, type: String };
  // The only form that a sheet has for what can be added up there; with so few digits it is written back as it was.
  return { value: Number(text), type: Number, format };
}

function totalOf(columns: readonly Column[], rows: readonly ShownRow[]): Row {
  return columns.map((column, index) => {
    if (column.type === "amount") {
      const total = rows.reduce((sum, row) => sum + minorOf(row[column.name] ?? "0.00"), 0n);
      return { ...(cellOf(column, formatAmount(total)) as object), fontWeight: "bold" };
    }
    return index === 0 ? { value: "Total", fontWeight: "bold" } : null;
  });
}

const minorOf = (text: string): bigint => BigInt(text.replace(".", ""));
