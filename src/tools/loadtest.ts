/**
 * `npm run loadtest`: k6 rings up receipts as the tills of both brands would, at a steady pace of arrivals, and the
 * ledger proves itself afterwards. Against a ledger of its own, or the one at BASE_URL. Ends with k6's exit code.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, Option } from "commander";
import { atLeast } from "./command/counts.ts";
import { exitCodeOf } from "./command/exit.ts";
import { startOwnServer } from "./command/server.ts";
import { findK6, INTERRUPTED, NO_K6, runK6 } from "./loadtest/k6.ts";

const SCENARIOS = {
  "till-peak": "many members, tills of both brands, more and more receipts up to a peak",
  "checkout-peak": "online checkouts of both brands: quotes, what is bought and ordered by them, pickups, returns",
  "black-friday": "tills and online checkouts, a rush when the sale begins, and more and more arrivals after it",
  "hot-member": "one member, whose wallet all tills earn to and spend from at once",
} as const;
type Scenario = keyof typeof SCENARIOS;
const NAMES = Object.keys(SCENARIOS) as Scenario[];

const FOLDER = fileURLToPath(new URL("../../loadtests/", import.meta.url));

const program = new Command("loadtest")
  .description("put load on the HTTP API with k6, and prove the ledger")
  .addOption(new Option("--scenario <name>", "only this one").choices(NAMES))
  .option("--seconds <n>", "how long each scenario lasts", atLeast(1), 20)
  .option("--rate <n>", "visits a second at the most; absent, as many as the scenario says", atLeast(1))
  .option("--p95 <ms>", "the bound that 95 of 100 answers must stay under", atLeast(1), 1000)
  .addOption(
    new Option("--base-url <url>", "a ledger that may be written to; without it one is started").env("BASE_URL"),
  )
  .addOption(new Option("--admin-key <key>", "its admin key").env("MCLUB_ADMIN_KEY"))
  .parse();

interface Options {
  readonly scenario?: Scenario;
  readonly seconds: number;
  readonly rate?: number;
  readonly p95: number;
  readonly baseUrl?: string;
  readonly adminKey?: string;
}

// k6 has codes of its own: 99 for a bound that did not hold, 107 for a scenario that could not begin or end.
let codeOfK6 = 0;
const codeOfRun = await exitCodeOf(async () => {
  codeOfK6 = await loadtest(program.opts<Options>());
  return codeOfK6 === 0;
});
process.exitCode = codeOfK6 === 0 ? codeOfRun : codeOfK6;

/** Runs the scenarios one after another, and gives the first exit code of k6 that is not 0. */
async function loadtest({ scenario, seconds, rate, p95, baseUrl = "", adminKey = "" }: Options): Promise<number> {
  const k6 = findK6();
  if (k6 === null) throw new Error(NO_K6);
  const names = scenario === undefined ? NAMES : [scenario];
  if (baseUrl !== "" && adminKey === "") throw new Error("BASE_URL needs MCLUB_ADMIN_KEY beside it");
  say(
    baseUrl === ""
      ? "Starting a ledger of its own, with a database in a temporary folder…"
      : `Made-up stores, members and receipts are written to the ledger at ${baseUrl}.`,
  );
  const server = baseUrl === "" ? await startOwnServer() : undefined;
  try {
    const environment = {
      BASE_URL: server?.baseUrl ?? baseUrl,
      MCLUB_ADMIN_KEY: server?.adminKey ?? adminKey,
      SECONDS: String(seconds),
      RATE: rate === undefined ? "" : String(rate),
      P95_MS: String(p95),
    };
    const codes = new Map<Scenario, number>();
    for (const name of names) {
      say(`\n=== ${name}, ${seconds} s: ${SCENARIOS[name]}`);
      codes.set(name, await runK6(k6, join(FOLDER, `${name}.ts`), environment));
      if (codes.get(name) === INTERRUPTED) break;
    }
    say(`\n${[...codes].map(([name, each]) => verdictOf(name, each)).join("\n")}`);
    return [...codes.values()].find((each) => each !== 0) ?? 0;
  } finally {
    await server?.stop();
  }
}

function verdictOf(name: Scenario, code: number): string {
  if (code === 0) return `${name} passed: every check, every bound, and the proof.`;
  if (code === INTERRUPTED) return `${name} was interrupted.`;
  const why = code === 99 ? "something marked ✗ above did not hold" : "see the error above";
  return `${name} FAILED (k6 ended with ${code}): ${why}.`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
