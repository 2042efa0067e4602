/** An export that nobody waits for any more gives back its place, its folder and its connection at once; what a killed process has left is removed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeParquet } from "../../../src/engine/exporting/parquet.ts";
import { ownFolder, removeLeftovers } from "../../../src/engine/own-folder.ts";
import { type Listening, listen } from "../../../src/http/server/server.ts";
import { KEY_TEXTS } from "../../support/keys.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";

const folder = mkdtempSync(join(tmpdir(), "mclub-gone-"));
let http: TestHttp;
let listening: Listening;
let finance: string;
beforeAll(async () => {
  http = await testHttp();
  finance = await http.newKey(["finance"]);
  listening = await listen(http.app, { port: 0, host: "127.0.0.1" });
  await http.give(await http.newMember(), 12_34n);
}, 120_000);
afterAll(async () => {
  await listening.close();
  rmSync(folder, { recursive: true, force: true });
  await http.close();
});

/** Before anything of it would be given up because of the lock that it waits for. */
const SOON_MS = 2_500;

const foldersIn = (where: string) => readdirSync(where).filter((name) => name.startsWith("mclub-export-"));
const ownFolders = () => foldersIn(tmpdir()).filter((name) => name.startsWith(`mclub-export-${process.pid}-`));

async function until(done: () => boolean | Promise<boolean>, what: string, milliseconds = 20_000): Promise<void> {
  for (const patience = Date.now() + milliseconds; !(await done()); ) {
    if (Date.now() > patience) throw new Error(`not within ${milliseconds} ms: ${what}`);
    await sleep(20);
  }
}

/** How many exports the database is at. */
async function underWay(): Promise<number> {
  const rows = await http.database.sql`select 1 from pg_stat_activity
    where application_name = 'mclub export' and datname = current_database()`;
  return rows.length;
}

/** Nothing can be read of the journal until the work is done. */
const whileNothingIsRead = (work: () => Promise<void>) =>
  http.database.sql.begin(async (sql) => {
    await sql`lock table transfers in access exclusive mode`;
    await work();
  });

const ask = (format: string, signal: AbortSignal | null = null) =>
  fetch(`http://127.0.0.1:${listening.port}/v1/exports/trial-balance?format=${format}`, {
    headers: { authorization: `Bearer ${finance}` },
    signal,
  });

describe("a client that asks for the head alone", () => {
  it.each(["csv", "jsonl", "parquet"])("is given that of %s, and leaves nothing of it open", async (format) => {
    for (let time = 0; time < 5; time += 1) {
      const answer = await fetch(`http://127.0.0.1:${listening.port}/v1/exports/journal?format=${format}`, {
        method: "HEAD",
        headers: { authorization: `Bearer ${finance}` },
      });
      expect([answer.status, answer.headers.get("mclub-mark")]).toEqual([200, expect.stringMatching(/^\d+$/)]);
    }
    await until(async () => (await underWay()) === 0, "the connections are gone", SOON_MS);
    await until(() => ownFolders().length === 0, "the folders are gone", SOON_MS);
    expect((await ask(format)).status).toBe(200);
  });
});

describe("a client that goes away before the first byte", () => {
  it.each(["parquet", "xlsx"])(
    "gives back the place of its %s, its folder and its connection",
    async (format) => {
      await whileNothingIsRead(async () => {
        const client = new AbortController();
        const asked = Array.from({ length: 4 }, () => ask(format, client.signal).catch(() => undefined));
        await until(async () => (await underWay()) === 4, "four exports wait");
        expect((await ask(format)).status).toBe(503);
        client.abort();
        await Promise.all(asked);
        await until(() => ownFolders().length === 0, "the folders are gone", SOON_MS);
        await until(async () => (await underWay()) === 0, "the connections are gone", SOON_MS);
        // The place is free: another one waits as the first did.
        const next = new AbortController();
        const waiting = ask(format, next.signal).catch(() => undefined);
        await until(async () => (await underWay()) === 1, "another export waits");
        next.abort();
        await waiting;
      });
      expect((await ask(format)).status).toBe(200);
    },
    90_000,
  );

  it("ends the work on its file of columns", async () => {
    const csv = join(folder, "rows.csv");
    const lines = function* () {
      yield "amount\n";
      for (let block = 0; block < 60; block += 1) yield `${block}123456789.12\n`.repeat(50_000);
    };
    await pipeline(Readable.from(lines()), createWriteStream(csv));
    const client = new AbortController();
    const written = writeParquet(csv, folder, [{ name: "amount", type: "amount", note: "" }], client.signal);
    setTimeout(() => client.abort(), 20);
    await expect(written).rejects.toThrow("INTERRUPT");
  }, 90_000);
});

