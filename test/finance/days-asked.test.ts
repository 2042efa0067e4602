/** The first and the last days and months that there are, and what is none, asked of all that takes a day or a month. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "@hono/zod-openapi";
import { formatsOf } from "../../src/engine/exporting/formats.ts";
import { CalendarDate, CalendarMonth } from "../../src/kernel/calendar.ts";
import { allExports, modules } from "../../src/modules.ts";
import { testHttp, type TestHttp } from "../support/http.ts";
import { liveThrough } from "../support/town.ts";

let http: TestHttp;
beforeAll(async () => {
  http = await testHttp();
  await liveThrough(http);
}, 120_000);
afterAll(() => http.close());

interface Asked {
  readonly path: string;
  readonly fields: readonly string[];
}

/** How days and months are named where they are asked for. */
const DAYS = ["from", "to", "asOf"];
const MONTHS = ["month"];

const fieldsOf = (query: unknown): readonly string[] => Object.keys((query as z.ZodObject | undefined)?.shape ?? {});
const dated = (query: unknown) => fieldsOf(query).filter((name) => [...DAYS, ...MONTHS].includes(name));

/** Lines and columns are made of the same text as these. */
const FORMATS = ["csv", "xlsx", "xml"] as const;

const files: readonly Asked[] = allExports.flatMap((asked) => [
  ...FORMATS.filter((format) => formatsOf(asked).includes(format)).map((format) => ({
    path: `/v1/exports/${asked.name}?entity=mvideo&format=${format}`,
    fields: dated(asked.query),
  })),
  { path: `/v1/exports/${asked.name}/totals?entity=mvideo`, fields: dated(asked.query) },
]);
/** But for those that take instants, not days: they are of members. */
const reads: readonly Asked[] = modules
  .flatMap(({ reads: own }) => own)
  .filter(({ http: { path } }) => !path.startsWith("/v1/members") && !path.startsWith("/v1/accesses"))
  .map(({ http: { path }, query }) => ({ path: `${path}?`, fields: dated(query) }))
  .filter(({ fields }) => fields.length > 0);
const ASKED: readonly Asked[] = [...files, ...reads];

const takes = (name: string) => ASKED.filter(({ fields }) => fields.includes(name));

/** Whether there is such a day. */
const EDGES_OF_DAYS: readonly (readonly [string, boolean])[] = [
  ["0000-01-01", false],
  ["0000-02-29", false],
  ["0000-12-31", false],
  ["0001-01-01", true],
  ["0004-02-29", true],
  ["0099-12-31", true],
  ["0100-02-29", false],
  ["1900-02-29", false],
  ["2000-02-29", true],
  ["2026-02-30", false],
  ["2026-04-31", false],
  ["9999-12-31", true],
  ["10000-01-01", false],
  ["+10000-01-01", false],
  ["-0001-01-01", false],
  ["infinity", false],
  ["now", false],
  ["today", false],
  ["epoch", false],
  ["2026-3-1", false],
  ["2026-03-01 BC", false],
  ["２０２６-03-01", false],
  ["", false],
];
const EDGES_OF_MONTHS: readonly (readonly [string, boolean])[] = [
  ["0000-01", false],
  ["0000-12", false],
  ["0001-01", true],
  ["0099-02", true],
  ["2026-00", false],
  ["2026-13", false],
  ["9999-12", true],
  ["10000-01", false],
  ["2026-3", false],
  ["infinity", false],
  ["", false],
];
const EDGES = new Map([
  ...DAYS.map((name) => [name, EDGES_OF_DAYS] as const),
  ...MONTHS.map((name) => [name, EDGES_OF_MONTHS] as const),
]);

/** Read to its end: a file may break off after its first bytes. */
async function statusOf(path: string): Promise<readonly [string, number, unknown]> {
  const answer = await http.app.request(path, { headers: { authorization: `Bearer ${http.adminKey}` } });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const { status } = answer;
  return [path, status, status === 200 ? undefined : (JSON.parse(bytes.toString()) as { code: string }).code];
}

