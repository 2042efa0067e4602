/**
 * `npm run measures -- --folder DIR [--day 2026-03-31] [--format csv|jsonl|parquet]`, in production `node dist/cli/measures.js …`: writes the
 * file of a day for the reporting team, of yesterday where none is named. May be repeated at will: it is the same file.
 */
import { Command, InvalidArgumentError, Option } from "commander";
import { KeysRefused, requireKnownKeys } from "../db/known-keys.ts";
import { systemClock } from "../kernel/clock.ts";
import { CalendarDate } from "../kernel/calendar.ts";
import { Problem } from "../kernel/problems.ts";
import { addPeriod, localDate } from "../kernel/zone.ts";
import { ConfigError, readConfig } from "../config.ts";
import { ledgerItself } from "../engine/group/submit.ts";
import { type ExportFormat, formatsOf } from "../engine/exporting/formats.ts";
import { FileRefused } from "../engine/exporting/whole-file.ts";
import { writeDayFile } from "../finance/measures/day-file.ts";
import { measureExport } from "../finance/measures/export.ts";
import { SharedManualClock } from "../programme/clock/manual-clock.ts";
import { openService } from "../service.ts";
import { DatabaseRefused, openWithKeys } from "./command/database.ts";

interface Options {
  readonly folder: string;
  readonly day?: string;
  readonly format: ExportFormat;
}

async function main({ folder, day, format }: Options): Promise<void> {
  const config = readConfig();
  const { target, personal, close } = await openWithKeys(config);
  try {
    await requireKnownKeys(target, personal);
    const clock = config.clock === "manual" ? new SharedManualClock(0) : systemClock;
    const service = await openService({ target, clock, personal, lanes: 1, readers: 1 });
    try {
      if (clock instanceof SharedManualClock) await clock.connect(service, 0);
      const { rules } = (await service.readPolicies()).at(clock.now());
      const yesterday = addPeriod(localDate(clock.now(), rules.zone), { days: -1 });
      const terms = { ledger: ledgerItself(service), exporter: service.exporter, folder, format };
      const written = await writeDayFile({ ...terms, day: day ?? yesterday });
      process.stdout.write(
        `${written.file}: ${written.rows} rows, from ${written.from ?? "the beginning"} to ${written.day}, sha256 ${written.sha256}\n`,
      );
    } finally {
      await service.close();
    }
  } finally {
    await close();
  }
}

/** What a person can do something about is told without a stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return `The environment does not fit:\n${error.message}`;
  if (error instanceof KeysRefused || error instanceof DatabaseRefused) return `Nothing was written: ${error.message}.`;
  if (error instanceof FileRefused) return error.message;
  if (error instanceof Problem) return `Nothing was written: ${JSON.stringify({ code: error.code, ...error.data })}`;
  if (!(error instanceof Error)) return String(error);
  if ("code" in error) return `Nothing was written: ${error.message}`;
  return error.stack ?? error.message;
}

function dayOf(text: string): string {
  if (CalendarDate.safeParse(text).success) return text;
  throw new InvalidArgumentError("A day is written 2026-03-31.");
}

const program = new Command("measures")
  .description("write the file of a day for the reporting team, with what it comes to beside it")
  .requiredOption("--folder <dir>", "where to")
  .option("--day <yyyy-mm-dd>", "of which day; without it of yesterday, in the programme's zone", dayOf)
  .addOption(new Option("--format <format>", "of the file").choices(formatsOf(measureExport)).default("csv"))
  .addHelpText(
    "after",
    "\nThe database is the one of DATABASE_URL, or the sandbox's. May be repeated at will: it is the same file.\nEnds with 0 where all of it is there.",
  )
  .action(async (options: Options) => {
    try {
      await main(options);
    } catch (error) {
      process.stderr.write(`${explain(error)}\n`);
      process.exitCode = 1;
    }
  });
await program.parseAsync();
