/**
 * `npm run settlement -- make --month 2026-03 --staff anna-1`, `… list`, `… write --month 2026-03 --between mvideo,eldorado --entity mvideo`, in
 * production `node dist/cli/settlement.js`: makes the settlements of closed months, and writes their statements. Each side agrees, and payments
 * are noted, over the API, where it is known who asks. May be repeated at will: what is there is not made again.
 */
import { Command, Option } from "commander";
import { ConfigError, readConfig } from "../config.ts";
import { KeysRefused, requireKnownKeys } from "../db/known-keys.ts";
import { systemClock } from "../kernel/clock.ts";
import { Problem, problems } from "../kernel/problems.ts";
import { SharedManualClock } from "../programme/clock/manual-clock.ts";
import { openService, type Service } from "../service.ts";
import {
  allSettlements,
  makeSettlements,
  type Months,
  SettlementRefused,
  STATEMENT_FORMATS,
  textOf,
  writeStatement,
  type WriteOptions,
} from "./command/settlements.ts";
import { DatabaseRefused, openWithKeys } from "./command/database.ts";
import { FileRefused } from "../engine/exporting/whole-file.ts";

/** What a person can do something about is told without a stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return `The environment does not fit:\n${error.message}`;
  if (error instanceof KeysRefused) return `Nothing was done: ${error.message}.`;
  const known = [DatabaseRefused, FileRefused, SettlementRefused].some((kind) => error instanceof kind);
  if (known) return (error as Error).message;
  if (error instanceof Problem) return told(error);
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const told = ({ code, data }: Problem): string => `${problems[code].title}: ${JSON.stringify({ code, ...data })}`;

async function withService(work: (service: Service) => Promise<string>): Promise<void> {
  try {
    const config = readConfig();
    const { target, personal, close } = await openWithKeys(config);
    try {
      await requireKnownKeys(target, personal);
      const clock = config.clock === "manual" ? new SharedManualClock(0) : systemClock;
      const service = await openService({ target, clock, personal, lanes: 1, readers: 1 });
      try {
        if (clock instanceof SharedManualClock) await clock.connect(service, 0);
        process.stdout.write(`${await work(service)}\n`);
      } finally {
        await service.close();
      }
    } finally {
      await close();
    }
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  }
}

const program = new Command("settlement").description("what the legal entities owe each other for closed months");
const ofMonths = (command: Command) =>
  command
    .option("--month <yyyy-mm>", "one month")
    .option("--from <yyyy-mm>", "the first of several months")
    .option("--to <yyyy-mm>", "the last of several months");

ofMonths(program.command("make").description("make a draft for each pair of entities"))
  .requiredOption("--staff <id>", "who makes them")
  .option("--quiet", "no bar")
  .action((options: Months & { readonly staff: string; readonly quiet?: boolean }) =>
    withService(async (service) => makeSettlements(service, options)),
  );

program
  .command("list")
  .description("all settlements, the newest first")
  .action(() => withService(async (service) => textOf(await allSettlements(service)) || "There are none yet."));

ofMonths(
  program.command("write").description("write the statement of one side, to be signed, sent or read by a machine"),
)
  .requiredOption("--between <brand,brand>", "the two entities")
  .option("--entity <brand>", "whose statement; without it of the one whose code comes first")
  .addOption(new Option("--format <format>", "of the file").choices(STATEMENT_FORMATS).default("html"))
  .option("--out <file>", "where to; without it a name in this folder")
  .action((options: WriteOptions) => withService((service) => writeStatement(service, options)));

await program.parseAsync();
