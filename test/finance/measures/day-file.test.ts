/** The file of a day: written whole or not at all, the same whenever it is written again, and nothing that comes late is missed. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ledgerItself, submitOwn } from "../../../src/engine/group/submit.ts";
import { FileRefused } from "../../../src/engine/exporting/whole-file.ts";
import { MEASURES_VERSION } from "../../../src/finance/measures/export.ts";
import { dayMeasurement } from "../../../src/finance/measures/day-measurement.ts";
import { writeDayFile } from "../../../src/finance/measures/day-file.ts";
import { figureFollower } from "../../../src/finance/measures/kept.ts";
import { periodClose } from "../../../src/finance/periods/close.ts";
import { parseAmount } from "../../../src/kernel/amount.ts";
import { HAPPENS, type TransferEvent } from "../../../src/ledger/transfer.ts";
import { ManualClock } from "../../../src/kernel/clock.ts";
import { openService, type Service } from "../../../src/service.ts";
import { followToEnd, forgetBy } from "../../support/following.ts";
import { KEY_TEXTS, TEST_KEYS } from "../../support/keys.ts";
import { answerOf, ask, testLedger, type TestLedger, TILL } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { DAY_MS, liveThrough, sellTo } from "../../support/town.ts";
import { liveAtRandom } from "./life.ts";
import { modelOf } from "./model.ts";

let ledger: TestLedger;
let folder: string;
beforeAll(async () => {
  ledger = await testLedger();
  await liveThrough(ledger);
  await liveAtRandom(ledger, 5, 80);
  folder = mkdtempSync(join(tmpdir(), "measures-"));
}, 120_000);
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await ledger.close();
});

const write = (
  day: string,
  {
    into = folder,
    format = "csv" as const,
    service = ledger.service,
  }: Partial<{ into: string; format: "csv" | "jsonl"; service: Service }> = {},
) => writeDayFile({ ledger: ledgerItself(service), exporter: service.exporter, day, folder: into, format });
const today = () => new Date(ledger.clock.now() + 3 * 3_600_000).toISOString().slice(0, 10);
const daysFrom = (day: string, days: number) => new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
const yesterday = () => daysFrom(today(), -1);
const text = (name: string, into = folder) => readFileSync(join(into, name), "utf8");

const rowsOf = (csv: string) => {
  const [head = "", ...lines] = csv.trimEnd().split("\n");
  const names = head.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((value, index) => [names[index] ?? "", value])));
};
const minor = (value: string) => {
  if (!value.includes(".")) return BigInt(value);
  return value.startsWith("-") ? -parseAmount(value.slice(1)) : parseAmount(value);
};

/** What the model says of a row. */
async function expectModel(csv: string): Promise<number> {
  const figures = await modelOf(ledger.database, (event) => HAPPENS[event as TransferEvent] === "when_due");
  const levels = new Set(["members", "members_shared", "liability", "debt"]);
  const rows = rowsOf(csv);
  for (const { version, day = "", brand = "", ...told } of rows) {
    expect(version).toBe(`${MEASURES_VERSION}`);
    for (const [figure, value] of Object.entries(told)) {
      let sum = 0n;
      for (const [key, each] of figures) {
        const [entity = "", on = "", name = ""] = key.split(" ");
        const isOwn = brand === "" && !figure.startsWith("members") ? entity !== "" : entity === brand;
        if (name === figure && isOwn && (levels.has(figure) ? on <= day : on === day)) sum += each;
      }
      expect(minor(value), `${day} ${brand} ${figure}`).toBe(sum);
    }
  }
  return rows.length;
}

