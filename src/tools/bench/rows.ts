/** The rows that are measured over HTTP, with the service in a process of its own. */
import { grantOrSpend, nextNumber, saleJson, saleOf } from "./commands.ts";
import type { ProcessorTime } from "./cpu.ts";
import { type Figures, measure, median } from "./figures.ts";
import { type Ask, load, pace, type RunningService } from "./http.ts";
import type { Row } from "./report.ts";

/** Whom the commands speak of; those with many lots are used by one row each, so that no row changes another's. */
export interface Members {
  readonly many: readonly string[];
  /** Members who have bought often. */
  readonly regulars: readonly string[];
  /** One member, sold to by everybody. */
  readonly oneSold: string;
  /** One member, granted to and spent by everybody. */
  readonly oneGranted: string;
}

export interface Sizes {
  readonly rounds: number;
  readonly seconds: number;
  /** Lots of the one member, and of a regular one, before the first run. */
  readonly lots: number;
  readonly regularLots: number;
}

export interface RowTerms extends Sizes {
  readonly service: RunningService;
  readonly members: Members;
  /** Processor time so far. */
  readonly cpu: () => ProcessorTime;
  readonly random: () => number;
  readonly say: (text: string) => void;
}

type Who = () => string;
type Next = () => Ask;
type Once = (seconds: number) => Promise<Figures>;

const BATCH = 500;

/** Measures all rows, one after another. */
export async function measureOverHttp(terms: RowTerms): Promise<Row[]> {
  const { service, members, lots, regularLots, random, say } = terms;
  const oneOf = (some: readonly string[]) => () => some[Math.floor(random() * some.length)] ?? "";
  const anybody = oneOf(members.many);
  const sales = (who: Who) => salesTo(who, random);
  const grants = (who: Who) => grantsTo(who, random);
  const row = (name: string, what: string, once: Once, aim?: number) => measureRow(terms, { name, what, once, aim });
  const asking = (next: Next, connections = 64, commands = 1): Once => {
    return (seconds) => load(service, { seconds, connections, next, commands });
  };
  const sold = [
    await row("http64", "sales, 64 connections", asking(sales(anybody)), 1),
    await row("http256", "sales, 256 connections", asking(sales(anybody), 256), 1.5),
  ];
  say(`memory of the service at 256 connections: ${service.memory().toFixed(0)} MiB`);
  const one = `one member of ${lots} lots`;
  const changed = [
    await row("oneMember", `sales to ${one}`, asking(sales(() => members.oneSold))),
    await row("regulars", `sales to members of ${regularLots} lots each`, asking(sales(oneOf(members.regulars)))),
    await row(
      "batch",
      `sales in batches of ${BATCH} (latency: of a batch)`,
      asking(batchOf(sales(anybody)), 4, BATCH),
      3,
    ),
    await row("grants", "grants and spends without a receipt", asking(grants(anybody))),
    await row("grantsOneMember", `grants and spends of ${one}`, asking(grants(() => members.oneGranted))),
  ];
  say(`memory of the service after all that: ${service.memory().toFixed(0)} MiB`);
  const balance = (): Ask => ({ method: "GET", path: `/v1/members/${anybody()}/balance` });
  const reads = await row("balanceRead", "balance reads, full load", asking(balance));
  const half = median(reads.runs.map(({ perSecond }) => perSecond)) / 2;
  const ofHowMany = `balance reads, half of that, of ${members.many.length} members`;
  const paced = await row("balanceReadHalf", ofHowMany, (seconds) => pace(service, half, seconds, balance));
  return [...sold, ...changed, reads, paced];
}

interface RowPlan {
  readonly name: string;
  readonly what: string;
  readonly once: Once;
  readonly aim: number | undefined;
}

async function measureRow(terms: RowTerms, { name, what, once, aim }: RowPlan): Promise<Row> {
  terms.say(what);
  const runs = await measure(terms, once);
  return { name, what, runs, ...(aim === undefined ? {} : { aim }) };
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

const post = (path: string, json: unknown): Ask => ({
  method: "POST",
  path,
  idempotencyKey: nextNumber(),
  body: JSON.stringify(json),
});

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
