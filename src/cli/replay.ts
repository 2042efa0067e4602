/**
 * `npm run replay -- FILE`: a real year of sales and returns through the HTTP API, in time order, on a clock that moves
 * with the invoices. Ends with a summary that accounts for every line of the file, and with the proof.
 */
import { Command, InvalidArgumentError, Option } from "commander";
import { connectTo } from "./client/api.ts";
import { exitCodeOf } from "./client/exit.ts";
import { startProgress } from "./client/progress.ts";
import { startOwnServer } from "./client/server.ts";
import { readSales } from "./replay/read.ts";
import { replayInvoices } from "./replay/run.ts";
import { jsonSummary, type Slice, succeeded, textSummary } from "./replay/summary.ts";

const program = new Command("replay")
  .description("sell a real year of invoices through the HTTP API, and prove the ledger")
  .argument("<file>", "online-retail.csv or online-retail.csv.gz")
  .option("--invoices <n>", "only the first n invoices", positive)
  .option("--seed <text>", "which receipts spend bonuses", "1")
  .option("--no-aftermath", "stop the clock the day after the last invoice, not 200 days later")
  .option("--json", "print the summary as one JSON object", false)
  .addOption(
    new Option(
      "--base-url <url>",
      "a service with an empty ledger and MCLUB_CLOCK=manual; without it one is started",
    ).env("BASE_URL"),
  )
  .addOption(new Option("--admin-key <key>", "its admin key").env("MCLUB_ADMIN_KEY"))
  .parse();

interface Options {
  readonly invoices?: number;
  readonly seed: string;
  readonly aftermath: boolean;
  readonly json: boolean;
  readonly baseUrl?: string;
  readonly adminKey?: string;
}

const [file = ""] = program.args;
process.exitCode = await exitCodeOf(() => replay(file, program.opts<Options>()));

/** Replays the file, prints the summary, and says whether all is well. */
async function replay(
  path: string,
  { invoices: most, seed, aftermath, json, baseUrl, adminKey }: Options,
): Promise<boolean> {
  if (!json) process.stderr.write(`Reading ${path}…\n`);
  const read = await readSales(path);
  const invoices = read.invoices.slice(0, most);
  const slice: Slice = {
    file: read,
    invoices: invoices.length,
    lines: invoices.reduce((sum, { lines }) => sum + lines.length, 0),
    seed,
  };
  const ownOne = "Starting a ledger of its own, with a database in a temporary folder…\n";
  if (!json && baseUrl === undefined) process.stderr.write(ownOne);
  const server = baseUrl === undefined ? await startOwnServer() : undefined;
  try {
    const url = server?.baseUrl ?? baseUrl ?? "";
    const api = connectTo({ baseUrl: url, key: server?.adminKey ?? adminKey ?? "" });
    const outcome = await replayInvoices(api, invoices, {
      seed,
      aftermath,
      startProgress: () => startProgress("Replay", invoices.length, "invoices", json),
    });
    process.stdout.write(`${json ? jsonSummary(outcome, slice) : textSummary(outcome, slice)}\n`);
    return succeeded(outcome, slice);
  } finally {
    await server?.stop();
  }
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("must be a whole number above zero");
  return Number(text);
}
