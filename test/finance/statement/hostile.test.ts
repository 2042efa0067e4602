/** Whatever was typed stays a text: in the printed statement, on the page of costs, in files and in sheets. */
import { strFromU8, unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pageOfCosts } from "../../../src/finance/costs/page.tsx";
import type { CostReport } from "../../../src/finance/costs/report.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { lineOf, sellTo } from "../../support/town.ts";
import { Adjusting } from "../adjustments/asks.ts";
import { settled } from "../exports/settled.ts";
import { by, Settling } from "../settlement/settling.ts";

const HOSTILE = `"'></title></style></script><script>alert(1)</script><img src=x onerror=alert(1)>&`;
const FORMULA = "=HYPERLINK(1)";

/** Tags of a page, by their names. */
const tagsOf = (page: string) => new Set([...page.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, name = ""]) => name));

/** What has got out of a text: tags that no page has, ends that no beginning has. */
function escapedIn(page: string): string[] {
  const ends = ["title", "style"].filter((name) => page.split(`</${name}>`).length !== page.split(`<${name}>`).length);
  return [...ends, ...["script", "img"].filter((name) => tagsOf(page).has(name))];
}

const timesShown = (page: string): number => page.split("&lt;script&gt;alert(1)&lt;/script&gt;").length - 1;

let http: TestHttp;
let finance: Settling;
beforeAll(async () => {
  http = await testHttp();
  finance = await Settling.of(http);
}, 120_000);
afterAll(() => http.close());

it("a statement has names, reasons and references as texts", async () => {
  const member = await http.newMember();
  await http.give(member, 900_00n);
  await finance.sell(member, "eldorado", "E-1", 500_00n, 80_00n);
  await http.put("/v1/brands/eldorado", { name: HOSTILE, legalEntity: HOSTILE });
  finance.moveTo("2026-04-01");
  await finance.close("2026-03");
  const { settlementId: id } = await finance.settled("2026-03");
  const post = (action: string, body: object, staffId: string) =>
    http.post(`/v1/settlements/${id}/${action}`, body, { key: finance.key, headers: by(staffId) });
  expect((await post("agree", { entity: "mvideo", reason: HOSTILE }, "anna-1")).status).toBe(202);
  expect((await post("agree", { entity: "eldorado", reason: HOSTILE }, "boris-2")).status).toBe(200);
  expect((await post("paid", { reference: HOSTILE, paidOn: "2026-04-01" }, "vera-3")).status).toBe(200);
  const page = await finance.page(id);
  expect([escapedIn(page), timesShown(page) >= 8]).toEqual([[], true]);
});

const sums = {
  adjustments: 1,
  reversals: 0,
  members: 1,
  credited: "10.00",
  debited: "0.00",
  undone: "0.00",
  cost: "10.00",
};
const name = { ru: HOSTILE, en: HOSTILE };
const COSTS: CostReport = {
  mark: "1",
  entity: HOSTILE,
  from: null,
  to: null,
  total: sums,
  byEntity: [{ entity: "hostile", ...sums }],
  byCategory: [{ code: HOSTILE, name, ...sums }],
  byReason: [{ code: HOSTILE, name, category: HOSTILE, ...sums }],
  byMonth: [{ month: "2026-03", category: HOSTILE, ...sums }],
  byIncident: [{ incident: HOSTILE, ...sums }],
  paidTwice: {
    pairs: 1,
    bySeveralReasons: 1,
    more: "5.00",
    items: [
      {
        memberId: `mbr_${"0".repeat(32)}`,
        incident: HOSTILE,
        times: 2,
        reasons: [HOSTILE, HOSTILE],
        amount: "10.00",
        more: "5.00",
      },
    ],
  },
};

it.each(["ru", "en"] as const)("the page of costs in %s has names, codes and incidents as texts", (language) => {
  const page = pageOfCosts(COSTS, language, new Map([["hostile", HOSTILE]]));
  expect([escapedIn(page), timesShown(page) >= 9]).toEqual([[], true]);
});

describe("a value that looks like a formula", () => {
  const file = async (question: string) => {
    await settled(http.database);
    const headers = { authorization: `Bearer ${finance.key}` };
    const answer = await http.app.request(`/v1/exports/categories?${question}`, { headers });
    expect(answer.status).toBe(200);
    return new Uint8Array(await answer.arrayBuffer());
  };

  it("stands in a file as it was given, and in a sheet as a text", async () => {
    await sellTo(http, await http.newMember(), { lines: [{ ...lineOf("1", 1_000_00n), category: FORMULA }] });
    expect(strFromU8(await file("format=csv"))).toContain(`,${FORMULA},`);
    const parts = unzipSync(await file("format=xlsx"));
    const sheet = strFromU8(parts["xl/worksheets/sheet1.xml"] ?? new Uint8Array());
    expect(sheet).not.toContain("<f>");
    expect(strFromU8(parts["xl/sharedStrings.xml"] ?? new Uint8Array())).toContain(FORMULA);
  });
});

it("settlements and adjustments are given as sheets too, with totals", async () => {
  const adjusting = new Adjusting(http, finance.key);
  await adjusting.staff("anna-1");
  expect((await adjusting.ask(await http.newMember())).status).toBe(201);
  await settled(http.database);
  for (const [kind, total] of [
    ["settlement", "80"],
    ["adjustments", "100"],
  ] as const) {
    const headers = { authorization: `Bearer ${finance.key}` };
    const answer = await http.app.request(`/v1/exports/${kind}?format=xlsx`, { headers });
    expect([kind, answer.status]).toEqual([kind, 200]);
    const sheet = strFromU8(
      unzipSync(new Uint8Array(await answer.arrayBuffer()))["xl/worksheets/sheet1.xml"] ?? new Uint8Array(),
    );
    const last = sheet.split("<row ").at(-1) ?? "";
    expect(last).toContain(`<v>${total}</v>`);
  }
});
