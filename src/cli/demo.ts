/**
 * `npm run demo`: a made-up town of two brands is sold to through the HTTP API for a season, on a clock that is moved by
 * hand; then it is told what happened, and the ledger is proved. Without arguments it starts a service of its own.
 */
import { Command, InvalidArgumentError, Option } from "commander";
import { connectTo } from "./client/api.ts";
import { exitCodeOf } from "./client/exit.ts";
import { startProgress } from "./client/progress.ts";
import { startOwnServer } from "./client/server.ts";
import { runDemo } from "./demo/run.ts";
import { jsonSummary, textSummary } from "./demo/summary.ts";

const program = new Command("demo")
  .description("let a made-up town of two brands live for a season, and prove the ledger")
  .option("--seed <text>", "which town and which season", "1")
  .option("--people <n>", "how many people", positive, 300)
  .option("--receipts <n>", "how many receipts", positive, 3000)
  .option("--days <n>", "how many days", positive, 120)
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
  readonly seed: string;
  readonly people: number;
  readonly receipts: number;
  readonly days: number;
  readonly json: boolean;
  readonly baseUrl?: string;
  readonly adminKey?: string;
}

process.exitCode = await exitCodeOf(() => demo(program.opts<Options>()));

/** Runs the demo, prints what there is to tell, and says whether the ledger proves. */
async function demo({ seed, people, receipts, days, json, baseUrl, adminKey }: Options): Promise<boolean> {
  const ownOne = "Starting a ledger of its own, with a database in a temporary folder…\n";
  if (!json && baseUrl === undefined) process.stderr.write(ownOne);
  const server = baseUrl === undefined ? await startOwnServer() : undefined;
  try {
    const api = connectTo({ baseUrl: server?.baseUrl ?? baseUrl ?? "", key: server?.adminKey ?? adminKey ?? "" });
    const result = await runDemo(api, { people, receipts, days }, seed, (steps) =>
      startProgress("A season", steps, "requests", json),
    );
    process.stdout.write(
      `${json ? jsonSummary(result) : textSummary(result, server === undefined ? api.baseUrl : null)}\n`,
    );
    return result.proof.holds;
  } finally {
    await server?.stop();
  }
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("must be a whole number above zero");
  return Number(text);
}
