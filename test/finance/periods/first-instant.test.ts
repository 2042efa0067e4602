/** What ends at 00:00 of the first day of a month belongs to that month, in the programme's zone, whenever it is posted. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { accrual } from "../../../src/bonuses/accrual.ts";
import { duePosting } from "../../../src/bonuses/due-posting.ts";
import { submitOwn } from "../../../src/engine/group/submit.ts";
import { turnoverFollower } from "../../../src/finance/turnovers/turnovers.ts";
import { formatInstant } from "../../../src/kernel/clock.ts";
import type { MemberId } from "../../../src/kernel/ids.ts";
import { followToEnd } from "../../support/following.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { answerOf } from "../../support/ledger.ts";
import { settled } from "../exports/settled.ts";
import { at, Settling } from "../settlement/settling.ts";

let http: TestHttp;
let finance: Settling;
beforeAll(async () => {
  http = await testHttp();
  finance = await Settling.of(http);
}, 120_000);
afterAll(() => http.close());

/** Of the programme's zone: 21:00 of the day before in UTC. */
const FIRST = at("2026-04-01", "00:00:00");

async function grantUntil(memberId: MemberId, amount: string, end: number): Promise<void> {
  const terms = { brand: "mvideo", kind: "promo", reason: "test", reference: "test" };
  const life = { activeAt: formatInstant(http.clock.now()), expiresAt: formatInstant(end) };
  answerOf(await http.ask(accrual, { memberId, amount, ...terms, ...life }));
}

const lines = async (path: string) =>
  (await http.get<string>(`/v1/exports/${path}`, { key: finance.key })).body.trim().split("\n");
/** What a month has expired, and what it closes with, of М.Видео's bonuses of promotions. */
async function rolled(month: string) {
  await settled(http.database);
  const [head = "", ...rows] = await lines(`liability?entity=mvideo&month=${month}`);
  const row = rows.find((each) => each.includes(",promo,"))?.split(",") ?? [];
  const value = (name: string) => row[head.split(",").indexOf(name)];
  return { expired: value("expired"), closing: value("closing") };
}

it("expiry at 00:00 of the first day of a month is of that month, a millisecond earlier of the month before", async () => {
  const [before, at0] = [await http.newMember(), await http.newMember()];
  await grantUntil(before, "10.00", FIRST - 1);
  await grantUntil(at0, "25.00", FIRST);
  const all = [
    { month: "2026-03", is: { expired: "-10.00", closing: "25.00" } },
    { month: "2026-04", is: { expired: "-25.00", closing: "0.00" } },
  ];
  const look = async () => {
    for (const { month, is } of all) expect([month, await rolled(month)]).toEqual([month, is]);
  };

  // At that very instant the bonuses are gone, and the month can be closed.
  http.clock.moveTo(FIRST - 1);
  expect(await http.get(`/v1/members/${at0}/balance`)).toMatchObject({ body: { available: "25.00" } });
  http.clock.moveTo(FIRST);
  expect(await http.get(`/v1/members/${at0}/balance`)).toMatchObject({ body: { available: "0.00" } });
  for (const memberId of [before, at0]) await submitOwn(http.service, duePosting, { memberId });
  await look();
  await finance.close("2026-03");
  await look();
  await followToEnd(http.database, turnoverFollower);
  await look();
  const journal = (await lines("journal?from=2026-04-01&to=2026-04-01")).filter((line) => line.includes(",expiry,"));
  expect(journal).toHaveLength(1);
  expect(journal[0]).toContain("2026-03-31T21:00:00.000Z");
});

it("and stays so where its month was closed before anybody posted it: it is accounted on the first open day", async () => {
  const late = await http.newMember();
  http.clock.moveTo(at("2026-04-20"));
  await grantUntil(late, "7.00", at("2026-05-01", "00:00:00"));
  http.clock.moveTo(at("2026-06-01", "00:00:00"));
  await finance.close("2026-04");
  const april = await rolled("2026-04");
  expect(april).toEqual({ expired: "-25.00", closing: "7.00" });
  await submitOwn(http.service, duePosting, { memberId: late });
  expect(await rolled("2026-04")).toEqual(april);
  expect(await rolled("2026-05")).toEqual({ expired: "-7.00", closing: "0.00" });
});