describe("all that takes a day or a month", () => {
  it("is known here", () => {
    expect(files.every(({ fields }) => fields.length > 0)).toBe(true);
    expect(reads.map(({ path }) => path)).toEqual([
      "/v1/measures?",
      "/v1/adjustment-costs?",
      "/v1/adjustment-costs/page?",
    ]);
  });

  it.each([...DAYS, ...MONTHS])(
    "answers %s where there is such a day, and refuses it in words where there is none",
    async (name) => {
      for (const [value, exists] of EDGES.get(name) ?? []) {
        for (const { path } of takes(name)) {
          const asked = `${path}&${name}=${encodeURIComponent(value)}`;
          expect(await statusOf(asked)).toEqual(exists ? [asked, 200, undefined] : [asked, 400, "invalid_request"]);
        }
      }
    },
    300_000,
  );

  it.each([
    ["from=9999-12-31&to=0001-01-01", 422],
    ["from=2026-03-02&to=2026-03-01", 422],
    ["month=0001-01&from=0001-01-01", 422],
    ["month=9999-12&to=9999-12-31", 422],
    ["from=0001-01-01&to=9999-12-31", 200],
    ["from=9999-12-31&to=9999-12-31", 200],
    ["from=0001-01-01&to=0001-01-01", 200],
    ["to=9999-12-31", 200],
    ["from=9999-12-31", 200],
  ])("takes or refuses %s", async (query, status) => {
    for (const { path } of takes("from")) {
      const asked = `${path}&${query}`;
      expect(await statusOf(asked)).toEqual([asked, status, status === 200 ? undefined : "unprocessable_request"]);
    }
  });

  it("tells measures day by day to the last day that there is", async () => {
    for (const month of ["0001-01", "0099-02", "9999-12"]) {
      const { status, body } = await http.get<{ items: { day: string; brand: string | null }[] }>(
        `/v1/measures?month=${month}&by=day`,
      );
      expect([month, status]).toEqual([month, 200]);
      const days = body.items.filter(({ brand }) => brand === null).map(({ day }) => day);
      expect([days[0], days.at(-1)]).toEqual([`${month}-01`, `${month}-${month === "0099-02" ? 28 : 31}`]);
    }
  });

  it("takes a month of a year below a hundred for that month", async () => {
    const { mark } = (await http.get<{ mark: string }>("/v1/exports/journal/totals")).body;
    const opening = async (query: string) =>
      (await http.get<unknown>(`/v1/exports/liability/totals?mark=${mark}&${query}`)).body;
    expect(await opening("month=0026-03")).toEqual(await opening("from=0026-03-01&to=0026-03-31"));
  });
});

describe("operations on months", () => {
  const headers = { "x-staff-id": "anna-1" };
  const refusal = async (path: string, body: unknown) => {
    const { status, body: told } = await http.post<{ code: string }>(path, body, { headers });
    return `${status} ${told.code}`;
  };

  it.each([
    ["close", "9999-12", "409 period_not_over"],
    ["close", "0099-02", "409 period_out_of_order"],
    ["reopen", "9999-12", "409 period_out_of_order"],
    ["reopen", "0001-01", "409 period_settled"],
  ])("%s, of %s, is %s", async (action, month, expected) => {
    expect(await refusal(`/v1/periods/${month}/${action}`, { reason: "all is in" })).toBe(expected);
  });

  it("refuse what is no month, in words", async () => {
    for (const [month] of EDGES_OF_MONTHS.filter(([value, exists]) => !exists && value !== "")) {
      for (const action of ["close", "reopen"]) {
        const refused = await refusal(`/v1/periods/${month}/${action}`, { reason: "all is in" });
        expect([month, refused]).toEqual([month, "400 invalid_request"]);
      }
      const settled = await refusal("/v1/settlements", { from: month, to: month });
      expect([month, settled]).toEqual([month, "400 invalid_request"]);
    }
  });

  it.each(["0001-01", "9999-12"])("settle %s no sooner than others", async (month) => {
    expect(await refusal("/v1/settlements", { from: month, to: month })).toMatch(/^409 |^422 /);
  });
});

describe("a day and a month", () => {
  it("are read where there is such", () => {
    expect(EDGES_OF_DAYS.filter(([value, exists]) => CalendarDate.safeParse(value).success !== exists)).toEqual([]);
    expect(EDGES_OF_MONTHS.filter(([value, exists]) => CalendarMonth.safeParse(value).success !== exists)).toEqual([]);
  });
});
