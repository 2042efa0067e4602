/** Months of the books: two people close them, one after another, and nothing that comes later changes what was closed. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { duePosting } from "../../../src/bonuses/due-posting.ts";
import { submitOwn } from "../../../src/engine/group/submit.ts";
import { periodClose } from "../../../src/finance/periods/close.ts";
import { periodReopen } from "../../../src/finance/periods/reopen.ts";
import { readTurnovers, type TurnoverQuestion } from "../../../src/finance/turnovers/read-turnovers.ts";
import { DIMENSIONS, turnoverFollower } from "../../../src/finance/turnovers/turnovers.ts";
import { localDate } from "../../../src/kernel/zone.ts";
import { openService } from "../../../src/service.ts";
import { followToEnd, forgetBy } from "../../support/following.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { TEST_KEYS } from "../../support/keys.ts";
import { ask, newTestKey, TILL } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { DAY_MS } from "../../support/town.ts";
import { settled } from "../exports/settled.ts";

let http: TestHttp;
let finance: string;
beforeAll(async () => {
  http = await testHttp();
  finance = await http.newKey(["finance"]);
}, 120_000);
afterAll(() => http.close());

const at = (day: string) => Date.parse(`${day}T12:00:00+03:00`);
const by = (staffId: string) => ({ ...TILL, brand: null, staffId });

async function told(
  path: string,
  { key = finance, body, staff }: { key?: string; body?: object; staff?: string } = {},
) {
  const answer = await http.app.request(path, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { "content-type": "application/json", "idempotency-key": newTestKey() }),
      ...(staff === undefined ? {} : { "x-staff-id": staff }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}
const change = (month: string, action: "close" | "reopen", staff?: string) =>
  told(`/v1/periods/${month}/${action}`, {
    body: { reason: `${action} it` },
    ...(staff === undefined ? {} : { staff }),
  });

async function bySecond(month: string, action: "close" | "reopen"): Promise<void> {
  expect(await change(month, action, "anna-1")).toMatchObject({ status: 202 });
  expect(await change(month, action, "boris-2")).toMatchObject({ status: 200 });
}

const exported = async (path: string) => {
  await settled(http.database);
  return (await http.app.request(`/v1/exports/${path}`, { headers: { authorization: `Bearer ${finance}` } })).text();
};
const turnovers = (question: TurnoverQuestion) => readTurnovers(http.service.reader, question);
const expired = async (of: { from: string; to: string }) =>
  (await turnovers({ by: ["day"], of: { event: "expiry", account: "breakage" }, ...of })).map(({ day, credit }) => [
    String(day),
    credit,
  ]);

describe("a month", () => {
  it("is closed by two people when it is over, and by no one of them", async () => {
    http.clock.moveTo(at("2026-03-31"));
    expect(await change("2026-03", "close")).toMatchObject({ status: 403, json: { code: "staff_required" } });
    expect(await change("2026-03", "close", "anna-1")).toMatchObject({
      status: 409,
      json: { code: "period_not_over" },
    });
    // 31 March, 23:59:59.999 in the programme's zone, and the next millisecond.
    http.clock.moveTo(Date.parse("2026-03-31T20:59:59.999Z"));
    expect(await change("2026-03", "close", "anna-1")).toMatchObject({ json: { code: "period_not_over" } });
    http.clock.moveTo(Date.parse("2026-03-31T21:00:00.000Z"));
    const asked = await change("2026-03", "close", "anna-1");
    expect(asked).toMatchObject({
      status: 202,
      json: { status: "waiting", month: "2026-03", openFrom: null, expiresAt: "2026-04-07T21:00:00.000Z" },
    });
    expect(await change("2026-03", "close", "anna-1")).toMatchObject({ json: { code: "second_person_needed" } });
    expect(await told("/v1/periods")).toMatchObject({
      json: { openFrom: null, waiting: { action: "close", month: "2026-03", staffId: "anna-1" }, items: [] },
    });
    // Not even behind another client.
    const other = await http.newKey(["finance"]);
    const again = await told("/v1/periods/2026-03/close", { key: other, body: { reason: "x" }, staff: "anna-1" });
    expect(again).toMatchObject({ json: { code: "second_person_needed" } });
    expect(await change("2026-03", "close", "boris-2")).toMatchObject({
      status: 200,
      json: { status: "closed", openFrom: "2026-04-01", expiresAt: null },
    });
    expect(await told("/v1/periods")).toMatchObject({
      json: {
        openFrom: "2026-04-01",
        waiting: null,
        items: [
          {
            number: 1,
            action: "close",
            asked: { staffId: "anna-1" },
            agreed: { staffId: "boris-2", reason: "close it" },
          },
        ],
      },
    });
  });

  it("is not asked for by a client of one brand", async () => {
    const ofMvideo = await http.newKey(["finance"], "mvideo");
    const refused = await told("/v1/periods/2026-04/close", { key: ofMvideo, body: { reason: "x" }, staff: "anna-1" });
    expect(refused).toMatchObject({ status: 403, json: { code: "brand_forbidden" } });
  });

  it("comes after the one before it, and only the last is opened again", async () => {
    http.clock.moveTo(at("2026-07-01"));
    expect(await change("2026-05", "close", "anna-1")).toMatchObject({
      json: { code: "period_out_of_order", next: "2026-04" },
    });
    expect(await change("2026-03", "close", "anna-1")).toMatchObject({ json: { code: "period_out_of_order" } });
    expect(await change("2026-02", "reopen", "anna-1")).toMatchObject({
      json: { code: "period_out_of_order", next: "2026-03" },
    });
    await bySecond("2026-04", "close");
  });

  it("that was asked for and left waiting for a week is asked for anew; asking for something else ends what waits", async () => {
    expect(await change("2026-05", "close", "anna-1")).toMatchObject({ status: 202 });
    http.clock.moveTo(http.clock.now() + 7 * DAY_MS);
    expect(await change("2026-05", "close", "boris-2")).toMatchObject({ status: 202 });
    expect(await change("2026-04", "reopen", "anna-1")).toMatchObject({ status: 202 });
    expect(await change("2026-05", "close", "anna-1")).toMatchObject({ status: 202 });
    expect(await change("2026-05", "close", "boris-2")).toMatchObject({ status: 200 });
  });

  it("is closed once where two agree at once, at two services", async () => {
    const other = await openService({ target: http.database, clock: http.clock, personal: TEST_KEYS, lanes: 1 });
    expect(await change("2026-06", "close", "anna-1")).toMatchObject({ status: 202 });
    const close = (service: typeof other, staffId: string) =>
      ask(service, periodClose, { reason: "all in" }, { params: { month: "2026-06" }, actor: by(staffId) });
    const both = await Promise.all([close(http.service, "boris-2"), close(other, "vera-3")]);
    expect(new Set(both.map((outcome) => (outcome.kind === "refused" ? outcome.code : outcome.status)))).toEqual(
      new Set([200, "period_out_of_order"]),
    );
    await other.close();
  });
});

describe("what comes late", () => {
  it("is accounted on the first open day, and keeps the day on which it happened; what was closed stays as it was", async () => {
    const memberId = await http.newMember();
    await http.give(memberId, 77_77n);
    const [lot] = await http.database.sql<{ ends: number }[]>`
      select expires_at as ends from lots where member_id = ${memberId.slice(4)}::uuid`;
    const ends = lot?.ends ?? 0;
    const day = localDate(ends, "Europe/Moscow");
    const month = day.slice(0, 7);
    // Nobody comes to post it before its month is closed.
    http.clock.moveTo(ends + 62 * DAY_MS);
    for (let next = (await told("/v1/periods")).json["openFrom"] as string; next.slice(0, 7) <= month; ) {
      await bySecond(next.slice(0, 7), "close");
      next = (await told("/v1/periods")).json["openFrom"] as string;
    }
    const openFrom = (await told("/v1/periods")).json["openFrom"] as string;
    const closed = { from: "2026-01-01", to: `${month}-28` };
    const before = await turnovers({ by: DIMENSIONS, to: closed.to });
    const fileBefore = await exported(`trial-balance?to=${closed.to}`);
    await submitOwn(http.service, duePosting, { memberId });
    const look = async () => {
      expect(await turnovers({ by: DIMENSIONS, to: closed.to })).toEqual(before);
      expect(await exported(`trial-balance?to=${closed.to}`)).toBe(fileBefore);
      expect(await expired({ from: openFrom, to: openFrom })).toEqual([[openFrom, 77_77n]]);
    };
    await look();
    await followToEnd(http.database, turnoverFollower);
    await look();
    await forgetBy(http.database, turnoverFollower);
    await followToEnd(http.database, turnoverFollower, 3);
    await look();
    const journal = await exported(`journal?from=${openFrom}&to=${openFrom}`);
    expect(journal).toContain(new Date(ends).toISOString());
    expect((await expectProof(http)).holds).toBe(true);
  });

  it("goes where it belongs while its month is open again; what was exported before is told the same at its mark", async () => {
    const memberId = await http.newMember();
    const other = await http.newMember();
    await http.give(memberId, 11_11n);
    await http.give(other, 22_22n);
    const [lot] = await http.database.sql<{ ends: number }[]>`
      select expires_at as ends from lots where member_id = ${memberId.slice(4)}::uuid`;
    const day = localDate(lot?.ends ?? 0, "Europe/Moscow");
    const month = day.slice(0, 7);
    http.clock.moveTo((lot?.ends ?? 0) + 32 * DAY_MS);
    for (let next = (await told("/v1/periods")).json["openFrom"] as string; next.slice(0, 7) <= month; ) {
      await bySecond(next.slice(0, 7), "close");
      next = (await told("/v1/periods")).json["openFrom"] as string;
    }
    const first = await http.app.request(`/v1/exports/journal`, { headers: { authorization: `Bearer ${finance}` } });
    const [mark, file] = [first.headers.get("mclub-mark") ?? "", await first.text()];
    await bySecond(month, "reopen");
    await submitOwn(http.service, duePosting, { memberId });
    await bySecond(month, "close");
    await submitOwn(http.service, duePosting, { memberId: other });
    const openFrom = (await told("/v1/periods")).json["openFrom"] as string;
    const look = async () => {
      expect(await expired({ from: day, to: day })).toEqual([[day, 11_11n]]);
      expect(await expired({ from: openFrom, to: openFrom })).toEqual([[openFrom, 22_22n]]);
      expect(await exported(`journal?mark=${mark}`)).toBe(file);
    };
    await look();
    await followToEnd(http.database, turnoverFollower);
    await look();
    expect((await expectProof(http)).holds).toBe(true);
  });

  it("is refused by the database, whoever writes what is kept of a closed day", async () => {
    const rewritten = (text: string) =>
      http.database.sql.unsafe(text).then(
        () => "done",
        (error: { code: string }) => error.code,
      );
    const [kept] = await http.database.sql<{ day: string }[]>`select min(day)::text as day from turnovers`;
    const day = kept?.day ?? "";
    expect(day < ((await told("/v1/periods")).json["openFrom"] as string)).toBe(true);
    expect(await rewritten(`update turnovers set debit = debit + 1 where day <= '${day}'`)).toBe("23001");
    expect(await rewritten(`delete from turnovers where day <= '${day}'`)).toBe("23001");
    expect(
      await rewritten(
        `insert into turnovers (entity, day, account, event, kind, store_id, debit, credit) values ('mvideo', '${day}', 'breakage', 'expiry', 'promo', 'x', 1, 0)`,
      ),
    ).toBe("23001");
    expect(await rewritten("update book_changes set open_from = '2020-01-01'")).toBe("23001");
  });
});

it("reopening is refused where nothing was closed", async () => {
  const fresh = await testHttp();
  const outcome = await ask(
    fresh.service,
    periodReopen,
    { reason: "x" },
    { params: { month: "2026-02" }, actor: by("anna-1") },
  );
  expect(outcome).toMatchObject({ kind: "refused", code: "period_out_of_order" });
  await fresh.close();
});
