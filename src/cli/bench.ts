/**
 * The comparison with the plain database: in one run, on one machine, with durable commits and everything switched on.
 *
 *   npm run bench                 everything, about six minutes
 *   npm run bench -- --quick      small and short, to see that it works; its figures mean nothing
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { connect } from "../db/connect.ts";
import { startEmbedded } from "../db/embedded.ts";
import { migrate } from "../db/migrate.ts";
import { formatAmount, formatQuantity } from "../kernel/amount.ts";
import { formatInstant, systemClock } from "../kernel/clock.ts";
import type { MemberId } from "../kernel/ids.ts";
import { openService, type Service } from "../service.ts";
import type { SaleBody } from "../sales/counter.ts";
import { type Figures, keepGoing, median, Stopwatch } from "./bench/figures.ts";
import { type Ask, load, pace, type RunningService, startService } from "./bench/http.ts";
import { jsonLine, printTable, type Row } from "./bench/report.ts";
import { chance, give, nextNumber, saleOf, sellOne, settle, STORES } from "./bench/town.ts";
import { yardstick } from "./bench/yardstick.ts";

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const scale = values.quick
  ? { members: 2_000, seconds: 2, rounds: 1, lots: 300 }
  : { members: 200_000, seconds: 10, rounds: 3, lots: 3_000 };
/** Commands that wait for the engine at once, in process. */
const IN_FLIGHT = 512;

/** Room for the data of the yardstick and of the ledger alike; what makes commits durable stays as it comes. */
const SETTINGS = { shared_buffers: "2GB", wal_buffers: "64MB", max_wal_size: "16GB", checkpoint_timeout: "30min" };

const say = (text: string): void => console.error(text);

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "mclub-bench-"));
  say(
    `PostgreSQL with ${Object.entries(SETTINGS)
      .map(([name, value]) => `${name}=${value}`)
      .join(" ")}, else as it comes: durable`,
  );
  const server = await startEmbedded({ dataDir: folder, settings: SETTINGS });
  try {
    await compare(server.url, server);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(url: string, target: { url: string; socketPath: string | null }): Promise<void> {
  const measure = await yardstick(url);
  say(`yardstick: ${measure.with}`);
  const yardsticks = [await rounds(() => measure.run(scale.seconds))].flat();
  await migrate(target);
  await openStores(url);
  const { members, hot, engine } = await inProcess(target);
  const service = await startService(url);
  say(`the service was ready after ${Math.round(service.startMs)} ms on an existing database`);
  let rows: Row[];
  try {
    rows = await overHttp(service, members, hot);
  } finally {
    await service.stop();
  }
  yardsticks.push(...(await rounds(() => measure.run(scale.seconds))));
  await measure.end();
  const base = median(yardsticks.map((figures) => figures.perSecond));
  const all: Row[] = [
    { name: "yardstick", what: "the plain database, TPC-B-like, 16 clients", figures: middle(yardsticks) },
    { name: "engine", what: "engine in process, 60 % earn, 40 % spend", figures: engine, aim: 4 },
    ...rows,
  ];
  printTable(all, base);
  console.log(jsonLine(all, base));
}

/** The run whose rate is the median. */
function middle(runs: readonly Figures[]): Figures {
  return [...runs].sort((a, b) => a.perSecond - b.perSecond)[runs.length >> 1] as Figures;
}

async function rounds(one: () => Promise<Figures>): Promise<Figures[]> {
  const runs: Figures[] = [];
  for (let round = 0; round < scale.rounds; round += 1) runs.push(await one());
  return runs;
}

async function openStores(url: string): Promise<void> {
  const sql = connect(url, { max: 1 });
  for (const [brand, store] of Object.entries(STORES)) {
    await sql`insert into stores (store_id, brand, name, time_zone) values (${store}, ${brand}, ${store}, 'Europe/Moscow')`;
  }
  await sql.end();
}

/** Settles the town, then sells through the engine alone. */
async function inProcess(target: {
  url: string;
  socketPath: string | null;
}): Promise<{ members: MemberId[]; hot: MemberId; engine: Figures }> {
  const service: Service = await openService({ target, clock: systemClock });
  say(`settling ${scale.members} members`);
  const members = await settle(service, scale.members, 1_000_00n);
  const [hot] = await settle(service, 1, 1_000_00n);
  if (hot === undefined) throw new Error("nobody has settled");
  let given = 0;
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      while (given < scale.lots) {
        given += 1;
        await give(service, hot, 1_000_00n, "mvideo");
      }
    }),
  );
  say("selling in process");
  const random = chance(1);
  const one = () => sellOne(service, members[Math.floor(random() * members.length)] as MemberId, random);
  await keepGoing(IN_FLIGHT, scale.seconds / 2, one);
  const runs = await rounds(async () => {
    const watch = new Stopwatch();
    await keepGoing(IN_FLIGHT, scale.seconds, async () => {
      const began = performance.now();
      await one();
      watch.note(began);
    });
    return watch.figures();
  });
  await service.close();
  return { members, hot, engine: middle(runs) };
}

