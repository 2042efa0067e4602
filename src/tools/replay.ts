/**
 * `npm run replay -- FILE`: a real year of sales and returns through the HTTP API, in time order, on a clock that moves
 * with the invoices. Ends with a summary that accounts for every line of the file, and with the proof.
 */
import { Command, Option } from "commander";
import { atLeast } from "./command/counts.ts";
import { exitCodeOf } from "./command/exit.ts";
import { startProgress } from "./command/progress.ts";
import { openTarget, type TargetOptions, targetOptions } from "./command/target.ts";
import { ORDER_RULES, type OrderRule } from "./replay/plan.ts";
import { readSales } from "./replay/read.ts";
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
  .option("--json", "print the summary as one JSON object", false)
  .addOption(baseUrl)
  .addOption(adminKey)
  .parse();

interface Options extends TargetOptions {
  readonly invoices?: number;
  readonly seed: string;
  readonly orders: OrderRule;
  readonly aftermath: boolean;
  readonly json: boolean;
}

const [file = ""] = program.args;
process.exitCode = await exitCodeOf(() => replay(file, program.opts<Options>()));

/** Replays the file, prints the summary, and says whether all is well. */
async function replay(path: string, options: Options): Promise<boolean> {
  const { invoices: most, seed, orders, aftermath, json, ...target } = options;
  if (!json) process.stderr.write(`Reading ${path}…\n`);
  const read = await readSales(path);
  const invoices = read.invoices.slice(0, most);
  const lines = invoices.reduce((sum, invoice) => sum + invoice.lines.length, 0);
  const slice: Slice = { file: read, invoices: invoices.length, lines, seed };
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