describe("the file of a day", () => {
  it("has what a model says of each day and brand, and what it adds up to stands beside it", async () => {
    const beside = await write(yesterday());
    const csv = text(`measures-${yesterday()}.csv`);
    expect(await expectModel(csv)).toBe(beside.rows);
    expect(beside.rows).toBeGreaterThan(30);
    expect(beside.sha256).toBe(createHash("sha256").update(csv).digest("hex"));
    expect(JSON.parse(text(`measures-${yesterday()}.csv.json`))).toEqual(beside);
    for (const [column, sum] of Object.entries(beside.sums)) {
      expect(minor(sum), column).toBe(rowsOf(csv).reduce((total, row) => total + minor(row[column] ?? "0.00"), 0n));
    }
    expect(readdirSync(folder).filter((name) => name.includes(".partial"))).toEqual([]);
  }, 60_000);

  it("is the same byte for byte when it is written again, elsewhere, by another process, later, before and after it was counted", async () => {
    const day = yesterday();
    const first = text(`measures-${day}.csv`);
    const other = await openService({ target: ledger.database, clock: ledger.clock, personal: TEST_KEYS, lanes: 1 });
    const into = join(folder, "elsewhere");
    mkdirSync(into);
    await liveAtRandom(ledger, 6, 60);
    const writeBoth = async () => {
      await Promise.all([write(day, { into }), write(day, { into, service: other })]);
      expect(text(`measures-${day}.csv`, into)).toBe(first);
      expect(text(`measures-${day}.csv.json`, into)).toBe(text(`measures-${day}.csv.json`));
    };
    await writeBoth();
    await followToEnd(ledger.database, figureFollower);
    await writeBoth();
    await other.close();
    const marks = await ledger.database
      .sql`select 1 from operations where name = 'day-measurement' and answer->>'day' = ${day}`;
    expect(marks).toHaveLength(1);
  }, 60_000);

  it("of two processes that write it for the first time at once is one file", async () => {
    ledger.clock.moveTo(ledger.clock.now() + DAY_MS);
    await sellTo(ledger, undefined);
    ledger.clock.moveTo(ledger.clock.now() + DAY_MS);
    const other = await openService({ target: ledger.database, clock: ledger.clock, personal: TEST_KEYS, lanes: 1 });
    const both = await Promise.all([write(yesterday()), write(yesterday(), { service: other })]);
    expect(both[0]).toEqual(both[1]);
    await other.close();
  });

  it("says the same as JSON lines", async () => {
    const day = yesterday();
    await write(day, { format: "jsonl" });
    const lines = text(`measures-${day}.jsonl`)
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(
      lines.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [name, typeof value === "number" ? String(value) : (value ?? "")]),
        ),
      ),
    ).toEqual(rowsOf(text(`measures-${day}.csv`)));
  });

  it("has the days anew that have changed since the file before, until they are closed for good", async () => {
    const close = async (month: string) => {
      for (const staffId of ["anna-1", "boris-2"]) {
        answerOf(
          await ledger.ask(
            periodClose,
            { reason: "all is in" },
            { actor: { ...TILL, brand: null, staffId }, params: { month } },
          ),
        );
      }
    };
    const monthOf = (day: string) => day.slice(0, 7);
    const first = today();
    while (monthOf(today()) === monthOf(first)) ledger.clock.moveTo(ledger.clock.now() + DAY_MS);
    const [row] = await ledger.database.sql<{ open: string }[]>`select open_from::text as open from books`;
    const open = row?.open ?? "";
    for (let month = monthOf(open); month < monthOf(today()); month = daysFrom(`${month}-28`, 5).slice(0, 7)) {
      await close(month);
    }
    const dayOfClose = today();
    ledger.clock.moveTo(ledger.clock.now() + DAY_MS);
    const final = await write(dayOfClose);
    expect(final.from, "what was closed on that very day is told a last time").toBe(open);
    await expectModel(text(final.file));
    ledger.clock.moveTo(ledger.clock.now() + DAY_MS);
    const after = await write(yesterday());
    expect(after.from).toBe(`${monthOf(dayOfClose)}-01`);
    expect(rowsOf(text(after.file)).every(({ day = "" }) => day >= after.from!)).toBe(true);
    await expectModel(text(after.file));
  }, 60_000);

  it("counts on the first open day what a process posts whose clock is behind the close", async () => {
    const clock = new ManualClock(Date.parse(`${daysFrom(`${today().slice(0, 7)}-01`, -1)}T12:00:00+03:00`));
    const late = await openService({ target: ledger.database, clock, personal: TEST_KEYS, lanes: 1 });
    await sellTo({ ...ledger, clock, ask: (...asked) => ask(late, ...asked) }, undefined);
    await late.close();
    await expectModel(text((await write(yesterday())).file));
    ledger.clock.moveTo(ledger.clock.now() + DAY_MS);
    const beside = await write(yesterday());
    await expectModel(text(beside.file));
    await followToEnd(ledger.database, figureFollower);
    expect((await expectProof(ledger)).holds).toBe(true);
  }, 60_000);

  it("is of closed days as they are kept: nobody changes those, and they are the same made anew", async () => {
    const { sql } = ledger.database;
    const kept = () => sql`select * from daily_figures order by entity, day, figure`;
    const before = await kept();
    const closed = sql`update daily_figures set value = value + 1 where day = '2026-03-02'`;
    await expect(closed).rejects.toMatchObject({ code: "23001" });
    await expect(sql`delete from daily_figures where day = '2026-03-02'`).rejects.toMatchObject({ code: "23001" });
    const added = sql`insert into daily_figures (entity, day, figure, value) values ('mvideo', '2026-03-02', 'debt', 1)`;
    await expect(added).rejects.toMatchObject({ code: "23001" });
    expect(await forgetBy(ledger.database, figureFollower)).toBe(true);
    expect(await kept()).toEqual([]);
    await followToEnd(ledger.database, figureFollower, 29);
    expect(await kept()).toEqual(before);
  }, 60_000);

  it("is refused of a day that is not over, and leaves nothing", async () => {
    const before = readdirSync(folder);
    await expect(write(today())).rejects.toMatchObject({ code: "unprocessable_request" });
    expect(readdirSync(folder)).toEqual(before);
    expect((await submitOwn(ledger.service, dayMeasurement, { day: today() })).kind).toBe("stale");
  });

  it("leaves what was there where it cannot be written", async () => {
    const into = join(folder, "full");
    mkdirSync(into);
    await write(yesterday(), { into });
    const before = readdirSync(into).map((name) => text(name, into));
    await expect(write(yesterday(), { into: join(into, "nowhere") })).rejects.toThrow(FileRefused);
    expect(readdirSync(into).map((name) => text(name, into))).toEqual(before);
  });

  it("is written by a command as well, which says what is wrong", async () => {
    const into = join(folder, "by-command");
    mkdirSync(into);
    const env = { ...process.env, ...KEY_TEXTS, DATABASE_URL: ledger.database.url, MCLUB_CLOCK: "system" };
    const run = (...words: string[]) => {
      const child = spawnSync(process.execPath, ["--import", "tsx", "src/cli/measures.ts", ...words], { env });
      return { status: child.status, out: child.stdout.toString(), err: child.stderr.toString() };
    };
    const day = "2026-03-05";
    const written = await write(day);
    expect(run("--folder", into, "--day", day)).toMatchObject({ status: 0, err: "" });
    expect(text(written.file, into)).toBe(text(written.file));
    expect(run("--day", day)).toMatchObject({ status: 1, err: expect.stringContaining("--folder <dir>") as unknown });
    expect(run("--folder", join(into, "nowhere"), "--day", day)).toMatchObject({ status: 1 });
    expect(run("--folder", into, "--day", "2099-01-01").err).toContain("2099-01-01 is not over");
    expect(run("--folder", into, "--day", "yesterday")).toMatchObject({ status: 1 });
    expect(run("--folder", into, "--whatever")).toMatchObject({ status: 1, out: "" });
  }, 90_000);
});
