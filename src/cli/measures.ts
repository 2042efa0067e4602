/**
 * `npm run measures -- --folder DIR [--day 2026-03-31] [--format csv|jsonl|parquet]`, in production `node dist/cli/measures.js …`: writes the
 * file of a day for the reporting team, of yesterday where none is named. May be repeated at will: it is the same file.
 */
import { parseArgs } from "node:util";
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

/** The command line cannot be understood. */
class Misunderstood extends Error {}

const FORMATS = formatsOf(measureExport);
const USAGE = `measures --folder DIR [--day 2026-03-31] [--format ${FORMATS.join("|")}]`;

function asked(): { readonly folder: string; readonly day: string | undefined; readonly format: ExportFormat } {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ options: { folder: text, day: text, format: { ...text, default: "csv" } } });
  const format = FORMATS.find((each) => each === values.format);
  if (values.folder === undefined || format === undefined) throw new Misunderstood(USAGE);
  if (values.day !== undefined && !CalendarDate.safeParse(values.day).success) throw new Misunderstood(USAGE);
  return { folder: values.folder, day: values.day, format };
}

async function main(): Promise<void> {
  const { folder, day, format } = asked();
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
  if (error instanceof Misunderstood) return `How it is used: ${error.message}`;
  if (error instanceof ConfigError) return `The environment does not fit:\n${error.message}`;
  if (error instanceof KeysRefused || error instanceof DatabaseRefused) return `Nothing was written: ${error.message}.`;
  if (error instanceof FileRefused) return error.message;
  if (error instanceof Problem) return `Nothing was written: ${JSON.stringify({ code: error.code, ...error.data })}`;
  if (!(error instanceof Error)) return String(error);
  if ("code" in error) return `Nothing was written: ${error.message}`;
  return error.stack ?? error.message;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}
