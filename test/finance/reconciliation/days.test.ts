/** Days are written as they are asked for: in files, in mappings and in addresses. What is not is no day, and never another one. */
import { DuckDBInstance } from "@duckdb/node-api";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { csvOf, MAPPING, upload } from "./files.ts";

let http: TestHttp;
beforeAll(async () => {
  http = await testHttp();
}, 120_000);
afterAll(() => http.close());

const sent = (day: string, date?: string) =>
  upload(http, csvOf([{ number: "1", paid: "1.00", day }]), {
    mapping: { ...MAPPING, ...(date === undefined ? {} : { date }) },
  });

const WRONG: readonly [string, string?][] = [
  ["infinity"],
  ["-infinity"],
  ["epoch"],
  ["today"],
  ["2026-3-2"],
  ["2026-02-29"],
  ["0000-01-01"],
  ["2026-03-021"],
  ["2026-03-02 (BC)"],
  ["0044-03-15 BC (BC)"],
  ["infinity", "%d.%m.%Y"],
  ["-infinity", "%d.%m.%Y %H:%M"],
  ["2.3.2026", "%d.%m.%Y"],
  ["02.03.26", "%d.%m.%Y"],
  ["29.02.2025", "%d.%m.%Y"],
  ["2026032", "%Y%m%d"],
];
const RIGHT: readonly [string, string?][] = [
  ["2026-03-02"],
  ["2026-03-02T12:00:00+03:00"],
  ["2026-03-02 12:00"],
  ["0001-01-01"],
  ["02.03.2026", "%d.%m.%Y"],
  ["2.3.2026", "%-d.%-m.%Y"],
  ["02.03.2026", "%-d.%-m.%Y"],
  ["02.03.26 12:05", "%d.%m.%y %H:%M"],
  ["20260302", "%Y%m%d"],
  ["02 Mar 2026 07:05 PM", "%d %b %Y %I:%M %p"],
];

describe("a line of a file", () => {
  it.each(WRONG)("has no day that is %s, by the format %s", async (day, date?: string) => {
    expect(await sent(day, date)).toMatchObject({
      status: 422,
      body: { code: "file_unreadable", errors: [{ path: "line 2, day" }] },
    });
  });
  it.each(RIGHT)("may have the day %s, by the format %s", async (day, date?: string) => {
    expect(await sent(day, date)).toMatchObject({ status: 202 });
  });

  it("of Parquet has none of its special days either", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mclub-days-"));
    try {
      const instance = await DuckDBInstance.create(":memory:");
      const db = await instance.connect();
      const path = join(folder, "days.parquet");
      const day = "unnest(['infinity', '-infinity', '0044-03-15 (BC)', '2026-03-02'])::date as day";
      await db.run(`copy (select 'n' as number, 'M-1' as store, '1.00' as paid, ${day}) to '${path}' (format parquet)`);
      db.closeSync();
      instance.closeSync();
      const mapping = { columns: { number: "number", store: "store", day: "day", paid: "paid" } };
      const media = "application/vnd.apache.parquet";
      expect(await upload(http, new Uint8Array(await readFile(path)), { mapping, media })).toMatchObject({
        status: 422,
        body: { errors: [{ path: "line 1, day" }, { path: "line 2, day" }, { path: "line 3, day" }] },
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe("a format", () => {
  it.each(["%e %b %Y", "%-y", "%d.%m", "%H:%M", "%d", "%d.%d.%Y", "%d.%m.%Y %y", "%m %b %d %Y"])(
    "that is no date is refused: %s",
    async (date) => {
      const answer = await sent("2026-03-02", date);
      expect([400, 422]).toContain(answer.status);
      expect(answer.body).toMatchObject({ errors: [{ path: expect.stringMatching(/mapping/) as unknown }] });
    },
  );
});

describe("a day in an address", () => {
  it.each(["infinity", "-infinity", "today", "epoch", "2026-3-2", "2026-02-29", "0000-01-01", "0044-03-15 BC", ""])(
    "is written 2026-03-02, and not %s",
    async (day) => {
      for (const query of [{ from: day }, { to: day }]) {
        expect(await upload(http, csvOf([{ number: "1", paid: "1.00" }]), { query })).toMatchObject({
          status: 400,
          body: { errors: [{ path: Object.keys(query)[0] }] },
        });
      }
    },
  );
});
