/**
 * The command, ended by force in each of its stages, and then repeated: the same breaks come out, once. What holds it in a stage is a
 * lock of the database, or a file that has not come to its end; so it is killed there, and nowhere else.
 */
import { type ChildProcess, execFileSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import { copyFile, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../../src/db/connect.ts";
import { inWorkplace } from "../../../src/finance/reconciliation/reading/duckdb.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { lineOf, sellTo } from "../../support/town.ts";
import { command, ended } from "./commands.ts";
import { csvOf, MAPPING } from "./files.ts";

let http: TestHttp;
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mclub-killed-"));
  http = await testHttp();
  for (const number of ["1", "2", "3"]) {
    const receipt = { brand: "mvideo", storeId: "M-1", terminalId: "1", shift: "1", number };
    await sellTo(http, undefined, { receipt, lines: [lineOf("1", 500_00n)] });
  }
  await writeFile(join(folder, "m.json"), JSON.stringify(MAPPING));
}, 120_000);
afterAll(async () => {
  await http.close();
  await rm(folder, { recursive: true, force: true });
});

/** One agrees, one has another amount, one is not here, and one is not there. */
const FILE = csvOf([
  { number: "1", paid: "500.00" },
  { number: "2", paid: "499.00" },
  { number: "77", paid: "1.00" },
]);
const BREAKS = ["1 amount_differs 3", "2 missing_here 4", "3 missing_there null"];

const breaksOf = async (system: string) =>
  (
    await http.database.sql<{ text: string }[]>`
      select concat_ws(' ', b.ordinal, b.kind, coalesce(b.line::text, 'null')) as text
      from reconciliation_breaks b join reconciliations r using (reconciliation_id) where r.system = ${system} order by b.break_id, b.ordinal`
  )
    .map(({ text }) => text)
    .toSorted((a, b) => a.localeCompare(b));
const statusesOf = async (system: string) =>
  (await http.database.sql<{ status: string }[]>`select status from reconciliations where system = ${system}`).map(
    ({ status }) => status,
  );

async function until(what: () => Promise<boolean>): Promise<void> {
  const patience = Date.now() + 90_000;
  while (!(await what())) {
    if (Date.now() > patience) throw new Error("it never came so far");
    await sleep(20);
  }
}

/** A connection of the command's waits for what another one holds. */
const waits = async (name: string): Promise<boolean> =>
  (
    await http.database.sql`select 1 from pg_stat_activity
      where datname = current_database() and application_name = ${name} and wait_event_type = 'Lock'`
  ).length > 0;

async function kill(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  expect((await ended(child)).code).toBeNull();
}

/** Has the command begun, and killed where it waits for a table. */
async function killedAt(held: string, connection: string, file: string, system: string): Promise<void> {
  const holder = connect(http.database, { max: 1 });
  try {
    await holder.begin(async (sql) => {
      await sql`set local idle_in_transaction_session_timeout = 0`;
      await sql.unsafe(`lock table ${held} mode`);
      const child = command({ http, folder }, file, ["--quiet"], system);
      await until(() => waits(connection));
      await kill(child);
    });
  } finally {
    await holder.end({ timeout: 5 });
  }
}

/** Nothing tells it but the file itself: whoever sends it is in the middle of it. */
async function killedReading(file: string, system: string): Promise<void> {
  const whole = `${file}.whole`;
  await rename(file, whole);
  execFileSync("sh", ["-c", `mkfifo '${file}'`]);
  const child = command({ http, folder }, file, ["--quiet"], system);
  const pipe = createWriteStream(file);
  await new Promise<void>((resolve) => pipe.write(FILE.slice(0, 60), () => resolve()));
  const isReading = async () => (await readdir(folder)).some((name) => name.startsWith("mclub-reconciliation-"));
  await until(isReading);
  await kill(child);
  pipe.on("error", () => {});
  pipe.destroy();
  await rm(file);
  await rename(whole, file);
}

describe("killed, and repeated, it comes to the same breaks, once", () => {
  it.each<[string, (file: string, system: string) => Promise<void>, readonly string[]]>([
    ["while it reads the file", killedReading, []],
    [
      "while it keeps the lines",
      (file, system) => killedAt("reconciliation_parts in share", "mclub reconciliation", file, system),
      [],
    ],
    [
      "while it matches",
      (file, system) => killedAt("purchases in access exclusive", "mclub reconciliation", file, system),
      ["waiting"],
    ],
    [
      "while it writes",
      (file, system) => killedAt("reconciliation_breaks in share", "mclub reconciler", file, system),
      ["waiting"],
    ],
  ])(
    "%s",
    async (stage, killed, left) => {
      const system = stage.replaceAll(" ", "-");
      const file = join(folder, `${system}.csv`);
      await writeFile(file, FILE);
      await killed(file, system);
      await until(async () => !(await waits("mclub reconciler")));
      expect(await statusesOf(system)).toEqual(left);
      expect(await breaksOf(system)).toEqual([]);
      for (let time = 0; time < 2; time += 1) {
        expect(await ended(command({ http, folder }, file, ["--quiet"], system))).toMatchObject({ code: 2 });
        expect(await statusesOf(system)).toEqual(["done"]);
        expect(await breaksOf(system)).toEqual(BREAKS);
      }
      await inWorkplace({ within: folder }, async () => {});
      expect((await readdir(folder)).filter((name) => name.startsWith("mclub-reconciliation-"))).toEqual([]);
    },
    180_000,
  );
});

it("the same file under another name, and by two commands beside each other, is one reconciliation", async () => {
  const names = ["one.csv", "another.csv"].map((name) => join(folder, name));
  const [one = "", another = ""] = names;
  await writeFile(one, FILE);
  await copyFile(one, another);
  const both = await Promise.all(names.map((file) => ended(command({ http, folder }, file, ["--quiet"], "beside"))));
  expect(both.map(({ code }) => code)).toEqual([2, 2]);
  expect(both[0]?.text).toBe(both[1]?.text);
  expect(await statusesOf("beside")).toEqual(["done"]);
  expect(await breaksOf("beside")).toEqual(BREAKS);
  await writeFile(one, FILE.replace("499.00", "498.00"));
  await ended(command({ http, folder }, one, ["--quiet"], "beside"));
  expect(await statusesOf("beside")).toEqual(["done", "done"]);
}, 180_000);
