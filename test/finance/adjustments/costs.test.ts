/** What adjustments have cost: as figures, as a file, as a page; by the same books as the trial balance and the liability. */
import { writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stepFor } from "../../../src/finance/costs/chart.tsx";
import { readable } from "../../../src/finance/costs/texts.ts";
import { turnoverFollower } from "../../../src/finance/turnovers/turnovers.ts";
import type { MemberId } from "../../../src/kernel/ids.ts";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { unmerge } from "../../../src/members/joining/parting/unmerge.ts";
import { followToEnd } from "../../support/following.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { answerOf } from "../../support/ledger.ts";
import { sellTo } from "../../support/town.ts";
import { Adjusting } from "./asks.ts";

let http: TestHttp;
let finance: string;
let ofMvideo: string;
let adjusting: Adjusting;
let one: MemberId;
let two: MemberId;
let mergeId: string;

beforeAll(async () => {
  http = await testHttp();
  finance = await http.newKey(["finance"]);
  ofMvideo = await http.newKey(["finance"], "mvideo");
  adjusting = new Adjusting(http, finance);
  await adjusting.staff("anna-1");
  await adjusting.staff("boris-2");
  [one, two] = [await http.newMember(), await http.newMember()];
  // March: an outage for which one member is paid by two reasons, and two who turn out to be one are paid by one.
  await adjusting.ask(one, { amount: "500.00", incident: "INC-1" });
  await adjusting.ask(one, { amount: "300.00", incident: "INC-1", reason: "service_complaint" });
  await adjusting.ask(one, { amount: "90.00", incident: "INC-2" });
  await adjusting.ask(two, { amount: "80.00", incident: "INC-2" });
  await adjusting.ask(two, { amount: "70.00", incident: "INC-3", brand: "eldorado" });
  await adjusting.ask(one, { amount: "25.00", reason: "goodwill", incident: undefined });
  const merged = answerOf(await http.ask(merge, { memberIds: [one, two], reason: "one card" })) as { mergeId: string };
  ({ mergeId } = merged);
  // April: one that is spent and undone, one that is taken, one of much, and one that waits.
  http.clock.moveTo(Date.parse("2026-04-10T12:00:00+03:00"));
  const other = await http.newMember();
  const wrong = await adjusting.ask(other, { amount: "200.00", incident: "INC-4" });
  await sellTo(http, other, { spend: 150_00n });
  await adjusting.change(wrong.body.adjustmentId, "reverse");
  await adjusting.ask(one, { amount: "60.00", direction: "debit", reason: "fraud_recovery", incident: "INC-5" });
  const much = await adjusting.ask(other, { amount: "4000.00", incident: "INC-4", reason: "missing_bonuses" });
  await adjusting.change(much.body.adjustmentId, "approve", { staff: "boris-2" });
  await adjusting.ask(other, { amount: "9000.00", incident: "INC-4" });
}, 120_000);
afterAll(() => http.close());

interface Sums {
  readonly cost: string;
  readonly adjustments: number;
}
interface Costs {
  readonly mark: string;
  readonly total: Sums & { readonly credited: string; readonly debited: string; readonly members: number };
  readonly byReason: readonly (Sums & { readonly code: string })[];
  readonly byCategory: readonly (Sums & { readonly code: string; readonly name: object })[];
  readonly byMonth: readonly (Sums & { readonly month: string; readonly category: string })[];
  readonly byEntity: readonly (Sums & { readonly entity: string })[];
  readonly byIncident: readonly (Sums & { readonly incident: string })[];
  readonly paidTwice: {
    readonly pairs: number;
    readonly bySeveralReasons: number;
    readonly more: string;
    readonly items: readonly object[];
  };
}
/** Other tests write on the same server: nothing counts behind what they have under way. */
async function untilCounted(): Promise<void> {
  for (const patience = Date.now() + 20_000; Date.now() < patience; ) {
    const [row] = await http.database.sql<{ counted: boolean }[]>`
      select pg_snapshot_xmin(pg_current_snapshot())::text::bigint > max(position) as counted from operations`;
    if (row?.counted === true) return;
    await sleep(20);
  }
  throw new Error("something is under way for twenty seconds");
}
const costs = async (query = "", key = finance) => {
  await untilCounted();
  const { mark: _mark, ...told } = (await http.get<Costs>(`/v1/adjustment-costs?${query}`, { key })).body;
  return told;
};
const file = async (path: string, key = finance) => {
  await untilCounted();
  const answer = await http.app.request(`/v1/exports/${path}`, { headers: { authorization: `Bearer ${key}` } });
  return { mark: answer.headers.get("mclub-mark") ?? "", text: await answer.text() };
};
const rowsOf = (text: string): Record<string, string>[] => {
  const [names = [], ...rows] = text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ""])));
};
const minor = (amount = "0.00") => BigInt(amount.replace(".", ""));