async function overHttp(service: RunningService, members: readonly MemberId[], hot: MemberId): Promise<Row[]> {
  const random = chance(2);
  const anybody = () => members[Math.floor(random() * members.length)] as MemberId;
  const sale = (who: () => MemberId) => (): Ask => ({
    method: "POST",
    path: "/v1/purchases",
    idempotencyKey: nextNumber(),
    body: JSON.stringify(wire(saleOf(who(), random, Date.now()))),
  });
  const batch = (): Ask => ({
    method: "POST",
    path: "/v1/batches",
    idempotencyKey: nextNumber(),
    body: batchOf(anybody, random),
  });
  const balance = (): Ask => ({ method: "GET", path: `/v1/members/${anybody()}/balance` });
  const run = async (what: string, options: Omit<Parameters<typeof load>[1], "seconds">) => {
    say(what);
    return middle(await rounds(() => load(service, { seconds: scale.seconds, ...options })));
  };
  await load(service, { seconds: scale.seconds / 2, connections: 64, next: sale(anybody) });
  const http64 = await run("64 connections", { connections: 64, next: sale(anybody) });
  const http256 = await run("256 connections", { connections: 256, next: sale(anybody) });
  say(`memory of the service at 256 connections: ${Math.round(service.memory())} MiB`);
  const oneMember = await run("64 connections, one member", { connections: 64, next: sale(() => hot) });
  const batches = await run("batches of 500", { connections: 4, next: batch, commands: 500 });
  const reads = await run("balance reads", { connections: 64, next: balance });
  say("balance reads at half load");
  const half = middle(await rounds(() => pace(service, reads.perSecond / 2, scale.seconds, balance)));
  return [
    { name: "http64", what: "HTTP, 64 connections", figures: http64, aim: 1 },
    { name: "http256", what: "HTTP, 256 connections", figures: http256, aim: 1.5 },
    { name: "oneMember", what: `HTTP, 64 connections, one member, ${scale.lots} lots`, figures: oneMember },
    { name: "batch", what: "HTTP, batches of 500 (latency: of a batch)", figures: batches, aim: 3 },
    {
      name: "balanceRead",
      what: "balance reads (rate: full; latency: at half)",
      figures: { ...half, perSecond: reads.perSecond },
    },
  ];
}

/** A sale as it goes over the wire. */
function wire({ lines, spend, occurredAt, ...sale }: SaleBody) {
  return {
    ...sale,
    spend: spend === "max" ? spend : formatAmount(spend),
    occurredAt: formatInstant(occurredAt),
    lines: lines.map(({ lineId, sku, category, quantity, unitPrice }) => ({
      lineId,
      sku,
      category,
      quantity: formatQuantity(quantity),
      unitPrice: formatAmount(unitPrice),
    })),
  };
}

function batchOf(who: () => MemberId, random: () => number): string {
  const items = Array.from({ length: 500 }, () => ({
    op: "purchase",
    idempotencyKey: nextNumber(),
    body: wire(saleOf(who(), random, Date.now())),
  }));
  return JSON.stringify({ items });
}

await main();
