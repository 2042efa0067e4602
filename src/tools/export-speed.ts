/**
 * `npm run export:speed`: how fast exports are beside a bare COPY of the same rows out of a table that has nothing else, on the
 * configured database or the sandbox's. Medians of runs by turns, so that both have their share of what else the machine does.
 */
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

/** Milliseconds, and the size of what came. */
async function timed(work: () => Promise<number>): Promise<{ ms: number; size: number }> {
  const from = performance.now();
  const size = await work();
  return { ms: performance.now() - from, size };
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
  const whole = { asked, given: asked.given({}, LEDGER_ITSELF), mark: undefined };
  const { mark, rows } = await exporter.totals(whole);
  const request = { ...whole, mark };
  await makeTable(target, request);
  const times = new Map<string, number[]>();
  const sizes = new Map<string, number>();
  for (let run = 0; run < runs; run += 1) {
    for (const way of ["bare", ...FORMATS] as const) {
      const { ms, size } = await timed(async () =>
        way === "bare" ? bare(target) : drained((await exporter.open(request, way)).bytes),
      );
      times.set(way, [...(times.get(way) ?? []), ms]);
      sizes.set(way, size);
    }
  }
  await dropTable(target);
  const yardstick = median(times.get("bare") ?? []);
  process.stdout.write(`${name}: ${rows} rows, medians of ${runs} runs\n`);
  for (const [way, all] of times) {
    const ms = median(all);
    const speed = Math.round((Number(rows) / ms) * 1_000).toLocaleString("en");
    const line = [way, `${ms.toFixed(0)} ms`, `${speed} rows/s`, `${(yardstick / ms).toFixed(2)} of the bare copy`];
    process.stdout.write(`${[...line, `${((sizes.get(way) ?? 0) / 1_048_576).toFixed(1)} MiB`].join(" | ")}\n`);
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