describe("the cost of incidents", () => {
  it("is told by category, reason, entity, month and incident; what was undone has cost nothing", async () => {
    const { total, byCategory, byReason, byEntity, byMonth, byIncident } = await costs();
    expect(total).toMatchObject({
      credited: "5265.00",
      debited: "60.00",
      undone: "200.00",
      cost: "5005.00",
      adjustments: 9,
      reversals: 1,
      members: 2,
    });
    expect(byCategory.map(({ code, cost }) => [code, cost])).toEqual([
      ["technical_error", "4000.00"],
      ["service_failure", "1040.00"],
      ["goodwill", "25.00"],
      ["fraud", "-60.00"],
    ]);
    expect(byCategory[0]?.name).toEqual({ ru: "Техническая ошибка", en: "Technical error" });
    expect(byReason.map(({ code, cost, adjustments }) => [code, cost, adjustments])).toEqual([
      ["missing_bonuses", "4000.00", 1],
      ["late_delivery", "740.00", 5],
      ["service_complaint", "300.00", 1],
      ["goodwill", "25.00", 1],
      ["fraud_recovery", "-60.00", 1],
    ]);
    expect(byEntity.map(({ entity, cost }) => [entity, cost])).toEqual([
      ["mvideo", "4935.00"],
      ["eldorado", "70.00"],
    ]);
    expect(byMonth.map(({ month, category, cost }) => [month, category, cost])).toEqual([
      ["2026-03", "goodwill", "25.00"],
      ["2026-03", "service_failure", "1040.00"],
      ["2026-04", "fraud", "-60.00"],
      ["2026-04", "service_failure", "0.00"],
      ["2026-04", "technical_error", "4000.00"],
    ]);
    expect(byIncident.map(({ incident, cost }) => [incident, cost])).toEqual([
      ["INC-4", "4000.00"],
      ["INC-1", "800.00"],
      ["INC-2", "170.00"],
      ["INC-3", "70.00"],
      ["INC-5", "-60.00"],
    ]);
    expect((await costs("month=2026-03")).total.cost).toBe("1065.00");
    expect((await costs("from=2026-04-01")).total.cost).toBe("3940.00");
    expect(await costs("month=2025-01")).toMatchObject({ total: { cost: "0.00", adjustments: 0 }, byReason: [] });
  });

  it("names what was paid twice: to one member for one incident, by one reason or by several", async () => {
    const { paidTwice } = await costs();
    expect(paidTwice).toMatchObject({
      pairs: 2,
      bySeveralReasons: 1,
      more: "380.00",
      items: [
        {
          incident: "INC-1",
          times: 2,
          reasons: ["late_delivery", "service_complaint"],
          amount: "800.00",
          more: "300.00",
        },
        { incident: "INC-2", times: 2, reasons: ["late_delivery"], amount: "170.00", more: "80.00" },
      ],
    });
    expect((await costs("month=2026-04")).paidTwice).toMatchObject({ pairs: 0, more: "0.00", items: [] });
  });

  it("is what the accounts of the reasons have in the trial balance, and what the liability was adjusted by", async () => {
    const look = async () => {
      for (const query of ["", "month=2026-03", "month=2026-04", "entity=eldorado"]) {
        const { byReason, total } = await costs(query);
        const accounts = new Map<string, bigint>();
        for (const row of rowsOf((await file(`trial-balance?${query}`)).text)) {
          const [family, reason = ""] = (row["account"] ?? "").split(":");
          if (family !== "adjustment") continue;
          const net = minor(row["debit"]) - minor(row["credit"]);
          accounts.set(reason, (accounts.get(reason) ?? 0n) + net);
        }
        for (const [reason, net] of accounts) {
          expect(minor(byReason.find(({ code }) => code === reason)?.cost), `${query} ${reason}`).toBe(net);
        }
        const rows = rowsOf((await file(`liability?${query}`)).text);
        const adjusted = rows.reduce((sum, row) => sum + minor(row["adjusted"]), 0n);
        // What nothing covered when an adjustment was undone is owed, and no liability.
        const [owed] = await http.database.sql<{ sum: bigint }[]>`
          select coalesce(sum(amount), 0)::bigint as sum from transfers where event = 'credit_reversal' and debit = 'debt'`;
        const isOfApril = query === "" || query === "month=2026-04";
        expect(adjusted - (isOfApril ? (owed?.sum ?? 0n) : 0n), query).toBe(minor(total.cost));
      }
    };
    await look();
    await followToEnd(http.database, turnoverFollower);
    await look();
  });

  it("of one brand is shown to a client of that brand", async () => {
    const own = await costs("", ofMvideo);
    expect(own.byEntity.map(({ entity }) => entity)).toEqual(["mvideo"]);
    expect(own).toEqual(await costs("entity=mvideo"));
    expect((await http.get("/v1/adjustment-costs?entity=eldorado", { key: ofMvideo })).status).toBe(403);
    expect((await http.get("/v1/adjustment-costs", { key: await http.newKey(["support"]) })).status).toBe(403);
  });
});

