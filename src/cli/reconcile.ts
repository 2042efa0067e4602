/**
 * `npm run reconcile -- FILE --mapping m.json --brand mvideo --system tills --from 2026-03-01 --to 2026-03-31`: matches a file of receipts
 * with the ledger. May be stopped and repeated at will: the same file, asked the same way, is one reconciliation. Ends with 0 where
 * every break is resolved or explained, with 2 where some are not, with 1 where nothing was done.
 */
import { createReadStream } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { extname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { KeysRefused, requireKnownKeys } from "../db/known-keys.ts";
import { systemClock } from "../kernel/clock.ts";
import { Problem, problems } from "../kernel/problems.ts";
import { ConfigError, readConfig } from "../config.ts";
import { LEDGER_ITSELF } from "../engine/actor.ts";
import { submit } from "../engine/group/submit.ts";
import { matchNext } from "../finance/reconciliation/matching/run-next.ts";
import { readAll } from "../finance/reconciliation/report/read-all.ts";
import { csvReport, htmlReport, textReport } from "../finance/reconciliation/report/report.ts";
import { reconciliationUpload } from "../finance/reconciliation/start.ts";
import { SharedManualClock } from "../programme/clock/manual-clock.ts";
import { openService, type Service } from "../service.ts";
import { DatabaseRefused, openWithKeys } from "./command/database.ts";
import { startProgress } from "./command/progress.ts";

const MEDIA: Readonly<Record<string, string>> = {
  ".csv": "text/csv",
  ".jsonl": "application/jsonl",
  ".ndjson": "application/jsonl",
  ".parquet": "application/vnd.apache.parquet",
};
const LOOK_EVERY_MS = 1_000;

interface Options {
  readonly mapping: string;
  readonly brand: string;
  readonly system: string;
  readonly from: string;
  readonly to: string;
  readonly toleranceAmount: string;
  readonly toleranceDays: string;
  readonly report?: string;
  readonly quiet: boolean;
}

const program = new Command("reconcile")
  .description("match a file of receipts, as another system saw them, with the ledger")
  .argument("<file>", "what it is, its name says: .csv, .jsonl or .parquet")
  .requiredOption("--mapping <file>", "JSON: which columns are what")
  .requiredOption("--brand <brand>", "whose receipts")
  .requiredOption("--system <name>", "which system saw them")
  .requiredOption("--from <day>", "the first day for which the file has every receipt")
  .requiredOption("--to <day>", "the last day")
  .option("--tolerance-amount <amount>", "by how much amounts may differ", "0.00")
  .option("--tolerance-days <n>", "by how many days", "0")
  .option("--report <file>", "where the breaks are written: .html or .csv")
  .option("--quiet", "no bar", false)
  .parse();

/** What a person can do something about: told without a stack. */
class Refused extends Error {}

async function main(file: string, options: Options): Promise<0 | 2> {
  const config = readConfig();
  const { target, personal, close } = await openWithKeys(config);
  try {
    const manual = config.clock === "manual" ? new SharedManualClock(0) : undefined;
    const service = await openService({ target, clock: manual ?? systemClock, personal });
    try {
      await requireKnownKeys(target, personal);
      await manual?.connect(service, Date.now());
      return await reconcile(service, file, options);
    } finally {
      await service.close();
    }
  } finally {
    await close();
  }
}

async function reconcile(service: Service, path: string, options: Options): Promise<0 | 2> {
  const { mapping, report, quiet, ...asked } = options;
  const media = MEDIA[extname(path).toLowerCase()];
  if (media === undefined) throw new Refused(`${path} is none of ${Object.keys(MEDIA).join(", ")}`);
  const { query: form } = reconciliationUpload;
  const query = form.safeParse({ ...asked, mapping: await readFile(mapping, "utf8") });
  if (!query.success) {
    throw new Refused(query.error.issues.map((each) => `${each.path.join(".")}: ${each.message}`).join("\n"));
  }
  if ((await service.directory.brand(options.brand)) === undefined) throw new Refused(`no brand ${options.brand}`);
  const id = await send(service, path, media, query.data as never, quiet);
  await untilMatched(service, id, quiet);
  const { reconciliation, breaks } = await readAll(service.reader, id);
  process.stdout.write(`${textReport(reconciliation)}\n`);
  const now = service.clock.now();
  if (report !== undefined) {
    const text = extname(report) === ".csv" ? csvReport(breaks, now) : htmlReport(reconciliation, breaks, now);
    await writeFile(report, text);
  }
  return reconciliation.status === "done" &&
    breaks.every(({ status }) => status === "explained" || status === "resolved")
    ? 0
    : 2;
}

/** Has the file taken; answers the reconciliation that is about it. */
async function send(service: Service, path: string, media: string, query: never, quiet: boolean): Promise<string> {
  const { size } = await stat(path);
  const progress = startProgress("Reading", size, "bytes", quiet);
  try {
    const { operation } = reconciliationUpload;
    const file = { media, bytes: counted(path, (bytes) => progress.update(bytes, "")) };
    const kept = await reconciliationUpload.keep({ look: service, target: service.target }, file, query);
    try {
      const received = { operation: operation.name, body: kept.received };
      const request = { actor: LEDGER_ITSELF, idempotencyKey: null, params: {}, body: kept.body, received };
      const outcome = await submit(service, operation, request);
      if (outcome.kind === "refused") throw new Problem(outcome.code, outcome.data);
      return (JSON.parse(outcome.answer) as { reconciliationId: string }).reconciliationId;
    } finally {
      await kept.letGo();
    }
  } finally {
    progress.stop();
  }
}

async function* counted(path: string, tell: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    tell(bytes);
    yield chunk;
  }
}

/** Matches what waits, this file among it; where a service is at it, that is waited for. */
async function untilMatched(service: Service, id: string, quiet: boolean): Promise<void> {
  const progress = startProgress("Matching", 1, "file", quiet);
  try {
    for (;;) {
      const { reconciliation } = await readAll(service.reader, id);
      if (reconciliation.status !== "waiting") break;
      const matched = await matchNext(service);
      if (matched?.reconciliationId === id && matched.again) {
        if (matched.outcome === "disk_full") throw new Problem("disk_full");
        throw new Refused(`the file could not be matched (${matched.outcome}): it is tried again`);
      }
      if (matched === null) await sleep(LOOK_EVERY_MS);
    }
    progress.update(1, "");
  } finally {
    progress.stop();
  }
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return `The environment does not fit:\n${error.message}`;
  const isKnown = [DatabaseRefused, KeysRefused, Refused].some((kind) => error instanceof kind);
  if (isKnown) return `Nothing was done: ${(error as Error).message}`;
  if (error instanceof Problem) {
    const errors = (error.data["errors"] ?? []) as readonly { readonly path: string; readonly message: string }[];
    return [problems[error.code].title, ...errors.map(({ path, message }) => `${path}: ${message}`)].join("\n");
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const [given = ""] = program.args;
try {
  process.exitCode = await main(given, program.opts<Options>());
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}
