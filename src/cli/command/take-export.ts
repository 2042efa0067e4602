/** Takes one export into a file, with its control totals beside it. */
import { resolve } from "node:path";
import type { Target } from "../../db/connect.ts";
import { LEDGER_ITSELF } from "../../engine/actor.ts";
import type { AnyExport } from "../../engine/definition/export.ts";
import { type ControlTotals, exporterOf, type ExportRequest } from "../../engine/exporting/exporter.ts";
import { type ExportFormat, formatsOf } from "../../engine/exporting/formats.ts";
import { writeWhole } from "../../engine/exporting/whole-file.ts";
import { formatAmount } from "../../kernel/amount.ts";
import { allExports } from "../../modules.ts";
import { countRows } from "./count-rows.ts";
import { startProgress } from "./progress.ts";

export interface ExportOptions {
  readonly entity?: string;
  readonly month?: string;
  readonly from?: string;
  readonly to?: string;
  readonly asOf?: string;
  readonly store?: string;
  readonly category?: string;
  readonly mark?: string;
  readonly format: ExportFormat;
  readonly out?: string;
  readonly quiet?: boolean;
}

/** What was asked makes no sense; told to whoever typed it. */
export class QuestionRefused extends Error {}

/**
 * Its rows are counted as they come, and held against the control totals of the same mark. {@link QuestionRefused} where there
 * is no such export, format or question; `FileRefused` where the file cannot be written.
 */
export async function takeExport(target: Target, name: string, options: ExportOptions): Promise<void> {
  const { format, quiet = false } = options;
  const { asked, question, request } = requestOf(name, options);
  const path = resolve(options.out ?? `${[name, ...Object.values(question)].join("-")}.${format}`);
  const exporter = exporterOf(target);
  const totals = await exporter.totals(request);
  const bar = startProgress(`${name} `, Number(totals.rows), "rows", quiet);
  const count = countRows(format !== "jsonl");
  const seen = (chunk: Uint8Array) => {
    count.see(chunk);
    bar.update(count.rows, format);
  };
  try {
    const { bytes } = await exporter.open({ ...request, mark: totals.mark }, format, { seen });
    await writeWhole(bytes, {
      path,
      // Of a file of columns the text was counted.
      seen: format === "csv" || format === "jsonl" ? seen : undefined,
      beside: {
        path: `${path}.totals.json`,
        told({ bytes: size, sha256 }) {
          if (count.rows !== Number(totals.rows) && !isWhole(format)) {
            throw new Error(`${count.rows} rows came, and the control totals say ${totals.rows}`);
          }
          return { export: asked.name, question, format, ...toldTotals(totals), bytes: Number(size), sha256 };
        },
      },
    });
    bar.update(Number(totals.rows), "complete");
  } finally {
    bar.stop();
  }
  process.stdout.write(`${path}: ${totals.rows} rows at mark ${totals.mark}\n`);
}

/** Made of rows in memory, which nobody counts. */
const isWhole = (format: ExportFormat): boolean => format === "xlsx" || format === "xml";

function requestOf(name: string, options: ExportOptions) {
  const asked = allExports.find((each) => each.name === name);
  if (asked === undefined) {
    throw new QuestionRefused(`There is no ${name}; there are ${allExports.map((each) => each.name).join(", ")}.`);
  }
  const { entity, month, from, to, asOf, store, category, mark, format } = options;
  if (!formatsOf(asked).includes(format)) {
    throw new QuestionRefused(`${name} is given as ${formatsOf(asked).join(", ")}, not as ${format}.`);
  }
  if (mark !== undefined && !/^\d{1,18}$/.test(mark)) throw new QuestionRefused("A mark is a number.");
  const question = Object.fromEntries(
    Object.entries({ entity, month, from, to, asOf, store, category }).filter(([, value]) => value !== undefined),
  ) as Readonly<Record<string, string>>;
  return {
    asked,
    question,
    request: {
      asked,
      given: givenOf(asked, question),
      mark: mark === undefined ? undefined : BigInt(mark),
    } satisfies ExportRequest,
  };
}

/** Whoever can reach the database may see all of it. */
function givenOf(asked: AnyExport, question: Readonly<Record<string, string>>) {
  const { query: form, name } = asked;
  const parsed = form.safeParse(question);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".") || name}: ${message}`);
    throw new QuestionRefused(faults.join("\n"));
  }
  return asked.given(parsed.data, LEDGER_ITSELF);
}

const toldTotals = ({ mark, rows, sums }: ControlTotals) => ({
  mark: mark.toString(),
  rows: Number(rows),
  sums: Object.fromEntries(Object.entries(sums).map(([column, sum]) => [column, formatAmount(sum)])),
});
