import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { moveClock, restoreClock } from "../../src/directory/manual-clock.ts";
import { createApp } from "../../src/http/app.ts";
import { ManualClock, systemClock } from "../../src/kernel/clock.ts";
import { uuidOf } from "../../src/kernel/ids.ts";
import { START } from "../support/ledger.ts";
import { testHttp, type TestHttp } from "../support/http.ts";

const DAY = 86_400_000;
const iso = (instant: number): string => new Date(instant).toISOString();

let http: TestHttp;
beforeAll(async () => {
  http = await testHttp();
});
afterAll(() => http.close());

describe("the sandbox's clock", () => {
  it("moves forward only; to stay is no move back", async () => {
    expect((await http.get("/v1/clock")).body).toEqual({ now: iso(START) });
    const moved = await http.put("/v1/clock", { now: "2026-03-03T12:00:00+03:00" }, { idempotencyKey: null });
    expect(moved).toMatchObject({ status: 200, body: { now: iso(START + DAY) } });
    expect((await http.put("/v1/clock", { now: iso(START + DAY) })).status).toBe(200);
    const back = await http.put("/v1/clock", { now: iso(START + DAY - 1) });
    expect(back).toMatchObject({ status: 409, body: { code: "clock_goes_back", now: iso(START + DAY) } });
    expect((await http.get("/v1/clock")).body).toEqual({ now: iso(START + DAY) });
  });

  it("lets what becomes due count at once", async () => {
    const memberId = await http.newMember();
    await http.give(memberId, 5_000n);
    const spend = (amount: string) => {
      const body = { memberId, amount, brand: "eldorado", storeId: "E-1", reference: "r" };
      return http.post("/v1/redemptions", body);
    };
    expect((await spend("10.00")).status).toBe(201);
    await http.put("/v1/clock", { now: iso(http.clock.now() + 100 * DAY) });
    expect(await spend("10.00")).toMatchObject({
      status: 409,
      body: { code: "insufficient_bonuses", available: "0.00" },
    });
    const wallets = await http.database.sql`select version from wallets where member_id = ${uuidOf(memberId)}::uuid`;
    expect(wallets).toHaveLength(1);
  });

  it("stands where it stood when the service starts again", async () => {
    const { reader } = http.service;
    const next = http.clock.now() + DAY;
    await http.put("/v1/clock", { now: iso(next) });
    const clock = new ManualClock(0);
    await restoreClock(reader, clock, START);
    expect(clock.now()).toBe(next);
    // Another service that has not heard of the last move cannot put it back.
    expect(await moveClock(reader, new ManualClock(START), next - 1)).toBe("goes_back");
    await restoreClock(reader, clock, START);
    expect(clock.now()).toBe(next);
  });

  it("stands at the first start where it is told to", async () => {
    await http.database.sql`delete from settings where name = 'clock'`;
    const clock = new ManualClock(0);
    await restoreClock(http.service.reader, clock, START + 7);
    expect(clock.now()).toBe(START + 7);
    await restoreClock(http.service.reader, clock, START + 8);
    expect(clock.now()).toBe(START + 7);
  });

  it.each([
    [{ now: "2026-13-01T00:00:00Z" }, 400],
    [{ now: "2026-03-02" }, 400],
    [{ now: 1 }, 400],
    [{}, 400],
    [{ now: "9999-01-01T00:00:00Z" }, 422],
  ])("refuses %j", async (body, status) => {
    const before = http.clock.now();
    expect((await http.put("/v1/clock", body)).status).toBe(status);
    expect(http.clock.now()).toBe(before);
  });

  it("is not there where the service has the time of the day", async () => {
    const app = createApp({ ...http.service, clock: systemClock });
    const headers = { authorization: `Bearer ${http.adminKey}`, "content-type": "application/json" };
    const body = JSON.stringify({ now: iso(Date.now() + DAY) });
    for (const answer of [
      await app.request("/v1/clock", { headers }),
      await app.request("/v1/clock", { method: "PUT", headers, body }),
    ]) {
      expect(answer.status).toBe(409);
      expect(await answer.json()).toMatchObject({ code: "clock_not_manual" });
    }
  });
});
