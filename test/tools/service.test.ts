/** The demo and the replay against the real service, small: the figures are the ledger's own, and repeat themselves. */
import { afterEach, describe, expect, it } from "vitest";
import { type Api, connectTo } from "../../src/tools/client/api.ts";
import { proofOf } from "../../src/tools/client/proof.ts";
import type { Totals } from "../../src/tools/report/totals.ts";
import { figureOf } from "../../src/tools/report/report.ts";
import { runDemo } from "../../src/tools/demo/run.ts";
import { jsonSummary as demoSummary, textSummary as demoText } from "../../src/tools/demo/summary.ts";
import { type Invoice, kindOf } from "../../src/tools/replay/invoice.ts";
import { replayInvoices } from "../../src/tools/replay/run.ts";
import { succeeded, textSummary } from "../../src/tools/replay/summary.ts";
import { listen } from "../../src/http/server/server.ts";
import { visitDue } from "../../src/bonuses/visit-due.ts";
import { ledgerItself } from "../../src/engine/group/submit.ts";
import { ManualClock } from "../../src/kernel/clock.ts";
import { testHttp } from "../support/http.ts";

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

const quiet = { update() {}, stop() {} };
const PLAIN = { seed: "1", orders: "none", aftermath: false, startProgress: () => quiet } as const;

/** A service on a socket, with an empty ledger and a clock before everything. */
async function service() {
  const ledger = await testHttp({ clock: new ManualClock(Date.parse("2010-01-01T00:00:00+03:00")) });
  open.push(() => ledger.close());
  const listening = await listen(ledger.app, { port: 0, host: "127.0.0.1" });
  open.push(() => listening.close());
  return { api: connectTo({ baseUrl: `http://127.0.0.1:${listening.port}`, key: ledger.adminKey }), ledger };
}

/** What has expired, as the books say it once every wallet that is due has been visited. */
async function breakage(api: Api, ledger: Awaited<ReturnType<typeof service>>["ledger"]): Promise<bigint> {
  expect((await visitDue(ledgerItself(ledger.service))).finished).toBe(true);
  const proof = await proofOf(api);
  expect(proof.holds).toBe(true);
  return figureOf(proof, "mvideo breakage") + figureOf(proof, "eldorado breakage");
}

describe("the demo", () => {
  const SIZE = { people: 40, receipts: 140, days: 110 };

  it("tells the same for the same seed, and what it tells is in the books", { timeout: 120_000 }, async () => {
    const summaries: unknown[] = [];
    for (let run = 0; run < 2; run += 1) {
      const { api, ledger } = await service();
      const demo = await runDemo(api, SIZE, "7", () => quiet);
      const { timing, ...summary } = JSON.parse(demoSummary(demo)) as Record<string, unknown>;
      expect(timing).toBeDefined();
      summaries.push(summary);
      const { totals, curiosities } = demo.life;
      expect(demo.proof.holds).toBe(true);
      expect(totals.spent).toBeGreaterThan(0n);
      expect(totals.returns).toBeGreaterThan(0);
      expect(totals.parkedReturns + curiosities.undone + curiosities.tombstones).toBeGreaterThan(0);
      expect(curiosities.unknownCards).toBeGreaterThan(0);
      expect(totals.expired(demo.left)).toBeGreaterThan(0n);
      expect(await breakage(api, ledger)).toBe(totals.expired(demo.left));
      expect(demoText(demo, null)).toContain("Every invariant holds.");
      expect(demo.heroes).toHaveLength(3);
    }
    expect(summaries[0]).toEqual(summaries[1]);
  });
});

const START = Date.parse("2010-12-01T09:00:00Z");

function invoice(
  number: string,
  day: number,
  customer: string | null,
  lines: readonly [string, number, number][],
): Invoice {
  return {
    number,
    kind: kindOf(number),
    at: START + day * 86_400_000,
    customer,
    country: customer === "2" ? "France" : "United Kingdom",
    lines: lines.map(([stockCode, quantity, price]) => ({
      stockCode,
      quantity: BigInt(quantity),
      unitPrice: BigInt(price),
    })),
  };
}