describe("what a killed process has left", () => {
  it("of an export is removed by the next one", async () => {
    const disk = mkdtempSync(join(folder, "killed-"));
    const env = { PATH: process.env["PATH"], TMPDIR: disk, DATABASE_URL: http.database.url, ...KEY_TEXTS };
    const words = ["--import", "tsx", "src/cli/export.ts", "journal", "--format", "parquet", "--quiet"];
    const command = () =>
      spawn(process.execPath, [...words, "--out", join(folder, "journal.parquet")], { env, stdio: "ignore" });
    const killed = command();
    await until(() => foldersIn(disk).length === 1, "a folder is made");
    killed.kill("SIGKILL");
    await once(killed, "close");
    expect(foldersIn(disk)).toHaveLength(1);
    const next = command();
    await once(next, "close");
    expect([next.exitCode, foldersIn(disk)]).toEqual([0, []]);
  }, 90_000);

  it("is removed by a service that starts", async () => {
    const disk = mkdtempSync(join(folder, "started-"));
    const name = basename(await ownFolder("reconciliation", disk));
    // Its number was given to this process since.
    mkdirSync(join(disk, name.replace(/-(\d+)-\d+-(\d+)-/, "-$1-1-$2-")));
    expect(readdirSync(disk)).toHaveLength(2);
    const env = { PATH: process.env["PATH"], TMPDIR: disk, DATABASE_URL: http.database.url, PORT: "0", ...KEY_TEXTS };
    const service = spawn(process.execPath, ["--import", "tsx", "src/main.ts"], { env, stdio: "ignore" });
    const ended = once(service, "close");
    const left = () => readdirSync(disk).filter((each) => each.startsWith("mclub-"));
    try {
      await until(() => left().join() === name, "what was left is gone, and what is in use is not");
    } finally {
      service.kill("SIGTERM");
      await ended;
    }
  }, 90_000);

  it("is told from what a process has that lives, and from what cannot be told", async () => {
    const disk = mkdtempSync(join(folder, "left-"));
    const own = await ownFolder("export", disk);
    const [, pid = "", start = "", space = ""] = /-(\d+)-(\d+)-(\d+)-/.exec(own) ?? [];
    expect(Number(pid)).toBe(process.pid);
    const gone = spawn(process.execPath, ["--version"], { stdio: "ignore" });
    await once(gone, "close");
    const make = (name: string) => (mkdirSync(join(disk, name)), name);
    const kept = [
      make(`mclub-reconciliation-${pid}-${start}-${space}-aaaaaa`),
      make(`mclub-export-${gone.pid}-1-4000000000-bbbbbb`),
      make("mclub-export-cccccc"),
      make("another-1-1-1-dddddd"),
    ];
    make(`mclub-export-${gone.pid}-${start}-${space}-eeeeee`);
    make(`mclub-reconciliation-${gone.pid}-${start}-${space}-ffffff`);
    // The same number was given to another process since.
    make(`mclub-export-${pid}-1-${space}-gggggg`);
    const old = make(`mclub-export-${gone.pid}-1-4000000000-hhhhhh`);
    const longAgo = new Date(Date.now() - 13 * 3_600_000);
    utimesSync(join(disk, old), longAgo, longAgo);
    await removeLeftovers(disk);
    expect(
      readdirSync(disk)
        .map((name) => join(disk, name))
        .toSorted(),
    ).toEqual([own, ...kept.map((name) => join(disk, name))].toSorted());
  });
});
