/**
 * `npm run loadtest`: k6 rings up receipts as the tills of both brands would, at a steady pace of arrivals, and the
 * ledger proves itself afterwards. Against a ledger of its own, or the one at BASE_URL. Ends with k6's exit code.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError, Option } from "commander";
import { exitCodeOf } from "./client/exit.ts";
import { startOwnServer } from "./client/server.ts";

const SCENARIOS = {
  "till-peak": "many members, tills of both brands, more and more receipts up to a peak",
  "hot-member": "one member, whose wallet all tills earn to and spend from at once",
} as const;
type Scenario = keyof typeof SCENARIOS;
const NAMES = Object.keys(SCENARIOS) as Scenario[];

const FOLDER = fileURLToPath(new URL("../../loadtests/", import.meta.url));
const INTERRUPTED = 130;

const program = new Command("loadtest")
  .description("put load on the HTTP API with k6, and prove the ledger")
  .addOption(new Option("--scenario <name>", "only this one").choices(NAMES))
  .option("--seconds <n>", "how long each scenario lasts", positive, 20)
  .option("--rate <n>", "visits a second at the most; absent, as many as the scenario says", positive)
  .option("--p95 <ms>", "the bound that 95 of 100 answers must stay under", positive, 1000)
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

/** Where k6 is: on the PATH, or where Go puts what it installs. */
function findK6(): string {
  const onWindows = process.platform === "win32";
  const name = onWindows ? "k6.exe" : "k6";
  const [onPath = ""] = onWindows ? linesOf("where", ["k6"]) : linesOf("/bin/sh", ["-c", "command -v k6"]);
  const [bin = "", path = ""] = linesOf("go", ["env", "GOBIN", "GOPATH"]);
  const candidates = [onPath, bin === "" ? "" : join(bin, name), path === "" ? "" : join(path, "bin", name)];
  const found = candidates.find((candidate) => candidate !== "" && existsSync(candidate));
  if (found !== undefined) return found;
  throw new Error(
    [
      "k6 is not on the PATH. It is one program, which makes the load; install it in one of these ways:",
      "  go install go.k6.io/k6@v1.4.0      where Go is",
      "  brew install k6                    on macOS",
      "  https://grafana.com/docs/k6/latest/set-up/install-k6/ has packages for the rest",
      "Then run this again.",
    ].join("\n"),
  );
}

/** The lines that a program prints; none where it is missing or fails. */
function linesOf(command: string, args: readonly string[]): string[] {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8", timeout: 10_000, cwd: FOLDER });
  return status === 0 ? stdout.split(/\r?\n/).map((line) => line.trim()) : [];
}

/** Runs one scenario. Whatever ends this process, or asks it to end, ends k6 first. */
async function runK6(k6: string, script: string, environment: Record<string, string>): Promise<number> {
  const quiet = process.stdout.isTTY ? [] : ["--quiet"];
  const child = spawn(k6, ["run", "--log-format=raw", ...quiet, script], {
    // Exactly this, so that a run is the same whatever K6_… or proxy the caller has set; k6 wants some home.
    env: { ...environment, HOME: tmpdir(), K6_NO_USAGE_REPORT: "true" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  let interrupted = false;
  const end = () => void child.kill("SIGKILL");
  const interrupt = () => {
    interrupted = true;
    end();
  };
  process.on("exit", end).on("SIGINT", interrupt).on("SIGTERM", interrupt);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (status, signal) => {
        if (interrupted) resolve(INTERRUPTED);
        else if (status === null) reject(new Error(`k6 was ended by ${signal ?? "a signal"}`));
        else resolve(status);
      });
    });
  } finally {
    process.off("exit", end).off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError("must be a whole number above zero");
  return Number(text);
}
