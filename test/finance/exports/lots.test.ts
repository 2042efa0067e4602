/** Ageing of lots, cohorts and the estimate of breakage: against balances of days past, the liability, and by hand. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { visitDue } from "../../../src/bonuses/visit-due.ts";
import { ledgerItself } from "../../../src/engine/group/submit.ts";
import { formatAmount, parseAmount } from "../../../src/kernel/amount.ts";
import { fromUuid } from "../../../src/kernel/ids.ts";
import { goodsBack, sale } from "../../http/bodies.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { DAY_MS, liveThrough } from "../../support/town.ts";
import { askDuck, type DuckRow } from "./duck.ts";
import { settled } from "./settled.ts";

const signed = (text: string): bigint => (text.startsWith("-") ? -parseAmount(text.slice(1)) : parseAmount(text));
const sumOf = (rows: readonly DuckRow[], name: string): bigint =>
  rows.reduce((sum, row) => sum + signed(String(row[name])), 0n);

async function rowsOf(http: TestHttp, path: string): Promise<DuckRow[]> {
  const key = await http.newKey(["finance"]);
  await settled(http.database);
  const answer = await http.app.request(`/v1/exports/${path}`, { headers: { authorization: `Bearer ${key}` } });
  expect(answer.status, path).toBe(200);
  const text = await answer.text();
  return askDuck(
    { "rows.csv": text },
    "select * from read_csv('FOLDER/rows.csv', header = true, all_varchar = true, allow_quoted_nulls = false)",
  );
}

describe("a town", () => {
  let http: TestHttp;
  beforeAll(async () => {
    http = await testHttp();
    await liveThrough(http);
    // Life goes on for some months: what is bought keeps ordinary bonuses alive, and promo bonuses end.
    const members = await http.database.sql<{ uuid: string }[]>`
      select member_id as uuid from wallets where erasure is null and survivor_id is null and status = 'active' order by created_at limit 8`;
    for (const [index, { uuid }] of members.entries()) {
      const id = fromUuid("mbr", uuid);
      const occurredAt = new Date(http.clock.now() + 20 * DAY_MS).toISOString();
      http.clock.moveTo(Date.parse(occurredAt));
      await http.give(id, 40_00n + BigInt(index));
      await http.post("/v1/purchases", sale({ memberId: id, occurredAt }));
    }
    // Nothing that was due is left to be posted.
    await visitDue(ledgerItself(http.service));
  }, 120_000);
  afterAll(() => http.close());

  const DAYS = ["2026-03-02", "2026-03-10", "2026-03-31", "2026-05-15", "2026-07-31", ""];

  it.each(DAYS)("has the closing of its liability of %s by age and time left", async (day) => {
    const ageing = await rowsOf(http, `ageing?${day === "" ? "" : `asOf=${day}`}`);
    const liability = await rowsOf(http, `liability?${day === "" ? "" : `to=${day}`}`);
    for (const { entity, kind, closing } of liability) {
      const own = ageing.filter((row) => row["entity"] === entity && row["kind"] === kind);
      expect(formatAmount(sumOf(own, "total")), `${String(entity)} ${String(kind)}`).toBe(closing);
    }
    expect(ageing.length).toBeGreaterThan(0);
    expect(sumOf(ageing, "total")).toBe(sumOf(liability, "closing"));
  });

  // Of 31 March some was posted when April was closed: it is accounted later, and was in the balance of that day.
  it.each(["2026-03-10", "2026-05-15", "2026-07-31"])(
    "had at the end of %s what the balances of that day said, with the ends of then",
    async (day) => {
      const members = await http.database.sql<{ uuid: string }[]>`
      select member_id as uuid from wallets where erasure is distinct from 'erased' order by 1`;
      const at = new Date(`${day}T23:59:59.999+03:00`);
      const lasting = new Map<string, bigint>();
      const seen = new Set<string>();
      for (const { uuid } of members) {
        const { status, body } = await http.get<{
          memberId: string;
          expiring: { amount: string; at: string }[];
        }>(`/v1/members/${fromUuid("mbr", uuid)}/balance?asOf=${encodeURIComponent(at.toISOString())}`);
        if (status !== 200 || seen.has(body.memberId)) continue;
        seen.add(body.memberId);
        for (const { amount, at: end } of body.expiring) {
          const left = Math.ceil((Date.parse(end) - at.getTime()) / DAY_MS);
          const stretch = [0, 7, 30, 90, 180].find((last) => left <= last) ?? 181;
          lasting.set(`${stretch}`, (lasting.get(`${stretch}`) ?? 0n) + parseAmount(amount));
        }
      }
      const ageing = await rowsOf(http, `ageing?asOf=${day}`);
      const told = new Map<string, bigint>();
      for (const row of ageing) {
        const { time_left: timeLeft = "" } = row as Record<string, string>;
        const last = timeLeft.slice(4);
        const stretch = last === "" ? "181" : `${Number(last)}`;
        if (timeLeft === "" || signed(String(row["available"])) === 0n) continue;
        told.set(stretch, (told.get(stretch) ?? 0n) + signed(String(row["available"])));
      }
      expect(Object.fromEntries(told)).toEqual(Object.fromEntries(lasting));
      expect(told.size).toBeGreaterThan(0);
    },
  );

  it("has cohorts whose changes add up to what is in the lots", async () => {
    const rows = await rowsOf(http, "cohorts");
    const lots = await http.database.sql<{ entity: string; kind: string; left: bigint }[]>`
      select issuer as entity, kind, sum(pending + available + held)::bigint as left from lots group by 1, 2`;
    const reasons = ["granted", "spent", "expired", "clawed_back", "repaid", "merged", "adjusted", "erased"];
    for (const { entity, kind, left } of lots) {
      const own = rows.filter((row) => row["entity"] === entity && row["kind"] === kind);
      expect(
        reasons.reduce((sum, reason) => sum + sumOf(own, reason), 0n),
        `${entity} ${kind}`,
      ).toBe(left);
      const last = new Map(own.map((row) => [row["cohort"], row]));
      expect(sumOf([...last.values()], "outstanding"), `${entity} ${kind}`).toBe(left);
    }
    expect(new Set(rows.map((row) => row["cohort"])).size).toBeGreaterThan(2);
  });

  it.each(["ageing", "cohorts", "breakage"])(
    "has the same %s of a day byte for byte, whatever comes after",
    async (name) => {
      const key = await http.newKey(["finance"]);
      const file = async (question: string) => {
        await settled(http.database);
        const answer = await http.app.request(`/v1/exports/${name}?${question}`, {
          headers: { authorization: `Bearer ${key}` },
        });
        return { text: await answer.text(), mark: answer.headers.get("mclub-mark") ?? "" };
      };
      const first = await file("asOf=2026-03-31");
      const now = await file("");
      await http.post(
        "/v1/purchases",
        sale({ memberId: await http.newMember(), occurredAt: new Date(http.clock.now()).toISOString() }),
      );
      expect((await file("asOf=2026-03-31")).text).toBe(first.text);
      expect((await file("month=2026-03")).text).toBe(first.text);
      expect((await file(`mark=${now.mark}`)).text).toBe(now.text);
      expect((await file("")).text).not.toBe(now.text);
    },
  );
});

describe("one member", () => {
  let http: TestHttp;
  beforeAll(async () => {
    http = await testHttp();
  });
  afterAll(() => http.close());
  const at = (day: string) => {
    http.clock.moveTo(Date.parse(`${day}T12:00:00+03:00`));
    return new Date(http.clock.now()).toISOString();
  };

  it("has its allocation deferred until its bonuses are spent, come back or end", async () => {
    const memberId = await http.newMember();
    const bought = await http.post<{ purchaseId: string }>(
      "/v1/purchases",
      sale({ memberId, occurredAt: at("2026-03-03") }),
    );
    // 1000.00 were paid, and 30.00 bonuses are worth 24.00: 1000 × 24 ÷ 1024.
    const [granted] = await rowsOf(http, "cohorts");
    expect(granted).toMatchObject({
      entity: "mvideo",
      kind: "ordinary",
      cohort: "2026-03",
      month: "2026-03",
      granted: "30.00",
      outstanding: "30.00",
      allocated: "23.44",
      deferred: "23.44",
    });
    expect(await rowsOf(http, "breakage")).toMatchObject([
      {
        policy_version: "1",
        share: "0.200000",
        observed: null,
        granted: "30.00",
        outstanding: "30.00",
        expected: "6.00",
      },
    ]);
    // In April twelve of them are spent: half of the 24.00 that are taken to be.
    at("2026-04-02");
    const redeemed = await http.post("/v1/redemptions", {
      memberId,
      amount: "12.00",
      brand: "mvideo",
      storeId: "M-1",
      reference: "r",
    });
    expect(redeemed.status).toBe(201);
    expect((await rowsOf(http, "cohorts")).at(-1)).toMatchObject({
      month: "2026-04",
      spent: "-12.00",
      outstanding: "18.00",
      allocated: "0.00",
      deferred: "11.72",
    });
    // In May one of the two units comes back, and takes its 15.00 with it: 23.44 ÷ 2 less what was spent.
    await http.post(`/v1/purchases/${bought.body.purchaseId}/returns`, goodsBack({ occurredAt: at("2026-05-04") }));
    expect((await rowsOf(http, "cohorts")).at(-1)).toMatchObject({
      month: "2026-05",
      clawed_back: "-15.00",
      outstanding: "3.00",
      deferred: "0.00",
    });
    expect(await rowsOf(http, "breakage")).toMatchObject([
      { clawed_back: "-15.00", spent: "-12.00", expected: "3.00" },
    ]);
    // What is left ends: nothing is deferred, and three of fifteen have ended unspent.
    at("2026-11-01");
    await http.give(memberId, 1_00n);
    const [ordinary] = await rowsOf(http, "breakage");
    expect(ordinary).toMatchObject({
      kind: "ordinary",
      expired: "-3.00",
      outstanding: "0.00",
      expected: "0.00",
      observed: "0.200000",
    });
    const past = await rowsOf(http, "breakage?asOf=2026-03-31");
    expect(past).toMatchObject([{ outstanding: "30.00", expected: "6.00" }]);
  });

  it("is told by the assumption of the day", async () => {
    const { body: policy } = await http.get<{ rules: object }>("/v1/policies/1");
    const breakage = { ordinary: "0.5", promo: "0.1", offer: "0", compensation: "0", opening: "0" };
    const published = await http.put("/v1/policies/2", {
      effectiveFrom: "2026-12-01T00:00:00+03:00",
      note: "more of it ends",
      rules: { ...policy.rules, breakage },
    });
    expect(published.status).toBe(200);
    const promo = async (question: string) =>
      (await rowsOf(http, `breakage?${question}`)).find((row) => row["kind"] === "promo");
    expect(await promo("")).toMatchObject({ policy_version: "1", expected: "0.20", outstanding: "1.00" });
    http.clock.moveTo(Date.parse("2026-12-02T12:00:00+03:00"));
    await http.newMember();
    expect(await promo("")).toMatchObject({ policy_version: "2", share: "0.100000", expected: "0.10" });
    expect(await promo("asOf=2026-11-30")).toMatchObject({ policy_version: "1", expected: "0.20" });
  });

  it.each(["asOf=2026-02-30", "month=2026-3", "asOf=2026-03-01&month=2026-03", "from=2026-03-01"])(
    "is not told for %s",
    async (question) => {
      const key = await http.newKey(["finance"]);
      for (const name of ["ageing", "cohorts", "breakage"]) {
        const { status } = await http.app.request(`/v1/exports/${name}?${question}`, {
          headers: { authorization: `Bearer ${key}` },
        });
        expect([400, 422]).toContain(status);
      }
    },
  );

  it("is told to one brand of that brand", async () => {
    const key = await http.newKey(["finance"], "eldorado");
    for (const name of ["ageing", "cohorts", "breakage"]) {
      const ask = (question: string) =>
        http.app.request(`/v1/exports/${name}${question}`, { headers: { authorization: `Bearer ${key}` } });
      expect((await (await ask("")).text()).split("\n")).toHaveLength(2);
      expect((await ask("?entity=mvideo")).status).toBe(403);
    }
  });
});
