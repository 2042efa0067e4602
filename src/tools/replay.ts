/**
 * `npm run replay -- FILE`: a real year of sales and returns through the HTTP API, in time order, on a clock that moves
 * with the invoices. Ends with a summary that accounts for every line of the file, and with the proof.
 */
import { Command, Option } from "commander";
import { atLeast } from "./command/counts.ts";
import { exitCodeOf } from "./command/exit.ts";
import { startProgress } from "../cli/command/progress.ts";
import { openTarget, type TargetOptions, targetOptions } from "./command/target.ts";
import { writeFile } from "node:fs/promises";
import { keepBooks } from "./books/run.ts";
import { booksText } from "./books/summary.ts";
import { toJson, yearFigures } from "./books/year.ts";
import { replayJoining } from "./joining/run.ts";
import { joiningJson, joiningSucceeded, joiningText } from "./joining/summary.ts";
import type { Invoice } from "./replay/invoice.ts";
import { ORDER_RULES, type OrderRule } from "./replay/plan.ts";
import { linesIn, readSales } from "./replay/read.ts";
import { replayInvoices } from "./replay/run.ts";
import { jsonSummary, type Slice, succeeded, textSummary } from "./replay/summary.ts";

const [baseUrl, adminKey] = targetOptions();
const program = new Command("replay")
  .description("sell a real year of invoices through the HTTP API, and prove the ledger")
  .argument("<file>", "online-retail.csv or online-retail.csv.gz")
  .option("--invoices <n>", "only the first n invoices", atLeast(1))
  .option("--seed <text>", "which receipts spend bonuses", "1")
  .addOption(
    new Option("--orders <rule>", "which invoices of a member are orders, collected at the other brand")
      .choices(ORDER_RULES)
      .default("tenth"),
  )
  .option("--no-aftermath", "stop the clock the day after the last invoice, not 200 days later")
  .option("--joining", "twice: every tenth customer as two members who are joined and parted, and without", false)
  .option("--books", "close and settle each month, and match the shop's receipts with the ledger at the end", false)
  .option("--figures <file>", "with --books: write what the books have come to, as JSON")
  .option("--json", "print the summary as one JSON object", false)
  .addOption(baseUrl)
  .addOption(adminKey)
  .parse();

interface Options extends TargetOptions {
  readonly invoices?: number;
  readonly seed: string;
  readonly orders: OrderRule;
  readonly aftermath: boolean;
  readonly joining: boolean;
  readonly books: boolean;
  readonly figures?: string;
  readonly json: boolean;
}

const [file = ""] = program.args;
process.exitCode = await exitCodeOf(() => replay(file, program.opts<Options>()));

/** Replays the file, prints the summary, and says whether all is well. */
async function replay(path: string, options: Options): Promise<boolean> {
  const { invoices: most, seed, orders, aftermath, joining, books, json, ...target } = options;
  if (!json) process.stderr.write(`Reading ${path}…\n`);
  const read = await readSales(path);
  const invoices = read.invoices.slice(0, most);
  const slice: Slice = { file: read, invoices: invoices.length, lines: linesIn(invoices), seed };
  if (books && joining) throw new Error("--books and --joining are two different runs");
  if (joining) return compareJoining(invoices, slice, options);
  if (books) return replayBooks(invoices, slice, options);
  const { api, close } = await openTarget(target, json);
  try {
    const outcome = await replayInvoices(api, invoices, {
      seed,
      orders,
      aftermath,
      startProgress: () => startProgress("Replay", invoices.length, "invoices", json),
    });
    process.stdout.write(`${json ? jsonSummary(outcome, slice) : textSummary(outcome, slice)}\n`);
    return succeeded(outcome, slice);
  } finally {
    await close();
  }
}

/** The same year twice, each on a service of its own, held against each other. */
async function compareJoining(
  invoices: readonly Invoice[],
  slice: Slice,
  { seed, orders, aftermath, json, ...target }: Options,
): Promise<boolean> {
  if (target.baseUrl !== undefined) throw new Error("--joining needs two empty services, and starts them itself");
  const startOne = (title: string) => startProgress(title, invoices.length, "invoices", json);
  const terms = { seed, orders, aftermath, startProgress: startOne };
  const outcome = await replayJoining(invoices, terms, async (use) => {
    const { api, close } = await openTarget({}, json);
    try {
      return await use(api);
    } finally {
      await close();
    }
  });
  process.stdout.write(`${json ? joiningJson(outcome, slice) : joiningText(outcome, slice)}\n`);
  return joiningSucceeded(outcome, slice);
}

/** A year whose months are closed one by one. */
async function replayBooks(invoices: readonly Invoice[], slice: Slice, options: Options): Promise<boolean> {
  const { seed, orders, aftermath, json, figures: path, ...target } = options;
  const { api, close } = await openTarget(target, json);
  try {
    const startOne = () => startProgress("Replay", invoices.length, "invoices", json);
    const onStep = (step: string) => (json ? undefined : process.stderr.write(`${step}\n`));
    const outcome = await keepBooks(api, invoices, { seed, orders, aftermath, startProgress: startOne, onStep });
    const figures = yearFigures(outcome, slice);
    const { replayed, faults } = outcome;
    const text = `${textSummary(replayed, slice)}\n${booksText(figures, faults)}`;
    process.stdout.write(json ? toJson(figures) : `${text}\n`);
    for (const fault of json ? faults : []) process.stderr.write(`${fault}\n`);
    if (path !== undefined) await writeFile(path, toJson(figures));
    return succeeded(replayed, slice) && faults.length === 0;
  } finally {
    await close();
  }
}
