/**
 * The comparison with the plain database: in one run, on one machine, with durable commits and everything switched on.
 *
 *   npm run bench                 everything
 *   npm run bench -- --quick      small and short, to see that it works; its figures mean nothing
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { connect } from "../db/connect.ts";
import { type EmbeddedServer, startEmbedded } from "../db/embedded.ts";
import { migrate } from "../db/migrate.ts";
import { systemClock } from "../kernel/clock.ts";
import { openService, type Service } from "../service.ts";
import { chance, STORES } from "./bench/commands.ts";
import { hasProc, ownTime, timeOfServer } from "./bench/cpu.ts";
import { keepGoing, measure, median, type Run, Stopwatch } from "./bench/figures.ts";
import { startService } from "./bench/http.ts";
import { memberOfLots, membersOfLots, registerMembers, sellTo } from "./bench/members.ts";
import { jsonLine, printTable, type Row } from "./bench/report.ts";
import { type Members, measureOverHttp, type Sizes } from "./bench/rows.ts";
import { yardstick } from "./bench/yardstick.ts";

interface Scale extends Sizes {
  readonly people: number;
  readonly regulars: number;
}

const FULL: Scale = { people: 200_000, regulars: 5_000, seconds: 10, rounds: 3, lots: 3_000, regularLots: 70 };
const QUICK: Scale = { people: 2_000, regulars: 20, seconds: 2, rounds: 1, lots: 300, regularLots: 70 };

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const scale = values.quick ? QUICK : FULL;

/** Commands that wait for the engine at once, in process. */
const IN_FLIGHT = 512;

/** Room for the data of the yardstick and of the ledger alike; what makes commits durable stays as it comes. */
const SETTINGS = { shared_buffers: "2GB", wal_buffers: "64MB", max_wal_size: "16GB", checkpoint_timeout: "30min" };

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
  const plain = await yardstick(server.url);
  say(`yardstick: ${plain.with}`);
  const measurePlain = () =>
    measure({ ...scale, cpu: () => ({ service: Number.NaN, database: database() }) }, (seconds) => plain.run(seconds));
  const before = await measurePlain();
  await migrate(server);
  await openStores(server.url);
  const { members, engine } = await inProcess(server, database);
  const overHttp = await withService(server.url, members, database);
  const yardsticks = [...before, ...(await measurePlain())];
  await plain.end();
  const base = median(yardsticks.map(({ perSecond }) => perSecond));
  const rows: Row[] = [
    { name: "yardstick", what: "the plain database, TPC-B-like, 16 clients", runs: yardsticks },
    { name: "engine", what: "sales in process, 60 % earn, 40 % spend", runs: engine, aim: 4 },
    ...overHttp,
  ];
  printTable(rows, base);
  console.log(jsonLine(rows, base));
}

/** Opens the stores in the tables themselves: nothing that is measured depends on how. */
async function openStores(url: string): Promise<void> {
  const sql = connect(url, { max: 1 });
  for (const [brand, store] of Object.entries(STORES)) {
    await sql`insert into stores (store_id, brand, name, time_zone) values (${store}, ${brand}, ${store}, 'Europe/Moscow')`;
  }
  await sql.end();
}

/** Registers everybody, then sells through the engine alone. */
async function inProcess(
  target: { readonly url: string; readonly socketPath: string | null },
  database: () => number,
): Promise<{ members: Members; engine: Run[] }> {
  const ledger: Service = await openService({ target, clock: systemClock });
  const random = chance(1);
  say(`registering ${scale.people} members, two lots each`);
  const many = await registerMembers(ledger, scale.people);
  say(`${scale.regulars} members buy until they have ${scale.regularLots} lots each`);
  const members: Members = {
    many,
    regulars: await membersOfLots(ledger, scale.regulars, scale.regularLots, random),
    oneSold: await memberOfLots(ledger, scale.lots),
    oneGranted: await memberOfLots(ledger, scale.lots),
  };
  say("sales in process");
  const cpu = () => ({ service: ownTime(), database: database() });
  const engine = await measure({ ...scale, cpu }, async (seconds) => {
    const watch = new Stopwatch();
    await keepGoing(IN_FLIGHT, seconds, async () => {
      const began = performance.now();
      await sellTo(ledger, many[Math.floor(random() * many.length)] ?? "", random);
      watch.note(began);
    });
    return watch.figures();
  });
  await ledger.close();
  return { members, engine };
}

async function withService(url: string, members: Members, database: () => number): Promise<Row[]> {
  const service = await startService(url);
  say(`the service was ready after ${Math.round(service.startMs)} ms on an existing database`);
  try {
    const cpu = () => ({ service: service.cpu(), database: database() });
    return await measureOverHttp({ ...scale, service, members, cpu, random: chance(2), say });
  } finally {
    await service.stop();
  }
}

await main();
