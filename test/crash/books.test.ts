/**
 * Services are killed without a word while two people close months, and make, agree and pay their settlements, two at once for
 * each step: each step happens once, as it was acknowledged, and a retry is told the same.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Judged } from "../../src/engine/outcome.ts";
import { at, Settling } from "../finance/settlement/settling.ts";
import { testHttp, type TestHttp } from "../support/http.ts";
import type { Ask } from "./asks.ts";
import { Client } from "./client.ts";
import { randomOf } from "./till.ts";

const MONTHS = ["2026-03", "2026-04", "2026-05"];

let http: TestHttp;
let client: Client;
beforeAll(async () => {
  http = await testHttp();
  const shops = await Settling.of(http);
  const member = await http.newMember();
  await http.give(member, 900_00n);
  let former: string | undefined;
  for (const month of MONTHS) {
    shops.moveTo(`${month}-20`);
    // Of each month something is to be settled, and something corrects the month before.
    if (former !== undefined) await shops.bringBack(former, "mvideo", "M-1");
    former = await shops.sell(member, "eldorado", "E-1", 500_00n, 80_00n);
  }
  http.clock.moveTo(at("2026-06-01"));
  client = new Client(http.database.url, 2, http.clock.now());
  await client.ready();
}, 120_000);
afterAll(async () => {
  await client.close();
  await http.close();
});

const told = (judged: Judged | undefined) => {
  if (judged === undefined) throw new Error("nothing was answered");
  return judged.kind === "refused" ? judged.code : judged.status;
};

const seed = Math.floor(Math.random() * 2 ** 31);
const random = randomOf(seed);
let kills = 0;
/** Two ask at once, at whichever service; one of the services dies meanwhile. */
async function beside(key: string, asks: readonly [Ask, Ask]): Promise<readonly Judged[]> {
  await client.ready();
  const asked = Promise.all(asks.map((ask, index) => client.ask(`${key} ${index}`, ask)));
  await sleep(random() * 80);
  client.killService((kills += 1));
  return asked;
}

it("of closing, making, agreeing and paying each is done once, and told the same again", {
  timeout: 300_000,
}, async () => {
  process.stdout.write(`killing with seed ${seed}\n`);
  for (const month of MONTHS) {
    const close = (staffId: string) => ({
      operation: "period-close",
      body: { reason: "all in" },
      params: { month },
      staffId,
    });
    const closed = await beside(`close ${month}`, [close("anna-1"), close("boris-2")]);
    expect(new Set(closed.map(told))).toEqual(new Set([200, 202]));

    const settle = (staffId: string) => ({ operation: "settlement", body: { from: month, to: month }, staffId });
    const made = await beside(`settle ${month}`, [settle("maker-1"), settle("maker-2")]);
    expect(new Set(made.map(told))).toEqual(new Set([201, "settlement_exists"]));
    const params = { settlementId: idIn(made) };

    const agree = (entity: string) => {
      const body = { entity, reason: "agrees" };
      return { operation: "settlement-agreement", body, params, staffId: `of-${entity}` };
    };
    const agreed = await beside(`agree ${month}`, [agree("mvideo"), agree("eldorado")]);
    expect(new Set(agreed.map(told))).toEqual(new Set([200, 202]));

    const pay = (staffId: string) => {
      const body = { reference: "payment order 481", paidOn: "2026-06-01" };
      return { operation: "settlement-payment", body, params, staffId };
    };
    const paid = await beside(`pay ${month}`, [pay("payer-1"), pay("payer-2")]);
    expect(new Set(paid.map(told))).toEqual(new Set([200, "settlement_not_open"]));
  }
  expect(new Set(client.faults.keys())).toEqual(new Set(["killed"]));

  await client.ready();
  const again = await Promise.all(client.journal.map(({ key, ask }) => client.send(key, ask)));
  expect(again).toEqual(client.journal.map(({ judged }) => ({ ...judged, replayed: true })));
  const done = await http.database.sql<{ name: string; status: number; count: bigint }[]>`
    select name, status, count(*) from operations where staff_id is not null and refusal is null group by 1, 2 order by 1, 2`;
  expect(done.map(({ name, status, count }) => [name, status, Number(count)])).toEqual([
    ["period-close", 200, 3],
    ["period-close", 202, 3],
    ["settlement", 201, 3],
    ["settlement-agreement", 200, 3],
    ["settlement-agreement", 202, 3],
    ["settlement-payment", 200, 3],
  ]);
  const settlements = await http.database.sql<{ text: string }[]>`
    select number || ' ' || from_month || ' ' || status || ' ' || other_owes || ' ' || lines as text from settlements order by number`;
  expect(settlements.map(({ text }) => text)).toEqual([
    "1 2026-03 paid 8000 1",
    "2 2026-04 paid 4000 2",
    "3 2026-05 paid 4000 2",
  ]);
  process.stdout.write(`${kills} killed, ${client.faults.get("killed")} requests with them\n`);
});

function idIn(made: readonly Judged[]): string {
  const [answer] = made.flatMap((judged) => (judged.kind === "accepted" ? [judged.answer] : []));
  const { settlements } = JSON.parse(answer ?? "{}") as { settlements: readonly { settlementId: string }[] };
  return settlements[0]?.settlementId ?? "";
}
