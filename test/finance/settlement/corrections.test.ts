/** What else stands in settlements: debts that another entity's bonuses have paid, and corrections of months that nobody has settled. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { Settling } from "./settling.ts";

let http: TestHttp;
let finance: Settling;
beforeAll(async () => {
  http = await testHttp();
  finance = await Settling.of(http);
}, 120_000);
afterAll(() => http.close());

let unsettled: string;

it("a debt that another entity's bonuses have paid is owed between the two; undone later, it is a correction", async () => {
  const member = await http.newMember();
  unsettled = await finance.sell(await funded(), "eldorado", "E-1", 500_00n, 80_00n);
  const sold = await finance.sell(member, "eldorado", "E-1", 1_000_00n, 0n, { earns: true });
  finance.moveTo("2026-03-20");
  // All that it has earned is spent; then something of М.Видео is there, and the goods come back.
  await finance.sell(member, "eldorado", "E-1", 500_00n, 60_00n);
  await http.give(member, 45_00n);
  const receipt = await finance.bringBack(sold, "mvideo", "M-1");
  finance.moveTo("2026-04-01");
  await finance.close("2026-03");
  finance.moveTo("2026-04-10");
  expect(await http.post("/v1/reversals", { receipt, kind: "return" })).toMatchObject({ status: 200 });
  await finance.bringBack(unsettled, "mvideo", "M-1");
  finance.moveTo("2026-05-01");
  await finance.close("2026-04");
  const two = await finance.settled("2026-03", "2026-04");
  const both = finance.linesOf((await finance.read(two.settlementId)).body, "mvideo");
  // Of both months at once nothing is left of the debt, and what came back in the second is of the first.
  expect(both).toMatchObject([
    { section: "spent", bonuses: "80.00" },
    { section: "returned", bonuses: "-40.00", original: null },
  ]);
  await finance.drop(two.settlementId);
  const march = await finance.settled("2026-03");
  expect(finance.linesOf((await finance.read(march.settlementId)).body, "mvideo")).toMatchObject([
    { section: "spent", bonuses: "80.00" },
    { section: "debts", kind: "promo", bonuses: "30.00", total: "30.00", original: null },
  ]);
  await finance.drop(march.settlementId);
});

it("what corrects a month that nobody has settled says so, and names no settlement", async () => {
  const april = await finance.settled("2026-04");
  expect(april.number).toBe(3);
  const lines = finance.linesOf((await finance.read(april.settlementId)).body, "mvideo");
  expect(lines).toMatchObject([
    { section: "credit_note", bonuses: "-40.00", original: { day: "2026-03-02", number: null } },
    { section: "credit_note", bonuses: "-30.00", original: { day: "2026-03-20", number: null } },
  ]);
  expect(await finance.page(april.settlementId)).toContain("операция от 02.03.2026, акта за тот период нет");
});

async function funded() {
  const member = await http.newMember();
  await http.give(member, 100_00n);
  return member;
}