describe("the file of adjustments", () => {
  it("has a row for each, with how often the incident was paid to whoever is one member", async () => {
    const rows = rowsOf((await file("adjustments")).text);
    expect(rows).toHaveLength(10);
    expect(rows.reduce((sum, row) => sum + minor(row["cost"]), 0n)).toBe(5_005_00n);
    const of = (incident: string) => rows.filter((row) => row["incident"] === incident);
    expect(of("INC-1").map((row) => [row["times_paid"], row["reasons_paid"]])).toEqual([
      ["2", "2"],
      ["2", "2"],
    ]);
    expect(new Set(of("INC-2").map((row) => row["member_id"])).size).toBe(1);
    const [wrong, undone] = of("INC-4");
    expect(undone).toMatchObject({ reverses: wrong?.["adjustment_id"], cost: "-200.00" });
    expect(wrong).toMatchObject({ reversed_by: undone?.["adjustment_id"], times_paid: "1" });
    expect(rows.some((row) => Object.values(row).some((value) => value.includes("test")))).toBe(false);
  });

  it("is the same at its mark byte for byte, whatever is adjusted, undone, merged and parted since", async () => {
    const first = await file("adjustments");
    const { body } = await adjusting.ask(one, { incident: "INC-1" });
    await adjusting.change(body.adjustmentId, "reverse");
    answerOf(await http.ask(unmerge, { reason: "they are two" }, { params: { mergeId } }));
    expect((await file("adjustments")).text).not.toBe(first.text);
    expect((await file(`adjustments?mark=${first.mark}`)).text).toBe(first.text);
    expect((await costs()).paidTwice.items).toMatchObject([{ incident: "INC-1", times: 2 }]);
    const totals = await http.get<{ rows: number; sums: { cost: string } }>(
      `/v1/exports/adjustments/totals?mark=${first.mark}`,
      { key: finance },
    );
    expect(totals.body).toMatchObject({ rows: 10, sums: { cost: "5005.00" } });
    const own = rowsOf((await file("adjustments", ofMvideo)).text);
    expect(new Set(own.map((row) => row["entity"]))).toEqual(new Set(["mvideo"]));
  });
});

