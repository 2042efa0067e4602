/**
 * What the entities owe each other recomputed from the exported journal with DuckDB's SQL alone, and the prices as plain numbers: the
 * same, by month and direction, as the settlements that were made, from the books of either side.
 */
import { afterAll, expect, it } from "vitest";
import { formatInstant } from "../../../src/kernel/clock.ts";
import type { MemberId } from "../../../src/kernel/ids.ts";
import { rulesWith } from "../../policy/rules.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { liveThrough } from "../../support/town.ts";
import { askDuck } from "../exports/duck.ts";
import { type Prices, SETTLED, settlementFromJournal } from "../exports/settlement-sql.ts";
import { settled } from "../exports/settled.ts";
import { at, Settling } from "./settling.ts";

/** As an accountant would type them. Amounts below are such that no line has a part of a kopeck. */
const PRICES = { other: "1.00", promo: "0.75", ordinary: "1.25" };

const open: TestHttp[] = [];
afterAll(async () => {
  for (const each of open) await each.close();
});

async function file(http: TestHttp, path: string): Promise<Uint8Array> {
  const headers = { authorization: `Bearer ${await http.newKey(["finance"])}` };
  const answer = await http.app.request(`/v1/exports/${path}`, { headers });
  expect(answer.status, path).toBe(200);
  return new Uint8Array(await answer.arrayBuffer());
}

/** What DuckDB makes of the settlements, and of the journal by either side's books, in the months that are settled. */
async function told(http: TestHttp, prices: Prices) {
  await settled(http.database);
  const files = {
    "journal.parquet": await file(http, "journal?format=parquet"),
    "settlement.csv": await file(http, "settlement"),
  };
  const made = await askDuck(files, SETTLED);
  const months = new Set(made.map(({ month }) => month));
  const of = async (side: "due_to" | "due_from") =>
    (await askDuck(files, settlementFromJournal(side, prices))).filter(({ month }) => months.has(month));
  return { made, debtors: await of("due_to"), creditors: await of("due_from") };
}

it("is the same in a town where much has happened, at one rouble a bonus", async () => {
  const http = await testHttp();
  open.push(http);
  await liveThrough(http);
  const { made, debtors, creditors } = await told(http, { other: "1.00" });
  expect(made.length).toBeGreaterThan(1);
  expect(debtors).toEqual(made);
  expect(creditors).toEqual(made);
}, 120_000);

/** Three months of two brands: lots of two kinds, what comes back a month later, and a debt that the other's bonuses pay. */
async function threeMonths(http: TestHttp): Promise<void> {
  const finance = await Settling.of(http);
  const rules = {
    ...rulesWith({}),
    settlement: { price: "1.00", prices: { promo: "0.75", ordinary: "1.25" }, vat: "0.22" },
  };
  const published = await http.put("/v1/policies/2", {
    effectiveFrom: formatInstant(at("2026-03-05", "00:00:00")),
    note: "prices by kind",
    rules,
  });
  expect(published.status).toBe(200);
  finance.moveTo("2026-03-05");
  const [anna, oleg]: MemberId[] = [await http.newMember(), await http.newMember()];
  await http.give(anna!, 2_000_00n);
  await http.give(oleg!, 200_00n, "eldorado");
  const back = await finance.sell(anna!, "eldorado", "E-1", 2_000_00n, 400_00n, { earns: true });
  await finance.sell(oleg!, "mvideo", "M-1", 1_000_00n, 120_40n, { earns: true });
  const settle = async (month: string, until: string) => {
    finance.moveTo(until);
    await finance.close(month);
    await finance.agreed(await finance.settled(month));
  };
  await settle("2026-03", "2026-04-01");
  await finance.bringBack(back, "mvideo", "M-1");
  // What is left of Эльдорадо's own, and of what М.Видео's sale has earned.
  await finance.sell(oleg!, "eldorado", "E-1", 500_00n, 100_00n);
  await finance.sell(anna!, "eldorado", "E-1", 500_00n, 99_96n);
  await settle("2026-04", "2026-05-01");
  await finance.bringBack(back, "eldorado", "E-1");
  await http.give(oleg!, 44_44n, "eldorado");
  await finance.sell(oleg!, "mvideo", "M-1", 500_00n, 44_44n);
  await settle("2026-05", "2026-06-01");
}

it("is the same at a price by kind of bonus, with what came back after the month was settled", async () => {
  const http = await testHttp();
  open.push(http);
  await threeMonths(http);
  const { made, debtors, creditors } = await told(http, PRICES);
  // Both owe in March and in May.
  expect(made.length).toBe(5);
  expect(debtors).toEqual(made);
  expect(creditors).toEqual(made);
  // At another price of either kind it is not the same.
  for (const other of [{ promo: "0.80" }, { ordinary: "1.00" }]) {
    expect((await told(http, { ...PRICES, ...other })).debtors).not.toEqual(made);
  }
}, 120_000);
