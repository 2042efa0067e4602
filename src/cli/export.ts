/**
 * `npm run export -- journal --month 2026-10 --entity mvideo --format parquet --out journal.parquet`, in production
 * `node dist/cli/export.js`: the books as files, each with its control totals beside it. Ends with 0 where all of it is there.
 */
import { Command, Option } from "commander";
import { ConfigError, readConfig } from "../config.ts";
import { Problem, problems } from "../kernel/problems.ts";
import { FileRefused } from "../engine/exporting/whole-file.ts";
import { EXPORT_FORMATS, formatsOf } from "../engine/exporting/formats.ts";
import { allExports } from "../modules.ts";
import { DatabaseRefused, openDatabase } from "./command/database.ts";
import { QuestionRefused, takeExport, type ExportOptions } from "./command/take-export.ts";

const list = allExports
  .map((each) => `  ${each.name.padEnd(16)}${each.summary} (${formatsOf(each).join(", ")})`)
  .join("\n");

const program = new Command("export")
  .description("the books as files, each with its control totals beside it (FILE.totals.json)")
  .argument("<name>", "which export; they are listed below")
  .option("--month <yyyy-mm>", "all days of a month; of what is told at the end of a day, its last day")
  .option("--from <yyyy-mm-dd>", "the first day, in the programme's zone; without it from the beginning")
  .option("--to <yyyy-mm-dd>", "the last day; without it up to now")
  .option("--as-of <yyyy-mm-dd>", "ageing, breakage, cohorts: the day at whose end it is told")
  .option("--entity <brand>", "whose books; without it of all")
  .option("--store <store>", "categories: of operations in this store only")
  .option("--category <category>", "categories: of goods of this category only")
  .option("--mark <mark>", "the mark of an earlier export, to have the same again byte for byte")
  .addOption(
    new Option("--format <format>", "of the file; which there are is listed below")
      .choices(EXPORT_FORMATS)
      .default("csv"),
  )
  .option("--out <file>", "where to; without it a name made of the question, in this folder")
  .option("--quiet", "no bar")
  .addHelpText(
    "after",
    `
Exports:
${list}

Examples:
  npm run export -- trial-balance --month 2026-03 --format xlsx
  npm run export -- journal --from 2026-03-01 --to 2026-03-15 --entity mvideo --format parquet
  npm run export -- ageing --as-of 2026-03-31

The database is the one of DATABASE_URL, or the sandbox's. Progress is on the error output. Ends with 0 where all of the file is there.`,
  );

/** What a person can do something about is told without a stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return `The environment does not fit:\n${error.message}`;
  const known = [DatabaseRefused, FileRefused, QuestionRefused].some((kind) => error instanceof kind);
  if (known) return (error as Error).message;
  if (error instanceof Problem) {
    const { errors = [], ...rest } = error.data as { errors?: readonly { path: string; message: string }[] };
    const facts = Object.entries(rest).map(([name, value]) => `${name}: ${String(value)}`);
    return [
      `${problems[error.code].title}.`,
      ...errors.map(({ path, message }) => `${path}: ${message}`),
      ...facts,
    ].join("\n");
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

program.action(async (name: string, options: ExportOptions) => {
  try {
    const { target, close } = await openDatabase(readConfig());
    try {
      await takeExport(target, name, options);
    } finally {
      await close();
    }
  } catch (error) {
    process.stderr.write(`\n${explain(error)}\n`);
    process.exitCode = 1;
  }
});
await program.parseAsync();
