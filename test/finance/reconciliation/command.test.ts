/** The command: the same file once however often, a report, and an end by force in the middle that changes nothing of the result. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { inWorkplace } from "../../../src/finance/reconciliation/reading/duckdb.ts";
import { keepFile } from "../../../src/finance/reconciliation/reading/keep-file.ts";
import { Mapping } from "../../../src/finance/reconciliation/reading/mapping.ts";
import { matchNext } from "../../../src/finance/reconciliation/matching/run-next.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { lineOf, sellTo } from "../../support/town.ts";
import { command as begin, ended } from "./commands.ts";
import { csvOf, MAPPING, upload } from "./files.ts";

let http: TestHttp;
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mclub-command-"));
  http = await testHttp();
  const receipt = { brand: "mvideo", storeId: "M-1", terminalId: "1", shift: "1", number: "1" };
  await sellTo(http, undefined, { receipt, lines: [lineOf("1", 500_00n)] });
  await writeFile(join(folder, "m.json"), JSON.stringify(MAPPING));
}, 120_000);
afterAll(async () => {
  await http.close();
  await rm(folder, { recursive: true, force: true });
});

const command = (file: string, ...more: readonly string[]) => begin({ http, folder }, file, more);

const rows = async () => {
  const [row] = await http.database.sql<{ reconciliations: number; breaks: number }[]>`
    select (select count(*)::int from reconciliations) as reconciliations, (select count(*)::int from reconciliation_breaks) as breaks`;
  return row;
};

it("matches a file, writes its report, and does nothing more when it is repeated", async () => {
  const file = join(folder, "receipts.csv");
  await writeFile(
    file,
    csvOf([
      { number: "1", paid: "500.00" },
      { number: "<b>", paid: "7.00" },
    ]),
  );
  const report = join(folder, "report.html");
  const first = await ended(command(file, "--report", report, "--quiet"));
  expect(first).toMatchObject({ code: 2, text: expect.stringContaining("missing_here: 1") as unknown });
  expect(first.text).toContain("the ledger: 1 receipts, total 500.00, paid 500.00");
  const page = await readFile(report, "utf8");
  expect(page).toContain("&lt;b&gt;");
  expect(page).not.toContain("<td><b>");
  const before = await rows();
  expect(before).toEqual({ reconciliations: 1, breaks: 1 });
  const csv = join(folder, "report.csv");
  expect(await ended(command(file, "--report", csv, "--quiet"))).toMatchObject({ code: 2 });
  expect(await rows()).toEqual(before);
  expect((await readFile(csv, "utf8")).split("\n")[1]).toMatch(
    /^3,missing_here,,open,,,,,brk_[0-9a-f]{32},sale,M-1,1,1,<b>,2026-03-02,,7.00/,
  );
}, 120_000);

it("says what is wrong with a file, and where", async () => {
  const file = join(folder, "wrong.csv");
  await writeFile(file, csvOf([{ number: "1", paid: "five" }]));
  const { code, text } = await ended(command(file, "--quiet"));
  expect([code, text]).toEqual([1, expect.stringContaining("line 2, paid: not an amount")]);
}, 120_000);

it("killed in the middle, leaves a file that is matched by whoever comes next, once, and nothing on the disk", async () => {
  const lines = Array.from({ length: 30_000 }, (_, index) => ({ number: `k${index}`, paid: "1.00" }));
  const file = join(folder, "killed.csv");
  await writeFile(file, csvOf(lines));
  const child = command(file, "--quiet");
  const isAtIt = async () =>
    (
      await http.database.sql`select 1 from pg_locks l join pg_database d on d.oid = l.database
      where l.locktype = 'advisory' and d.datname = current_database() and exists (select from reconciliations where status = 'waiting')`
    ).length > 0;
  for (const patience = Date.now() + 60_000; !(await isAtIt()) && Date.now() < patience; ) await sleep(10);
  child.kill("SIGKILL");
  await ended(child);
  const [row] = await http.database.sql<
    { status: string }[]
  >`select status from reconciliations order by reconciliation_id desc limit 1`;
  expect(row).toEqual({ status: "waiting" });
  expect((await rows())?.breaks).toBe(1);
  // The database notices that nobody is there any more.
  for (const patience = Date.now() + 10_000; (await isAtIt()) && Date.now() < patience; ) await sleep(50);
  const [one, other] = await Promise.all([1, 2].map(() => matchNext({ target: http.database, clock: http.clock })));
  expect([one, other].map((matched) => matched?.outcome ?? "nothing").toSorted((a, b) => a.localeCompare(b))).toEqual([
    "done",
    "nothing",
  ]);
  expect(await rows()).toEqual({ reconciliations: 2, breaks: 30_002 });
  await inWorkplace({ within: folder }, async () => {});
  expect((await readdir(folder)).filter((name) => name.startsWith("mclub-reconciliation-"))).toEqual([]);
}, 180_000);

/** A file system of two megabytes, where this may be made; else there is nothing to try it on. */
const TINY = join(tmpdir(), `mclub-tiny-${process.pid}`);
mkdirSync(TINY, { recursive: true });
const isMounted = spawnSync("sh", ["-c", `mount -t tmpfs -o size=2m tmpfs ${TINY}`]).status === 0;
if (!isMounted) process.stderr.write("a disk that fills is not tried: no file system can be made here\n");
afterAll(async () => {
  if (isMounted) spawnSync("sh", ["-c", `umount ${TINY}`]);
  await rm(TINY, { recursive: true, force: true });
});

it.skipIf(!isMounted)(
  "tells that there is no room, keeps nothing of a file that could not be read, and goes on with one that was",
  async () => {
    const lines = Array.from({ length: 60_000 }, (_, index) => ({ number: `d${index}`, paid: "1.00" }));
    const { service } = http;
    const keeping = { target: http.database, clock: http.clock, personal: service.personal, within: TINY };
    const before = await http.database.sql`select upload_id from reconciliation_parts`;
    const bytes = ReadableStream.from([Buffer.from(csvOf(lines))]) as unknown as AsyncIterable<Uint8Array>;
    const file = { bytes, format: "csv", mapping: Mapping.parse(MAPPING) } as const;
    await expect(keepFile(keeping, file)).rejects.toMatchObject({ code: "disk_full" });
    expect(await http.database.sql`select upload_id from reconciliation_parts`).toEqual(before);
    const sent = await upload(http, csvOf(lines.slice(0, 40_000)));
    // Of the two megabytes nothing is left.
    const filler = join(TINY, "filler");
    await writeFile(filler, Buffer.alloc(2_097_152)).catch(() => {});
    const path = `/v1/reconciliations/${sent.body.reconciliationId}`;
    const options = { target: http.database, clock: http.clock };
    expect(await matchNext({ ...options, within: TINY })).toMatchObject({ outcome: "disk_full" });
    expect((await http.get(path)).body).toMatchObject({ status: "waiting", failure: "disk_full", result: null });
    await rm(filler);
    expect(await matchNext(options)).toBeNull();
    // As if the wait were over.
    await http.database.sql`update reconciliations set not_before = null where status = 'waiting'`;
    expect(await matchNext(options)).toMatchObject({ outcome: "done" });
    expect((await http.get(path)).body).toMatchObject({ status: "done", failure: null });
    expect(await readdir(TINY)).toEqual([]);
  },
  120_000,
);