describe("the page", () => {
  const page = async (query: string) => {
    await untilCounted();
    const answer = await http.app.request(`/v1/adjustment-costs/page?${query}`, {
      headers: { authorization: `Bearer ${finance}` },
    });
    return { text: await answer.text(), headers: answer.headers, status: answer.status };
  };

  it("says the same in Russian and in English, draws the months, and has nothing that runs", async () => {
    const { text, headers, status } = await page("month=2026-04");
    expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(text).toContain("Стоимость инцидентов по категориям списания");
    expect(text).toContain("3\u00a0940,00");
    expect(text).toContain("<svg");
    expect(text).toContain("<title>04.2026, Техническая ошибка: 4\u00a0000,00</title>");
    expect(text).toContain("\u221260,00");
    expect(text).not.toMatch(/<script|http:|https:|@import/);
    expect(text).toContain("01.04.2026 – 30.04.2026");
    expect(text).toContain('<td class="">ООО «МВМ»</td>');
    expect((await page("language=en")).text).toContain("Cost of incidents by category of write-off");
    expect((await page("month=2025-01")).text).toContain("За период ничего не было.");
    const target = process.env["MCLUB_PAGE"];
    if (target !== undefined) await writeFile(target, (await page("")).text);
  });

  it("writes no code or incident into it as anything but text", async () => {
    const { text } = await page("");
    expect(text).toContain("<code>INC-1</code>");
    expect((await page("language=%3Cscript%3E")).status).toBe(400);
  });
});

describe("the cost of a closed month", () => {
  it("stays: what is undone afterwards is given back in the first open month", async () => {
    const close = (staffId: string) =>
      http.post(
        "/v1/periods/2026-03/close",
        { reason: "all is in" },
        { key: finance, headers: { "x-staff-id": staffId } },
      );
    const { body } = await http.get<{ items: readonly { adjustmentId: string }[] }>("/v1/adjustments?incident=INC-3");
    const before = (await costs("month=2026-03")).total;
    expect([(await close("anna-1")).status, (await close("boris-2")).status]).toEqual([202, 200]);
    await adjusting.change(body.items[0]?.adjustmentId ?? "", "reverse");
    expect((await costs("month=2026-03")).total).toEqual(before);
    const ofApril = await costs("month=2026-04&entity=eldorado");
    expect(ofApril).toMatchObject({
      total: { cost: "-70.00", credited: "0.00", debited: "0.00", undone: "70.00", adjustments: 0, reversals: 1 },
      byIncident: [{ incident: "INC-3", cost: "-70.00" }],
    });
    const rows = rowsOf((await file("trial-balance?month=2026-04&entity=eldorado")).text);
    expect(rows.find(({ account }) => account === "adjustment:late_delivery")).toMatchObject({ credit: "70.00" });
  });
});

describe("a scale", () => {
  it.each([
    [1n, 1_00n],
    [400_00n, 100_00n],
    [400_01n, 200_00n],
    [4_000_00n, 1_000_00n],
    [900_000_00n, 250_000_00n],
  ])("of %s hundredths has lines every %s", (most, step) => {
    expect(stepFor(most)).toBe(step);
  });

  it.each([
    ["0.00", "0,00", "0.00"],
    ["-1234567.80", "\u22121\u00a0234\u00a0567,80", "\u22121,234,567.80"],
    ["999.99", "999,99", "999.99"],
  ])("%s is read as people write it", (amount, ru, en) => {
    expect([readable(amount, "ru"), readable(amount, "en")]).toEqual([ru, en]);
  });
});
