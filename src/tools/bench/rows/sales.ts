/** Sales, batches of them, grants and spends, and balances: the rows that the ledger itself is measured by. */
import { grantOrSpend, nextNumber, saleJson, saleOf } from "../commands.ts";
import { median } from "../figures.ts";
import { type Ask, pace } from "../http.ts";
import type { Row } from "../report.ts";
import { asking, measureRow, type Next, oneOf, post, type RowTerms, type Who } from "./row.ts";

const BATCH = 500;

export async function saleRows(terms: RowTerms): Promise<Row[]> {
  const { service, members, lots, regularLots, random, say } = terms;
  const row = (name: string, what: string, who: Who, connections = 64, aim?: number) => {
    const once = asking(terms, salesTo(who, random), connections);
    return measureRow(terms, { name, what, once, ...(aim === undefined ? {} : { aim }) });
  };
  const anybody = oneOf(members.many, random);
  const toAnybody = [
    await row("http64", "sales, 64 connections", anybody, 64, 1),
    await row("http256", "sales, 256 connections", anybody, 256, 1.5),
  ];
  say(`memory of the service at 256 connections: ${service.memory().toFixed(0)} MiB`);
  return [
    ...toAnybody,
    await row("oneMember", `sales to one member of ${lots} lots`, () => members.oneSold),
    await row("regulars", `sales to members of ${regularLots} lots each`, oneOf(members.regulars, random)),
  ];
}

export async function batchRows(terms: RowTerms): Promise<Row[]> {
  const { members, random } = terms;
  const next = batchOf(salesTo(oneOf(members.many, random), random));
  const what = `sales in batches of ${BATCH} (latency: of a batch)`;
  return [await measureRow(terms, { name: "batch", what, once: asking(terms, next, 4, BATCH), aim: 3 })];
}

export async function grantRows(terms: RowTerms): Promise<Row[]> {
  const { members, lots, random } = terms;
  const row = (name: string, what: string, who: Who) =>
    measureRow(terms, { name, what, once: asking(terms, grantsTo(who, random)) });
  return [
    await row("grants", "grants and spends without a receipt", oneOf(members.many, random)),
    await row("grantsOneMember", `grants and spends of one member of ${lots} lots`, () => members.oneGranted),
  ];
}

export async function balanceRows(terms: RowTerms): Promise<Row[]> {
  const { service, members, random } = terms;
  const anybody = oneOf(members.many, random);
  const next = (): Ask => ({ method: "GET", path: `/v1/members/${anybody()}/balance` });
  const what = "balance reads, full load";
  const full = await measureRow(terms, { name: "balanceRead", what, once: asking(terms, next) });
  const rate = median(full.runs.map(({ perSecond }) => perSecond)) / 2;
  const half = await measureRow(terms, {
    name: "balanceReadHalf",
    what: `balance reads, half of that, of ${members.many.length} members`,
    once: (seconds) => pace(service, rate, seconds, next),
    bound: { of: "p99", atMost: 20 },
  });
  return [full, half];
}

const salesTo = (who: Who, random: () => number): Next => {
  return () => post("/v1/purchases", saleJson(saleOf(who(), random, Date.now())));
};

const grantsTo = (who: Who, random: () => number): Next => {
  return () => {
    const { path, json } = grantOrSpend(who(), random, Date.now());
    return post(path, json);
  };
};

/** Sales as the items of one batch. */
function batchOf(sale: Next): Next {
  return () => {
    const items = Array.from({ length: BATCH }, () => {
      const { body = "", idempotencyKey = "" } = sale();
      return `{"op":"purchase","idempotencyKey":${JSON.stringify(idempotencyKey)},"body":${body}}`;
    });
    const body = `{"items":[${items.join(",")}]}`;
    return { method: "POST", path: "/v1/batches", idempotencyKey: nextNumber(), body };
  };
}
