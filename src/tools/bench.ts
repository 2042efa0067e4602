/**
 * The comparison with the plain database: in one run, on one machine, with durable commits and everything switched on.
 *
 *   npm run bench                                everything
 *   npm run bench -- --rows quotes,purchases     some rows only; without the yardstick there are no ratios to it
 *   npm run bench -- --quick                     small and short, to see that it works; its figures mean nothing
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { connect } from "../db/connect.ts";
import { type EmbeddedServer, startEmbedded } from "../db/embedded.ts";
import { migrate } from "../db/migrate.ts";
import { systemClock } from "../kernel/clock.ts";
import { openService, type Service } from "../service.ts";
import { ROW_KINDS, type RowKind, rowKindsOf } from "./bench/choice.ts";
import { chance, STORES } from "./bench/commands.ts";
import { hasProc, ownTime, timeOfServer } from "./bench/cpu.ts";
import { keepGoing, measure, median, Stopwatch } from "./bench/figures.ts";
import { startService } from "./bench/http.ts";
import { BENCH_KEYS } from "./bench/keys.ts";
import { memberOfLots, membersOfLots, registerMembers, sellTo } from "./bench/members.ts";
import { jsonLine, printTable, printVerdicts, type Row } from "./bench/report.ts";
import type { Members, Sizes } from "./bench/rows/row.ts";
import { measureOverHttp } from "./bench/rows/rows.ts";
import { yardstick, type Yardstick } from "./bench/yardstick.ts";

interface Scale extends Sizes {
  readonly people: number;
  readonly regulars: number;
}

const FULL: Scale = { people: 200_000, regulars: 5_000, seconds: 10, rounds: 3, lots: 3_000, regularLots: 70 };
const QUICK: Scale = { people: 2_000, regulars: 20, seconds: 2, rounds: 1, lots: 300, regularLots: 70 };

interface Options {
  readonly quick: boolean;
  readonly rows: ReadonlySet<RowKind>;
}

const { quick, rows: chosen } = new Command("bench")
  .description("compare the ledger with the plain database on this machine")
  .option("--quick", "small and short, to see that it works; its figures mean nothing", false)
  .option(
    "--rows <kinds>",
    `only these, with commas between them: ${ROW_KINDS.join(", ")}`,
    rowKindsOf,
    new Set(ROW_KINDS),
  )
  .parse()
  .opts<Options>();
const scale = quick ? QUICK : FULL;

/** Commands that wait for the engine at once, in process. */
const IN_FLIGHT = 512;

/** Room for the data of the yardstick and of the ledger alike; what makes commits durable stays as it comes. */
const SETTINGS = { shared_buffers: "2GB", wal_buffers: "64MB", max_wal_size: "16GB", checkpoint_timeout: "30min" };

/** In place of a member of a row that is not measured. */
const NOBODY = "";

const say = (text: string): void => console.error(text);

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "mclub-bench-"));
  const settings = Object.entries(SETTINGS).map(([name, value]) => `${name}=${value}`);
  say(`PostgreSQL with ${settings.join(" ")}, else as it comes: durable`);
  if (!hasProc) say("this system has no /proc: processor time of the database and of the service is not known");
  const server = await startEmbedded({ dataDir: folder, settings: SETTINGS });
  try {
    await compare(server);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(server: EmbeddedServer): Promise<void> {
  const database = () => timeOfServer(server.pid);
  const plain = chosen.has("yardstick") ? await yardstick(server.url) : undefined;
  if (plain !== undefined) say(`yardstick: ${plain.with}`);
  const before = await plainRow(plain, database);
  await migrate(server);
  await openStores(server.url);
  const { members, rows } = await inProcess(server, database);
  rows.push(...(await withService(server.url, members, database)));
  const after = await plainRow(plain, database);
  await plain?.end();
  const yardsticks = before.map((row, place) => ({ ...row, runs: [...row.runs, ...(after[place]?.runs ?? [])] }));
  const base = median(yardsticks.flatMap(({ runs }) => runs.map(({ perSecond }) => perSecond)));
  const all = [...yardsticks, ...rows];
  printTable(all, base);
  printVerdicts(all);
  console.log(jsonLine(all, base));
}

/** The row of the yardstick; none where it is not measured. */
async function plainRow(plain: Yardstick | undefined, database: () => number): Promise<Row[]> {
  if (plain === undefined) return [];
  const cpu = () => ({ service: Number.NaN, database: database() });
  const runs = await measure({ ...scale, cpu }, (seconds) => plain.run(seconds));
  return [{ name: "yardstick", what: "the plain database, TPC-B-like, 16 clients", runs }];
}

/** Opens the stores in the tables themselves: nothing that is measured depends on how. */
async function openStores(url: string): Promise<void> {
  const sql = connect(url, { max: 1 });
  for (const [brand, store] of Object.entries(STORES)) {
    await sql`insert into stores (store_id, brand, name, time_zone) values (${store}, ${brand}, ${store}, 'Europe/Moscow')`;
  }
  await sql.end();
}

/** Registers everybody, then sells through the engine alone, where that is measured. */
async function inProcess(
  target: { readonly url: string; readonly socketPath: string | null },
  database: () => number,
): Promise<{ members: Members; rows: Row[] }> {
  const ledger: Service = await openService({ target, clock: systemClock, personal: BENCH_KEYS });
  const random = chance(1);
  const members = await registerAll(ledger, random);
  const rows = chosen.has("engine") ? [await engineRow(ledger, members.many, random, database)] : [];
  await ledger.close();
  return { members, rows };
}

/** Registers the members that the chosen rows speak of: those of many lots take a while. */
async function registerAll(ledger: Service, random: () => number): Promise<Members> {
  const { people, regulars, regularLots, lots } = scale;
  say(`registering ${people} members, two lots each`);
  const many = await registerMembers(ledger, people);
  const sales = chosen.has("sales");
  if (sales) say(`${regulars} members buy until they have ${regularLots} lots each`);
  return {
    many,
    regulars: sales ? await membersOfLots(ledger, regulars, regularLots, random) : [],
    oneSold: sales ? await memberOfLots(ledger, lots) : NOBODY,
    oneGranted: chosen.has("grants") ? await memberOfLots(ledger, lots) : NOBODY,
  };
}

async function engineRow(
  ledger: Service,
  many: readonly string[],
  random: () => number,
  database: () => number,
): Promise<Row> {
  say("sales in process");
  const cpu = () => ({ service: ownTime(), database: database() });
  const runs = await measure({ ...scale, cpu }, async (seconds) => {
    const watch = new Stopwatch();
    await keepGoing(IN_FLIGHT, seconds, async () => {
      const began = performance.now();
      await sellTo(ledger, many[Math.floor(random() * many.length)] ?? "", random);
      watch.note(began);
    });
    return watch.figures();
  });
  return { name: "engine", what: "sales in process, 60 % earn, 40 % spend", runs, aim: 4 };
}

async function withService(url: string, members: Members, database: () => number): Promise<Row[]> {
  const service = await startService(url);
  say(`the service was ready after ${Math.round(service.startMs)} ms on an existing database`);
  try {
    const cpu = () => ({ service: service.cpu(), database: database() });
    return await measureOverHttp(chosen, { ...scale, service, members, cpu, random: chance(2), say });
  } finally {
    await service.stop();
  }
}

await main();
