/**
 * `npm run bench:reconciliation`: a file of a million lines, ten of them wrong in ten ways, matched with a million receipts, in this
 * process, on a database of its own. Ends with 0 where it has exactly these ten breaks.
 */
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { connect } from "../db/connect.ts";
import { startEmbedded } from "../db/embedded.ts";
import { migrate } from "../db/migrate.ts";
import { systemClock } from "../kernel/clock.ts";
import { LEDGER_ITSELF } from "../engine/actor.ts";
import { submit } from "../engine/group/submit.ts";
import { reconciliationUpload } from "../finance/reconciliation/start.ts";
import { matchNext } from "../finance/reconciliation/matching/run-next.ts";
import { openService, type Service } from "../service.ts";
import { BENCH_KEYS } from "./bench/keys.ts";
import {
  BREAKS_OF_WRONG_WAYS,
  loadReceipts,
  MANY_RECEIPTS_DAYS,
  MANY_RECEIPTS_MAPPING,
  writeReceipts,
} from "./bench/many-receipts.ts";
import { atLeast } from "./command/counts.ts";
import { exitCodeOf } from "./command/exit.ts";

const { receipts } = new Command("bench:reconciliation")
  .description("match a file with as many receipts of the ledger")
  .option("--receipts <n>", "how many", atLeast(1_000), 1_000_000)
  .parse()
  .opts<{ readonly receipts: number }>();

const say = (text: string): void => void process.stdout.write(`${text}\n`);

process.exitCode = await exitCodeOf(async () => {
  const folder = mkdtempSync(join(tmpdir(), "mclub-bench-reconciliation-"));
  const server = await startEmbedded({ dataDir: join(folder, "data"), settings: { max_wal_size: "16GB" } });
  try {
    await migrate(server);
    const owner = connect(server, { max: 1, statementTimeoutMs: 0 });
    await timed(`${receipts} receipts written`, () => loadReceipts(owner, receipts, BENCH_KEYS.lookupKey));
    const path = join(folder, "receipts.csv");
    await timed("their file written", () => writeReceipts(owner, receipts, path, true));
    await owner.end({ timeout: 0 });
    const service = await openService({ target: server, clock: systemClock, personal: BENCH_KEYS });
    try {
      return await reconcile(service, path);
    } finally {
      await service.close();
    }
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

async function reconcile(service: Service, path: string): Promise<boolean> {
  const started = performance.now();
  const peak = watchMemory();
  const cpu = process.cpuUsage();
  const { query: form } = reconciliationUpload;
  const query = form.parse({
    ...MANY_RECEIPTS_DAYS,
    brand: "mvideo",
    system: "bench",
    mapping: JSON.stringify(MANY_RECEIPTS_MAPPING),
  });
  const keeping = { look: service, target: service.target };
  const file = { media: "text/csv", bytes: createReadStream(path) };
  const kept = await timed("file read and kept", () => reconciliationUpload.keep(keeping, file, query as never));
  const { operation } = reconciliationUpload;
  const request = { actor: LEDGER_ITSELF, idempotencyKey: null, params: {}, body: kept.body };
  await submit(service, operation, { ...request, received: { operation: operation.name, body: kept.received } });
  const outcome = await timed("matched", () => matchNext(service));
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const rows = await service.reader.run<{ kind: string; differences: readonly string[] }>(
    "select kind, differences from reconciliation_breaks limit 100",
  );
  const found = rows.map(({ kind, differences }) => [kind, ...differences].join(" ")).toSorted();
  say(`${outcome?.outcome ?? "nothing"}: ${found.length} breaks (${found.join(", ")})`);
  say(
    `in ${seconds.toFixed(1)} s (${((user + system) / 1e6).toFixed(1)} s of a processor in this process), at most ${(peak() / 1_048_576).toFixed(0)} MiB resident in this process`,
  );
  return outcome?.outcome === "done" && found.join() === BREAKS_OF_WRONG_WAYS.join();
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  say(`${what}: ${((performance.now() - started) / 1_000).toFixed(1)} s`);
  return result;
}

/** Answers the most that this process had in memory since. */
function watchMemory(): () => number {
  let most = 0;
  const look = () => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 50);
  timer.unref();
  return () => {
    look();
    clearInterval(timer);
    return most;
  };
}
