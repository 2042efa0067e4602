/** The file of turnovers by category, to the kopeck: across three brands, over a close, and where one entity's lots cover another's goods. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatInstant } from "../../../src/kernel/clock.ts";
import { categoryFollower } from "../../../src/finance/categories/kept.ts";
import { returnById } from "../../../src/sales/return/return-by-id.ts";
import { followToEnd } from "../../support/following.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { answerOf } from "../../support/ledger.ts";
import { reverse, sellTo } from "../../support/town.ts";
import { settled } from "../exports/settled.ts";
import { at, Settling } from "../settlement/settling.ts";

let http: TestHttp;
let settling: Settling;
beforeAll(async () => {
  http = await testHttp();
  await http.put("/v1/brands/technosila", { name: "Техносила", legalEntity: "ООО «Техносила»" });
  await http.put("/v1/stores/T-1", { brand: "technosila", name: "Техносила", timeZone: "Europe/Moscow" });
  settling = await Settling.of(http);
});
afterAll(() => http.close());

async function file(query: string, key = settling.key): Promise<{ readonly status: number; readonly lines: string[] }> {
  await settled(http.database);
  const path = `/v1/exports/categories?${query}`;
  const answer = await http.app.request(path, { headers: { authorization: `Bearer ${key}` } });
  return { status: answer.status, lines: (await answer.text()).trimEnd().split("\n").slice(1) };
}

let numbers = 0;
const receiptIn = (brand: string, storeId: string) => ({
  brand,
  storeId,
  terminalId: "5",
  shift: "1",
  number: `K${(numbers += 1)}`,
});
const line = (lineId: string, category: string, quantity: string, unitPrice: string) => ({
  lineId,
  sku: lineId,
  category,
  quantity,
  unitPrice,
});

async function bringBack(purchaseId: string, brand: string, storeId: string, lineId: string, quantity: string) {
  const receipt = receiptIn(brand, storeId);
  const occurredAt = formatInstant(http.clock.now());
  const body = { receipt, lines: [{ lineId, quantity }], occurredAt, reason: "broken" };
  answerOf(await http.ask(returnById, body, { params: { purchaseId } }));
  return receipt;
}

describe("the file by category", () => {
  it("has a cross-brand return of a cross-brand purchase with three brands, line by line, in the books of each", async () => {
    const member = await http.newMember();
    await http.give(member, 66_70n, "eldorado");
    await http.give(member, 100_00n, "mvideo");
    await http.give(member, 33_31n, "technosila");
    const receipt = receiptIn("technosila", "T-1");
    const lines = [line("1", "tv", "3", "100.01"), line("2", "kettles", "1", "100.00")];
    const sold = await sellTo(http, member, { receipt, brand: "technosila", lines, spend: 200_01n });
    const back = await bringBack(sold.purchaseId, "mvideo", "M-1", "1", "2");
    const day = "2026-03-02";
    const expected = [
      `${day},eldorado,M-1,tv,unspend,66.70`,
      `${day},eldorado,T-1,tv,spend,66.70`,
      `${day},mvideo,M-1,tv,unspend,33.31`,
      `${day},mvideo,T-1,kettles,spend,16.69`,
      `${day},mvideo,T-1,tv,spend,83.31`,
      `${day},technosila,M-1,tv,clawback,2.66`,
      `${day},technosila,M-1,tv,unspend,100.01`,
      `${day},technosila,T-1,kettles,grant,1.00`,
      `${day},technosila,T-1,kettles,spend,50.00`,
      `${day},technosila,T-1,tv,grant,4.00`,
      `${day},technosila,T-1,tv,spend,150.01`,
    ];
    const ofGoods = (rows: string[]) => rows.filter((row) => row.split(",")[3] !== "");
    expect(ofGoods((await file("")).lines)).toEqual(expected);
    await followToEnd(http.database, categoryFollower);
    expect(ofGoods((await file("")).lines)).toEqual(expected);

    const cut = (of: (row: string) => boolean) => expected.filter(of);
    expect((await file("store=T-1")).lines).toEqual(cut((row) => row.includes(",T-1,")));
    expect((await file("category=kettles&entity=mvideo")).lines).toEqual([`${day},mvideo,T-1,kettles,spend,16.69`]);
    expect((await file("store=T-1&from=2026-03-03")).lines).toEqual([]);

    await reverse(http, back, "return");
    const again = cut((row) => row.includes(",technosila,M-1,"))
      .map((row) => row.replace(",clawback,", ",clawback_reversal,").replace(",unspend,", ",spend_reversal,"))
      .filter((row) => row.includes("reversal"));
    expect((await file("store=M-1&entity=technosila")).lines).toEqual(
      [...cut((row) => row.includes(",technosila,M-1,")), ...again].sort(),
    );
  });

  it("shows a client of one brand that entity's books alone", async () => {
    const key = await http.newKey(["finance"], "eldorado");
    const { lines } = await file("", key);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.every((row) => row.split(",")[1] === "eldorado")).toBe(true);
    expect((await file("entity=technosila", key)).status).toBe(403);
    expect((await file("store=T-1", key)).lines).toEqual(["2026-03-02,eldorado,T-1,tv,spend,66.70"]);
  });

  it("has what covers a claw back under no category, in the books of whoever is not the seller", async () => {
    const member = await http.newMember();
    const sold = await sellTo(http, member, {
      receipt: receiptIn("mvideo", "M-1"),
      lines: [line("1", "cables", "1", "1000.00")],
    });
    settling.moveTo("2026-03-20");
    await sellTo(http, member, {
      receipt: receiptIn("eldorado", "E-1"),
      brand: "eldorado",
      lines: [line("1", "tv", "1", "60.00")],
      spend: 30_00n,
    });
    await http.give(member, 500_00n, "eldorado");
    await bringBack(sold.purchaseId, "mvideo", "M-1", "1", "1");
    const rows = (await file("from=2026-03-20&store=M-1")).lines;
    expect(rows).toEqual(["2026-03-20,eldorado,M-1,,clawback,30.00", "2026-03-20,mvideo,M-1,cables,clawback,30.00"]);
  });

  it("keeps a closed month as it was: a return after the close is of the next", async () => {
    const member = await http.newMember();
    settling.moveTo("2026-03-30");
    const receipt = receiptIn("mvideo", "M-1");
    const sold = await sellTo(http, member, { receipt, lines: [line("1", "cables", "2", "500.00")] });
    settling.moveTo("2026-04-02");
    await settling.close("2026-03");
    await followToEnd(http.database, categoryFollower);
    const march = (await file("month=2026-03")).lines;
    expect(march).toContain("2026-03-30,mvideo,M-1,cables,grant,30.00");
    const occurredAt = formatInstant(at("2026-03-31"));
    const body = { receipt: receiptIn("eldorado", "E-1"), lines: [{ lineId: "1", quantity: "1" }], reason: "late" };
    answerOf(await http.ask(returnById, { ...body, occurredAt }, { params: { purchaseId: sold.purchaseId } }));
    expect((await file("month=2026-03")).lines).toEqual(march);
    expect((await file("month=2026-04&category=cables")).lines).toEqual([
      "2026-04-02,mvideo,E-1,cables,clawback,15.00",
    ]);
  });

  it("refuses what no store and no category can be called", async () => {
    for (const query of ["store=", "category=", "from=2026-04-01&to=2026-03-01", `category=${"x".repeat(65)}`]) {
      expect((await file(query)).status, query).toBeGreaterThanOrEqual(400);
      expect((await file(query)).status, query).toBeLessThan(500);
    }
  });
});
