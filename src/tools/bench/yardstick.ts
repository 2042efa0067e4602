/**
 * The yardstick: TPC-B-like transactions on the plain database, prepared, 16 clients, scale 50, durable.
 * pgbench from the system, since the embedded server does not bring one; where there is none,
 * the same transaction from the project's own driver, and the table says so.
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { connect, type Sql } from "../../db/connect.ts";
import { type Figures, keepGoing, Stopwatch } from "./figures.ts";

const CLIENTS = 16;
const SCALE = 50;
const ACCOUNTS = 100_000;

export interface Yardstick {
  /** What it was measured with. */
  readonly with: string;
  run(seconds: number): Promise<Figures>;
  end(): Promise<void>;
}

/** Prepares a database of its own for the yardstick on the same server. */
export async function yardstick(serverUrl: string): Promise<Yardstick> {
  const admin = connect(serverUrl, { max: 1 });
  await admin.unsafe("drop database if exists yardstick with (force)");
  await admin.unsafe("create database yardstick");
  await admin.end();
  const url = new URL(serverUrl);
  url.pathname = "/yardstick";
  const binary = findPgbench();
  return binary === undefined ? ownDriver(url.href) : pgbench(binary, url);
}

function findPgbench(): string | undefined {
  const versions = (() => {
    try {
      return readdirSync("/usr/lib/postgresql").sort((a, b) => Number(b) - Number(a));
    } catch {
      return [];
    }
  })();
  const candidates = ["pgbench", ...versions.map((version) => `/usr/lib/postgresql/${version}/bin/pgbench`)];
  return candidates.find((candidate) => spawnSync(candidate, ["--version"]).status === 0);
}

function pgbench(binary: string, url: URL): Yardstick {
  const env = {
    PATH: "/usr/bin:/bin",
    PGHOST: url.hostname,
    PGPORT: url.port,
    PGUSER: url.username,
    PGPASSWORD: decodeURIComponent(url.password),
    PGDATABASE: "yardstick",
  };
  const call = (...options: string[]): string => {
    const { status, stdout, stderr } = spawnSync(binary, options, { env, encoding: "utf8" });
    if (status !== 0) throw new Error(`pgbench failed: ${stderr}`);
    return stdout;
  };
  call("--initialize", "--quiet", `--scale=${SCALE}`);
  return {
    with: call("--version").trim(),
    run(seconds) {
      const time = `--time=${Math.ceil(seconds)}`;
      const text = call("--protocol=prepared", `--client=${CLIENTS}`, "--jobs=2", time, "--no-vacuum");
      const perSecond = Number(/tps = ([\d.]+)/.exec(text)?.[1]);
      const count = Number(/transactions actually processed: (\d+)/.exec(text)?.[1]);
      const mean = Number(/latency average = ([\d.]+)/.exec(text)?.[1]);
      // pgbench tells the mean alone; quantiles would need its log of every transaction.
      return Promise.resolve({ count, perSecond, p50: mean, p95: Number.NaN, p99: Number.NaN });
    },
    end: () => Promise.resolve(),
  };
}

async function ownDriver(url: string): Promise<Yardstick> {
  const sql = connect(url, { max: CLIENTS });
  await sql.unsafe(`create table pgbench_branches (bid int primary key, bbalance int) with (fillfactor = 100)`);
  await sql.unsafe(`create table pgbench_tellers (tid int primary key, bid int, tbalance int) with (fillfactor = 100)`);
  await sql.unsafe(`create table pgbench_accounts (aid int primary key, bid int, abalance int, filler char(84))`);
  await sql.unsafe(
    `create table pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22))`,
  );
  await sql.unsafe(`insert into pgbench_branches select g, 0 from generate_series(1, ${SCALE}) g`);
  await sql.unsafe(
    `insert into pgbench_tellers select g, (g - 1) / 10 + 1, 0 from generate_series(1, ${SCALE * 10}) g`,
  );
  await sql.unsafe(
    `insert into pgbench_accounts select g, (g - 1) / ${ACCOUNTS} + 1, 0, '' from generate_series(1, ${SCALE * ACCOUNTS}) g`,
  );
  return {
    with: "the same transaction from the project's own driver, for want of pgbench",
    async run(seconds) {
      const watch = new Stopwatch();
      await keepGoing(CLIENTS, seconds, async () => {
        const began = performance.now();
        await transaction(sql);
        watch.note(began);
      });
      return watch.figures();
    },
    end: () => sql.end(),
  };
}

/** The TPC-B-like script of pgbench, statement by statement. */
async function transaction(sql: Sql): Promise<void> {
  const [aid, tid, bid] = [ACCOUNTS * SCALE, 10 * SCALE, SCALE].map((most) => 1 + Math.floor(Math.random() * most)) as [
    number,
    number,
    number,
  ];
  const delta = Math.floor(Math.random() * 10_001) - 5_000;
  await sql.begin(async (tx) => {
    await tx`update pgbench_accounts set abalance = abalance + ${delta} where aid = ${aid}`;
    await tx`select abalance from pgbench_accounts where aid = ${aid}`;
    await tx`update pgbench_tellers set tbalance = tbalance + ${delta} where tid = ${tid}`;
    await tx`update pgbench_branches set bbalance = bbalance + ${delta} where bid = ${bid}`;
    await tx`insert into pgbench_history (tid, bid, aid, delta, mtime) values (${tid}, ${bid}, ${aid}, ${delta}, now())`;
  });
}