/** Two customers and nobody in particular, over seven months, with everything that the real year has. */
const YEAR: readonly Invoice[] = [
  invoice("C100", 0, "1", [["OLD", -2, 100_00]]),
  invoice("101", 0, "1", [
    ["A", 10, 1_000_00],
    ["A", 5, 1_000_00],
    ["POST", 1, 18_00],
  ]),
  invoice("102", 1, "2", [
    ["B", 80_995, 2_08],
    ["FREE", 3, 0],
  ]),
  invoice("C103", 1, "2", [["B", -80_995, 2_08]]),
  invoice("104", 2, null, [
    ["A", 1, 1_000_00],
    ["B", 2, 0],
  ]),
  invoice("A105", 3, null, [["B", 1, -11_062_06]]),
  invoice("106", 3, null, [["A", -4, 0]]),
  invoice("108", 20, "1", [["A", 2, 1_000_00]]),
  invoice("C109", 21, "1", [["A", -9, 1_000_00]]),
  invoice("C110", 22, null, [["A", -2, 1_000_00]]),
  ...Array.from({ length: 6 }, (_, place) => invoice(`${111 + place}`, 23 + place, "1", [["C", 1, 500_00]])),
  invoice("117", 210, "2", [["A", 1, 1_00]]),
];

describe("the replay", () => {
  it("accounts for every line, spends what has become active, sees bonuses expire, and proves", async () => {
    const { api, ledger } = await service();
    const outcome = await replayInvoices(api, YEAR, { ...PLAIN, aftermath: true });
    const lines = YEAR.reduce((sum, each) => sum + each.lines.length, 0);
    const slice = { file: { invoices: YEAR, lines }, invoices: YEAR.length, lines, seed: "1" };
    expect(succeeded(outcome, slice)).toBe(true);
    expect(succeeded(outcome, { ...slice, lines: lines + 1 })).toBe(false);
    expect(Object.fromEntries(outcome.tally.counts)).toEqual({
      parked: 1,
      sold_member: 12,
      sold_free_member: 1,
      returned: 1,
      sold_anonymous: 1,
      sold_free_anonymous: 1,
      adjustment: 1,
      stock_correction: 1,
      returned_spread: 1,
      returned_partly: 1,
    });
    const { totals, aftermath } = outcome;
    expect(totals).toMatchObject({ members: 2, receipts: 11, memberReceipts: 10, returns: 4, parkedReturns: 2 });
    expect(totals.spent).toBeGreaterThan(0n);
    expect(totals.clawedBack).toBeGreaterThan(0n);
    expect(aftermath).toMatchObject({ pending: 0n, available: 0n, held: 0n });
    expect(totals.expired(aftermath!)).toBeGreaterThan(0n);
    expect(await breakage(api, ledger)).toBe(totals.expired(aftermath!));
    const text = textSummary(outcome, slice);
    expect(text).toContain("= lines read");
    expect(text).toContain("Every invariant holds.");
  });

  it("tells whose bonuses were spent at whose tills, as the brands owe it to each other", async () => {
    const { api } = await service();
    const atOther = Array.from({ length: 12 }, (_, place) =>
      invoice(`${200 + 2 * place}`, 20, "1", [["A", 1, 100_00]]),
    );
    const invoices = [invoice("101", 0, "1", [["A", 1, 100_000_00]]), ...atOther];
    const outcome = await replayInvoices(api, invoices, PLAIN);
    const { totals, crossings, proof } = outcome;
    expect(totals.spent).toBeGreaterThan(0n);
    expect(crossings).toEqual([
      { issuer: "mvideo", seller: "eldorado", amount: 0n },
      { issuer: "eldorado", seller: "mvideo", amount: totals.spent },
    ]);
    expect(figureOf(proof, "eldorado owes mvideo")).toBe(totals.spent);
    expect(totals.crossBrandReceipts).toBe(12);
  });

  it("places every tenth invoice as an order, and spends and earns as without it", async () => {
    const invoices = [
      invoice("101", 0, "1", [["A", 1, 100_000_00]]),
      ...Array.from({ length: 21 }, (_, place) =>
        invoice(`${222 + place}`, 20 + place, "1", [
          ["A", 2, 99_99],
          ["B", 3, 133_33],
          ["C", 1, 0],
        ]),
      ),
      // Both parts of the second order come back, and some of the invoices before and after it.
      invoice("C300", 45, "1", [
        ["A", -7, 99_99],
        ["C", -5, 0],
      ]),
    ];
    const lines = invoices.reduce((sum, each) => sum + each.lines.length, 0);
    const slice = { file: { invoices, lines }, invoices: invoices.length, lines, seed: "1" };
    const money = ({ granted, spent, bonusesBack, clawedBack, turnover, moneyBack }: Totals) =>
      [granted, spent, bonusesBack, clawedBack, turnover, moneyBack].map(String);
    const { api, ledger } = await service();
    const outcome = await replayInvoices(api, invoices, { ...PLAIN, orders: "tenth" });
    expect(succeeded(outcome, slice)).toBe(true);
    const { orders, totals, tally } = outcome;
    expect(orders).toMatchObject({ placed: 2, inParts: 2, pickups: 4, released: 0n });
    expect(orders.held).toBeGreaterThan(0n);
    expect(orders.captured).toBe(orders.held);
    expect(totals).toMatchObject({ receipts: 24, returns: 6, crossBrandReceipts: 13 });
    expect(Object.fromEntries(tally.counts)).toMatchObject({ sold_member: 43, returned_spread: 2 });
    expect(outcome.atTheEnd.held).toBe(0n);
    await breakage(api, ledger);
    const text = textSummary(outcome, slice);
    expect(text).toMatch(/orders +2 {2}2 of them handed out on two visits/);
    expect(text).toMatch(/of them pickups +4/);
    const plain = await replayInvoices((await service()).api, invoices, PLAIN);
    expect(plain.orders.placed).toBe(0);
    expect(plain.totals).toMatchObject({ receipts: 22, returns: 5 });
    expect(textSummary(plain, slice)).not.toMatch(/pickups|ordered/);
    expect(money(totals)).toEqual(money(plain.totals));
  });

  it("counts what the ledger refuses, and does not call that a success", async () => {
    const { api } = await service();
    // No receipt may carry so much: the API's amounts end below it.
    const tooMuch = [
      invoice("1", 0, "1", [["A", 9_999_999, 9_999_999_999_99]]),
      invoice("C2", 1, "1", [["A", -1, 9_999_999_999_99]]),
    ];
    const outcome = await replayInvoices(api, tooMuch, PLAIN);
    expect(Object.fromEntries(outcome.tally.counts)).toEqual({ refused: 2 });
    expect(Object.fromEntries(outcome.tally.refusals)).toEqual({ unprocessable_request: 1, sale_refused: 1 });
    const slice = { file: { invoices: tooMuch, lines: 2 }, invoices: 2, lines: 2, seed: "1" };
    expect(succeeded(outcome, slice)).toBe(false);
    // The same as an order: nothing more is asked of one that was not placed.
    const nine = Array.from({ length: 9 }, (_, place) => invoice(`${11 + place}`, 2, "1", [["B", 1, 1_00]]));
    const tenth = tooMuch.map((each) => ({
      ...each,
      number: each.number.replace("1", "21"),
      at: START + 3 * 86_400_000,
    }));
    const ordered = await replayInvoices((await service()).api, [...nine, ...tenth], { ...PLAIN, orders: "tenth" });
    expect(Object.fromEntries(ordered.tally.counts)).toEqual({ sold_member: 9, refused: 2 });
    expect(Object.fromEntries(ordered.tally.refusals)).toEqual({ unprocessable_request: 1, sale_refused: 1 });
  });
});
