/** The replay with pairs: two members who are one for a while, held against one who was one all along. */
import { afterEach, describe, expect, it } from "vitest";
import { ManualClock } from "../../src/kernel/clock.ts";
import { listen } from "../../src/http/server/server.ts";
import { type Api, connectTo } from "../../src/tools/client/api.ts";
import { compare } from "../../src/tools/joining/compare.ts";
import { calendarOf, pairedHabits, pairsIn } from "../../src/tools/joining/pairs.ts";
import { type Joining, replayJoining } from "../../src/tools/joining/run.ts";
import { joiningJson, joiningSucceeded, joiningText } from "../../src/tools/joining/summary.ts";
import type { Diary } from "../../src/tools/replay/diary.ts";
import { type Invoice, kindOf } from "../../src/tools/replay/invoice.ts";
import { testHttp } from "../support/http.ts";

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

const quiet = { update() {}, stop() {} };
const DAY = 86_400_000;
const START = Date.parse("2010-12-01T09:00:00Z");

function invoice(number: string, day: number, customer: string, lines: readonly [string, number, number][]): Invoice {
  return {
    number,
    kind: kindOf(number),
    at: START + day * DAY,
    customer,
    country: "France",
    lines: lines.map(([stockCode, quantity, price]) => ({
      stockCode,
      quantity: BigInt(quantity),
      unitPrice: BigInt(price),
    })),
  };
}

/** Twenty customers of 120 days: two pairs, the first of which is careful, and a third who comes once they are one. */
function year(): Invoice[] {
  const invoices: Invoice[] = [];
  const customers = Array.from({ length: 30 }, (_, place) => `${place + 1}`);
  for (let visit = 0; visit < 14; visit += 1) {
    for (const [place, customer] of customers.entries()) {
      const day = visit * 9 + place / 100;
      if (place >= 20 && day < 70) continue;
      // Of everybody some are of even numbers and some of odd ones.
      const number = `${1000 + invoices.length * 3 + (place % 2)}`;
      invoices.push(invoice(number, day, customer, [["A", 1 + (visit % 3), 900_00 + place * 11_00]]));
    }
    if (visit < 3) continue;
    const back = [10, 20, visit].map((place) => `${place}`);
    for (const [place, customer] of back.entries()) {
      invoices.push(
        invoice(`C${9000 + visit * 5 + place}`, visit * 9 + 0.5 + place / 100, customer, [["A", -1, 900_00]]),
      );
    }
  }
  return invoices;
}

async function onService<T>(use: (api: Api) => Promise<T>): Promise<T> {
  const ledger = await testHttp({ clock: new ManualClock(Date.parse("2010-01-01T00:00:00+03:00")) });
  const listening = await listen(ledger.app, { port: 0, host: "127.0.0.1" });
  open.push(
    () => ledger.close(),
    () => listening.close(),
  );
  return use(connectTo({ baseUrl: `http://127.0.0.1:${listening.port}`, key: ledger.adminKey }));
}

describe("pairs", () => {
  const invoices = year();
  const calendar = calendarOf(invoices);

  it("are every tenth customer, and every second of them is careful", () => {
    const pairs = pairsIn(invoices, calendar);
    expect([...pairs.values()].map(({ customer, careful }) => [customer, careful])).toEqual([
      ["10", true],
      ["20", false],
      ["30", true],
    ]);
  });

  it("show the seller's own card while they are two, and either while they are one", () => {
    const pairs = pairsIn(invoices, calendar);
    const habits = pairedHabits("1", pairs, calendar, () => false);
    const pair = pairs.get("20")!;
    const own = invoices.filter(({ customer }) => customer === "20");
    const isOne = ({ at }: Invoice) => at >= calendar.half && at < calendar.threeQuarters;
    for (const each of own.filter((one) => !isOne(one))) {
      const isHome = (Number(each.number.slice(-1)) % 2 === 0 ? "mvideo" : "eldorado") === pair.home;
      expect(habits.cardOf("20", each)).toBe(isHome ? "20" : "920");
    }
    const shown = Array.from({ length: 40 }, (_, place) =>
      habits.cardOf("20", { number: `${2 * place}`, at: calendar.half }),
    );
    expect(new Set(shown)).toEqual(new Set(["20", "920"]));
    expect(habits.cardOf("3", own[0]!)).toBe("3");
  });
});

describe("a year with pairs", () => {
  it("differs from one without by the rules alone, and whatever else differs is told", {
    timeout: 300_000,
  }, async () => {
    const invoices = year();
    const lines = invoices.reduce((sum, each) => sum + each.lines.length, 0);
    const slice = { file: { invoices, lines }, invoices: invoices.length, lines, seed: "1" };
    const terms = { seed: "1", orders: "tenth", aftermath: true, startProgress: () => quiet } as const;
    const joining = await replayJoining(invoices, terms, onService);
    expect(joining.comparison.faults).toEqual([]);
    expect(joiningSucceeded(joining, slice)).toBe(true);
    expect(joining).toMatchObject({ apart: 3, comparison: { others: 27 } });
    expect(joining.joined.outcome.totals.spent).toBeGreaterThan(0n);
    const text = joiningText(joining, slice);
    expect(text).toContain("Nothing differs but by the rules.");
    expect(JSON.parse(joiningJson(joining, slice))).toMatchObject({ succeeded: true, pairs: 3, merges: 3 });
    tamper(joining);
  });
});

/** One kopeck more on one receipt, or with one customer, is told. */
function tamper({ pairs, without, joined }: Joining): void {
  const { diary, balances } = joined.outcome;
  const first = [...diary.entries].find(([, { kind }]) => kind === "sale")!;
  const one = { ...first[1], spent: 1n } as (typeof first)[1];
  const entries: Diary["entries"] = new Map([...diary.entries, [first[0], one]]);
  const told = { ...joined.outcome, diary: { entries, held: diary.held } as Diary };
  expect(compare(pairs, without, { ...joined, outcome: told }).faults).toHaveLength(1);
  const memberId = joined.outcome.members.get("1")!;
  const richer = new Map([...balances, [memberId, { ...balances.get(memberId)!, available: 7n }]]);
  const owned = { ...joined.outcome, balances: richer };
  expect(compare(pairs, without, { ...joined, outcome: owned }).faults).toHaveLength(1);
  const holdings = joined.joiner.atTheEnd.get("10")!;
  joined.joiner.atTheEnd.set("10", { ...holdings, left: holdings.left + 1n });
  expect(compare(pairs, without, joined).faults.length).toBeGreaterThan(0);
}
