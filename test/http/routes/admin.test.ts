import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testHttp, type TestHttp } from "../../support/http.ts";

let http: TestHttp;
beforeAll(async () => {
  http = await testHttp();
});
afterAll(() => http.close());

interface Page {
  readonly items: readonly Record<string, unknown>[];
  readonly nextCursor: string | null;
}

const STORE = { brand: "mvideo", name: "М.Видео Казань", timeZone: "Europe/Moscow" };

/** Follows a list to its end. */
async function all(path: string, limit: number): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const query: string = `?limit=${limit}${cursor === "" ? "" : `&cursor=${cursor}`}`;
    const page = (await http.get<Page>(path + query)).body;
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

describe("brands", () => {
  it("are registered and renamed, and sell at once", async () => {
    const terms = { name: "Новая", legalEntity: "ООО «Новая»" };
    const details = { inn: "7707548740", kpp: "770701001", city: "г. Москва" };
    expect((await http.put("/v1/brands/novaya", { ...terms, ...details })).body).toEqual({
      brand: "novaya",
      ...terms,
      ...details,
    });
    const put = await http.put("/v1/brands/novaya", terms, { idempotencyKey: null });
    expect(put).toMatchObject({ status: 200, body: { brand: "novaya", ...terms } });
    await http.put("/v1/brands/novaya", { ...terms, name: "Новая Новая" });
    const brands = await all("/v1/brands", 1);
    expect(brands.map(({ brand }) => brand)).toEqual(["eldorado", "mvideo", "novaya"]);
    expect(brands[2]).toEqual({
      brand: "novaya",
      name: "Новая Новая",
      legalEntity: "ООО «Новая»",
      inn: null,
      kpp: null,
      city: null,
    });
    expect((await http.put("/v1/stores/N-1", { ...STORE, brand: "novaya" })).status).toBe(200);
  });

  it.each(["Novaya", "a:b", "%D0%9D", "a".repeat(33), "1a"])("refuses the code %s", async (code) => {
    const answer = await http.put(`/v1/brands/${code}`, { name: "x", legalEntity: "y" });
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid_request" } });
  });

  it.each([
    {},
    { name: "x" },
    { name: "x", legalEntity: "" },
    { name: "x", legalEntity: "y", brand: "z" },
    { name: "x", legalEntity: "y", inn: "770754874" },
    { name: "x", legalEntity: "y", kpp: "77" },
    [],
  ])("refuses the terms %j", async (terms) => {
    expect(await http.put("/v1/brands/mvideo", terms)).toMatchObject({
      status: 400,
      body: { code: "invalid_request" },
    });
  });
});

describe("stores", () => {
  it("are registered, renamed and moved to another zone, and known at once", async () => {
    expect(await http.put("/v1/stores/M-77", STORE)).toMatchObject({
      status: 200,
      body: { storeId: "M-77", ...STORE },
    });
    const moved = { ...STORE, name: "М.Видео Самара", timeZone: "Europe/Samara" };
    expect((await http.put("/v1/stores/M-77", moved)).status).toBe(200);
    expect(await http.service.directory.store("M-77")).toEqual({ storeId: "M-77", ...moved });
  });

  it("never change their brand", async () => {
    const answer = await http.put("/v1/stores/M-1", { ...STORE, brand: "eldorado" });
    expect(answer).toMatchObject({ status: 409, body: { code: "brand_conflict" } });
    expect(await http.service.directory.store("M-1")).toMatchObject({ brand: "mvideo", name: "М.Видео Тверская" });
  });

  it.each([
    [{ ...STORE, brand: "nobody" }, 422, "unknown_brand"],
    [{ ...STORE, timeZone: "Moscow" }, 422, "unprocessable_request"],
    [{ ...STORE, timeZone: "+03:00" }, 422, "unprocessable_request"],
    [{ ...STORE, timeZone: 3 }, 400, "invalid_request"],
    [{ ...STORE, name: undefined }, 400, "invalid_request"],
    [{ ...STORE, city: "x" }, 400, "invalid_request"],
  ])("are refused as %j", async (store, status, code) => {
    expect(await http.put("/v1/stores/M-78", store)).toMatchObject({ status, body: { code } });
    expect(await http.service.directory.store("M-78")).toBeUndefined();
  });

  it("are listed by id, a page at a time", async () => {
    for (const id of ["S-1", "S 2", "С-3", "S-1/2"]) {
      expect((await http.put(`/v1/stores/${encodeURIComponent(id)}`, STORE)).status).toBe(200);
    }
    const ids = (await all("/v1/stores", 3)).map(({ storeId }) => storeId);
    expect(ids).toEqual(expect.arrayContaining(["M-1", "E-1", "S-1", "S 2", "С-3", "S-1/2"]));
    expect(new Set(ids).size).toBe(ids.length);
    expect(await http.get("/v1/stores?limit=201")).toMatchObject({
      status: 422,
      body: { code: "unprocessable_request" },
    });
  });

  it("must be known before they sell", async () => {
    const receipt = { brand: "mvideo", storeId: "M-500", terminalId: "1", shift: "1", number: "1" };
    const line = { lineId: "1", sku: "a", category: "tv", quantity: "1", unitPrice: "100.00" };
    const occurredAt = new Date(http.clock.now()).toISOString();
    const sale = { receipt, channel: "pos", lines: [line], spend: "0.00", occurredAt };
    expect(await http.post("/v1/purchases", sale)).toMatchObject({ status: 422, body: { code: "unknown_store" } });
    await http.put("/v1/stores/M-500", STORE);
    expect((await http.post("/v1/purchases", sale)).status).toBe(201);
  });
});

describe("tills", () => {
  it("are registered for a store, and stay known since the first time", async () => {
    const first = await http.put("/v1/terminals/17", { storeId: "M-1" });
    expect(first).toMatchObject({ status: 200, body: { terminalId: "17", storeId: "M-1" } });
    http.clock.moveTo(http.clock.now() + 1_000);
    expect((await http.put("/v1/terminals/17", { storeId: "M-1" })).body).toEqual(first.body);
    expect((await http.put("/v1/terminals/17", { storeId: "E-1" })).status).toBe(200);
  });

  it("need a store that is known", async () => {
    expect(await http.put("/v1/terminals/17", { storeId: "X" })).toMatchObject({
      status: 422,
      body: { code: "unknown_store" },
    });
  });
});

describe("policies", () => {
  it("are listed with their dates and rules", async () => {
    const { body } = await http.get<Page>("/v1/policies");
    expect(body.nextCursor).toBeNull();
    expect(body.items).toMatchObject([{ version: 1, effectiveFrom: "2009-12-31T21:00:00.000Z" }]);
    expect(body.items[0]?.["rules"]).toMatchObject({ zone: "Europe/Moscow", earning: { rates: [{ rate: "0.03" }] } });
  });
});
