/**
 * `npm run export -- journal --month 2026-10 --entity mvideo --format parquet --out journal.parquet`, in production
 * `node dist/cli/export.js`: the books as files, each with its control totals beside it. Ends with 0 where all of it is there.
 */
import { Command, Option } from "commander";
import { ConfigError, readConfig } from "../config.ts";
import { Problem } from "../kernel/problems.ts";
import { EXPORT_FORMATS } from "../engine/exporting/formats.ts";
import { allExports } from "../modules.ts";
import { DatabaseRefused, openDatabase } from "./command/database.ts";
import { QuestionRefused, takeExport, type ExportOptions } from "./command/take-export.ts";
import { FileRefused } from "./command/whole-file.ts";

const program = new Command("export")
  .description("the books as files, each with its control totals beside it (FILE.totals.json)")
  .argument("<name>", `what: ${allExports.map(({ name }) => name).join(", ")}`)
  .option("--entity <brand>", "whose books; without it of all")
  .option("--month <yyyy-mm>", "all days of a month, or its last day")
  .option("--from <yyyy-mm-dd>", "the first day, in the programme's zone")
  .option("--to <yyyy-mm-dd>", "the last day")
  .option("--as-of <yyyy-mm-dd>", "the day at whose end it is told")
  .option("--mark <mark>", "the mark of an earlier export, to have the same again")
  .addOption(new Option("--format <format>", "of the file").choices(EXPORT_FORMATS).default("csv"))
  .option("--out <file>", "where to; without it a name in this folder")
  .option("--quiet", "no bar");

/** What a person can do something about is told without a stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return `The environment does not fit:\n${error.message}`;
  const known = [DatabaseRefused, FileRefused, QuestionRefused].some((kind) => error instanceof kind);
  if (known) return (error as Error).message;
  if (error instanceof Problem) return `${error.code}: ${JSON.stringify(error.data)}`;
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
