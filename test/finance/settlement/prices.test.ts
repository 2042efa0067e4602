/** At which price bonuses are settled: that of the day on which they were spent; and what comes back comes back at it, whenever it does. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { formatInstant } from "../../../src/kernel/clock.ts";
import type { MemberId } from "../../../src/kernel/ids.ts";
import { rulesWith } from "../../policy/rules.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { at, Settling } from "./settling.ts";

let http: TestHttp;
let finance: Settling;
let member: MemberId;
beforeAll(async () => {
  http = await testHttp();
  finance = await Settling.of(http);
  member = await http.newMember();
}, 120_000);
afterAll(() => http.close());

let versions = 1;
async function publish(effectiveFrom: string, settlement: object): Promise<void> {
  versions += 1;
  const rules = { ...rulesWith({}), settlement };
  const body = { effectiveFrom: formatInstant(at(effectiveFrom, "00:00:00")), note: "prices", rules };
  const answer = await http.put(`/v1/policies/${versions}`, body);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
}

async function settledLines(month: string, until: string) {
  finance.moveTo(until);
  await finance.close(month);
  const made = await finance.settled(month);
  await finance.agreed(made);
  const { body } = await finance.read(made.settlementId);
  return { made, body, lines: finance.linesOf(body, "mvideo") };
}

let sold: { readonly before: string; readonly after: string };

it("is that of the day on which a lot was spent, not of the day on which it was granted, and of its kind", async () => {
  await http.give(member, 1_000_00n);
  await publish("2026-03-10", { price: "1.00", prices: { promo: "0.7501" }, vat: "0.22" });
  const before = await finance.sell(member, "eldorado", "E-1", 500_00n, 100_00n);
  finance.moveTo("2026-03-10");
  const after = await finance.sell(member, "eldorado", "E-1", 500_00n, 100_01n);
  sold = { before, after };
  const { made, lines } = await settledLines("2026-03", "2026-04-01");
  // 100.01 × 0.7501 = 75.017501; of 75.02 the tax of 22 % is 13.5282…
  expect(lines).toMatchObject([
    { section: "spent", kind: "promo", price: "0.7501", bonuses: "100.01", total: "75.02", vat: "13.53" },
    { section: "spent", kind: "promo", price: "1.00", bonuses: "100.00", total: "100.00", vat: "18.03" },
  ]);
  expect(made.owes).toEqual({ eldorado: "0.00", mvideo: "175.02" });
});

it("of goods that come back after the month was closed and settled is what they were settled at, in the next settlement", async () => {
  await publish("2026-04-02", { price: "0.50", vat: "0.10" });
  finance.moveTo("2026-04-03");
  await finance.bringBack(sold.before, "eldorado", "E-1");
  await finance.bringBack(sold.after, "mvideo", "M-1", "2");
  await finance.sell(member, "eldorado", "E-1", 500_00n, 10_00n);
  const { lines, body } = await settledLines("2026-04", "2026-05-01");
  expect(lines).toMatchObject([
    { section: "spent", price: "0.50", vatRate: "0.10", bonuses: "10.00", total: "5.00", vat: "0.45" },
    { section: "credit_note", price: "1.00", vatRate: "0.22", bonuses: "-50.00", total: "-50.00" },
    { section: "credit_note", price: "0.7501", bonuses: "-100.01", total: "-75.02", vat: "-13.53" },
  ]);
  const [, first, second] = lines.map(({ original }) => original);
  expect([first, second]).toMatchObject([
    { day: "2026-03-02", number: 1 },
    { day: "2026-03-10", number: 1 },
  ]);
  expect(body).toMatchObject({ payable: "0.00", receivable: "-120.02", balance: "-120.02" });
  expect(body).toMatchObject({ balanceInWords: "Минус сто двадцать рублей 02 копейки" });
});

it("of a return that was undone in a later month is the sale's as well", async () => {
  const other = await http.newMember();
  await http.give(other, 60_00n);
  const late = await finance.sell(other, "eldorado", "E-1", 500_00n, 60_00n);
  const may = await settledLines("2026-05", "2026-06-02");
  expect(may.lines).toMatchObject([{ section: "spent", price: "0.50", bonuses: "60.00", total: "30.00" }]);
  await publish("2026-06-10", { price: "3.00", vat: "0.22" });
  const receipt = await finance.bringBack(late, "eldorado", "E-1");
  const june = await settledLines("2026-06", "2026-07-01");
  const original = { day: "2026-05-01", number: 3 };
  expect(june.lines).toMatchObject([
    { section: "credit_note", price: "0.50", bonuses: "-30.00", total: "-15.00", original },
  ]);
  expect(await http.post("/v1/reversals", { receipt, kind: "return" })).toMatchObject({ status: 200 });
  const july = await settledLines("2026-07", "2026-08-01");
  expect(july.lines).toMatchObject([
    { section: "credit_note", price: "0.50", bonuses: "30.00", total: "15.00", original },
  ]);
});

it("of a receipt that comes late is that of its day, in the month in which it is accounted", async () => {
  await publish("2026-08-15", { price: "2.00", vat: "0.22" });
  const other = await http.newMember();
  finance.moveTo("2026-08-14");
  await http.give(other, 100_00n);
  finance.moveTo("2026-09-01");
  await finance.sell(other, "eldorado", "E-1", 500_00n, 40_00n, { occurredAt: at("2026-08-14", "13:00:00") });
  const august = await settledLines("2026-08", "2026-09-01");
  expect(august.lines).toEqual([]);
  const september = await settledLines("2026-09", "2026-10-01");
  expect(september.lines).toMatchObject([{ section: "spent", price: "3.00", bonuses: "40.00", total: "120.00" }]);
});
