/**
 * `npm run export:speed`: how fast exports are beside a bare COPY of the same rows out of a table that has nothing else, on the
 * configured database or the sandbox's. Medians of runs by turns, so that both have their share of what else the machine does.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { type OpenDatabase, openDatabase } from "../cli/command/database.ts";
import { readConfig } from "../config.ts";
import { connect, type Target } from "../db/connect.ts";
import { LEDGER_ITSELF } from "../engine/actor.ts";
import { bound } from "../engine/definition/export.ts";
import { copyOf } from "../engine/exporting/copy.ts";
import { exporterOf, type ExportRequest } from "../engine/exporting/exporter.ts";
import type { ExportFormat } from "../engine/exporting/formats.ts";
import { poolOf } from "../engine/exporting/snapshot.ts";
import { allExports } from "../modules.ts";
import { ownTime, timeOfServer } from "./bench/cpu.ts";
import { atLeast } from "./command/counts.ts";
import { exitCodeOf } from "./command/exit.ts";

const FORMATS = ["csv", "jsonl", "parquet"] as const satisfies readonly ExportFormat[];
const TABLE = "rows_of_an_export";

const program = new Command("export:speed")
  .description("exports beside a bare COPY of the same rows")
  .option("--name <export>", "which export", "journal")
  .option("--runs <n>", "of each", atLeast(5), 7);

async function drained(bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const chunk of bytes) size += chunk.length;
  return size;
}

/** Milliseconds: as they pass, and of processor time. */
interface Times {
  readonly ms: number;
  readonly service: number;
  readonly database: number;
}

/** Until the time of a connection that has been cut is counted with that of its server. */
const SETTLING_MS = 300;

/** `server`: the database's first process, where it is known. */
async function timed(server: number | undefined, work: () => Promise<number>): Promise<Times & { size: number }> {
  const used = () => ({ service: ownTime(), database: server === undefined ? Number.NaN : timeOfServer(server) });
  const [from, before] = [performance.now(), used()];
  const size = await work();
  const ms = performance.now() - from;
  await sleep(SETTLING_MS);
  const after = used();
  return { size, ms, service: after.service - before.service, database: after.database - before.database };
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** A table of just the texts that the file has. It is gone with `dropTable`. */
async function makeTable(target: Target, request: ExportRequest): Promise<void> {
  const text = copyOf(request.asked, "csv")
    .replace(/^copy \(/, "")
    .replace(/\) to stdout with .*$/s, "");
  const sql = connect(target, { max: 1, applicationName: "mclub export speed", statementTimeoutMs: 0 });
  await sql.begin(async (tx) => {
    await tx.unsafe(`drop table if exists ${TABLE}`);
    await tx.unsafe(
      `create unlogged table ${TABLE} as ${bound(text, { ...request.given, mark: String(request.mark) })}`,
    );
    await tx.unsafe(`grant select on ${TABLE} to mclub_app`);
  });
  await sql.unsafe(`vacuum analyze ${TABLE}`);
  await sql.end();
}

async function dropTable(target: Target): Promise<void> {
  const sql = connect(target, { max: 1, applicationName: "mclub export speed" });
  await sql.unsafe(`drop table if exists ${TABLE}`);
  await sql.end();
}

/** Over a connection of its own that is cut after it, as that of an export is. */
async function bare(target: Target): Promise<number> {
  const sql = poolOf(target);
  try {
    return await drained(await sql.unsafe(`copy ${TABLE} to stdout with (format csv, header true)`).readable());
  } finally {
    await sql.end({ timeout: 0 });
  }
}

async function measure({ target }: OpenDatabase, name: string, runs: number): Promise<boolean> {
  const asked = allExports.find((each) => each.name === name);
  if (asked === undefined) throw new Error(`there is no ${name}`);
  const exporter = exporterOf(target);
  const everything = { asked, given: asked.given({}, LEDGER_ITSELF), mark: undefined };
  const { mark, rows } = await exporter.totals(everything);
  const request = { ...everything, mark };
  await makeTable(target, request);
  const server = typeof target === "object" && "pid" in target ? (target.pid as number) : undefined;
  const times = new Map<string, (Times & { size: number })[]>();
  for (let run = 0; run < runs; run += 1) {
    for (const way of ["bare", ...FORMATS] as const) {
      const took = await timed(server, async () =>
        way === "bare" ? bare(target) : drained((await exporter.open(request, way)).bytes),
      );
      times.set(way, [...(times.get(way) ?? []), took]);
    }
  }
  await dropTable(target);
  process.stdout.write(`${name}: ${rows} rows, medians of ${runs} runs\n`);
  const middle = (way: string, of: (took: Times) => number) => median((times.get(way) ?? []).map(of));
  const whole = ({ service, database }: Times) => service + database;
  for (const [way, all] of times) {
    const of = (part: (took: Times) => number) => middle(way, part);
    const ratio = (part: (took: Times) => number) => (middle("bare", part) / of(part)).toFixed(2);
    const line = [
      way.padEnd(8),
      `${of(({ ms }) => ms).toFixed(0)} ms`,
      `${Math.round((Number(rows) / of(({ ms }) => ms)) * 1_000).toLocaleString("en")} rows/s`,
      `${ratio(({ ms }) => ms)} of the bare copy`,
      `processor ms: service ${of(({ service }) => service).toFixed(0)}, database ${of(({ database }) => database).toFixed(0)}, ${ratio(whole)} of the bare copy`,
      `${((all[0]?.size ?? 0) / 1_048_576).toFixed(1)} MiB`,
    ];
    process.stdout.write(`${line.join(" | ")}\n`);
  }
  process.stdout.write(`memory of this process: ${(process.resourceUsage().maxRSS / 1_024).toFixed(0)} MiB at most\n`);
  return true;
}

program.action(async ({ name, runs }: { name: string; runs: number }) => {
  process.exitCode = await exitCodeOf(async () => {
    const opened = await openDatabase(readConfig());
    try {
      return await measure(opened, name, runs);
    } finally {
      await opened.close();
    }
  });
});
await program.parseAsync();
