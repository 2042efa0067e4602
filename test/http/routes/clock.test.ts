import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../../src/http/server/app.ts";
import { systemClock } from "../../../src/kernel/clock.ts";
import { uuidOf } from "../../../src/kernel/ids.ts";
import { SharedManualClock } from "../../../src/programme/clock/manual-clock.ts";
import { START } from "../../support/ledger.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";

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

  it("is one for all processes: each request first follows what another process has moved", async () => {
    const [here, there] = [new SharedManualClock(START), new SharedManualClock(START)];
    const apps = await Promise.all(
      [here, there].map(async (clock) => {
        const service = { ...http.service, clock };
        await clock.connect(service, START);
        return createApp(service);
      }),
    );
    const headers = { authorization: `Bearer ${http.adminKey}`, "content-type": "application/json" };
    const next = http.clock.now() + DAY;
    const body = JSON.stringify({ now: iso(next) });
    await apps[0]!.request("/v1/clock", { method: "PUT", headers, body });
    expect(await (await apps[1]!.request("/v1/clock", { headers })).json()).toEqual({ now: iso(next) });
    const back = await apps[1]!.request("/v1/clock", {
      method: "PUT",
      headers,
      body: JSON.stringify({ now: iso(next - 1) }),
    });
    expect(await back.json()).toMatchObject({ code: "clock_goes_back", now: iso(next) });
    http.clock.moveTo(next);
  });

  it("is moved once under a key, where one is sent", async () => {
    const asked = { idempotencyKey: "move-once" };
    const next = http.clock.now() + DAY;
    expect((await http.put("/v1/clock", { now: iso(next) }, asked)).status).toBe(200);
    expect((await http.put("/v1/clock", { now: iso(next + DAY) })).status).toBe(200);
    const again = await http.put("/v1/clock", { now: iso(next) }, asked);
    expect(again).toMatchObject({ status: 200, body: { now: iso(next) } });
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    const other = await http.put("/v1/clock", { now: iso(next + 9 * DAY) }, asked);
    expect(other).toMatchObject({ status: 409, body: { code: "idempotency_mismatch" } });
    expect(http.clock.now()).toBe(next + DAY);
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
