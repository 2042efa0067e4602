/**
 * `npm run demo`: a made-up town of two brands is sold to through the HTTP API for a season, on a clock that is moved by
 * hand; then it is told what happened, and the ledger is proved. Without arguments it starts a service of its own.
 */
import { Command } from "commander";
import { atLeast } from "./command/counts.ts";
import { exitCodeOf } from "./command/exit.ts";
import { startProgress } from "../cli/command/progress.ts";
import { openTarget, type TargetOptions, targetOptions } from "./command/target.ts";
import { type DemoSize, runDemo } from "./demo/run.ts";
import { jsonSummary, textSummary } from "./demo/summary.ts";

const [baseUrl, adminKey] = targetOptions();
const program = new Command("demo")
  .description("let a made-up town of two brands live for a season, and prove the ledger")
  .option("--seed <text>", "which town and which season", "1")
  .option("--people <n>", "how many people", atLeast(1), 300)
  .option("--receipts <n>", "how many receipts", atLeast(1), 3000)
  .option("--days <n>", "how many days", atLeast(10), 120)
  .option("--json", "print the summary as one JSON object", false)
  .addOption(baseUrl)
  .addOption(adminKey)
  .parse();

interface Options extends DemoSize, TargetOptions {
  readonly seed: string;
  readonly json: boolean;
}

process.exitCode = await exitCodeOf(() => demo(program.opts<Options>()));

/** Runs the demo, prints what there is to tell, and says whether the ledger proves. */
async function demo({ seed, json, ...options }: Options): Promise<boolean> {
  const { api, own, close } = await openTarget(options, json);
  try {
    const result = await runDemo(api, options, seed, (steps) => startProgress("A season", steps, "requests", json));
    process.stdout.write(`${json ? jsonSummary(result) : textSummary(result, own ? null : api.baseUrl)}\n`);
    return result.proof.holds;
  } finally {
    await close();
  }
}
