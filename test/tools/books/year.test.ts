/**
 * The books of a real year of sales: some customers' invoices of the whole year, each month closed, settled and paid; and the journal
 * of it recomputed with DuckDB's SQL alone. `MCLUB_WHOLE_YEAR=1` takes the whole year, and holds it against the figures that pages show.
 */
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ledgerItself } from "../../../src/engine/group/submit.ts";
import { matchNext } from "../../../src/finance/reconciliation/matching/run-next.ts";
import { visitDue } from "../../../src/bonuses/visit-due.ts";
import { listen } from "../../../src/http/server/server.ts";
import { formatAmount } from "../../../src/kernel/amount.ts";
import { ManualClock } from "../../../src/kernel/clock.ts";
import { connectTo } from "../../../src/tools/client/api.ts";
import { type BooksOutcome, keepBooks } from "../../../src/tools/books/run.ts";
import { booksText } from "../../../src/tools/books/summary.ts";
import { yearFigures, type YearFigures } from "../../../src/tools/books/year.ts";
import type { Invoice } from "../../../src/tools/replay/invoice.ts";
import { linesIn, readSales } from "../../../src/tools/replay/read.ts";
import { succeeded } from "../../../src/tools/replay/summary.ts";
import { yearFiguresShown } from "../../docs/year-tables.ts";
import { askDuck } from "../../finance/exports/duck.ts";
import { settlementFromJournal } from "../../finance/exports/settlement-sql.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";

const SALES = "../shared/data/online-retail.csv.gz";
const hasSales = existsSync(SALES);
const isWhole = process.env["MCLUB_WHOLE_YEAR"] === "1";
if (!hasSales) process.stderr.write(`${SALES} is not there: no real year's books are kept\n`);

/** One of so many customers, and of the invoices and adjustments that have none. */
const ONE_OF = 120;
const SEED = "1";

function sliceOf(invoices: readonly Invoice[]): Invoice[] {
  const customers = [...new Set(invoices.map(({ customer }) => customer).filter((customer) => customer !== null))];
  const chosen = new Set(customers.filter((_, place) => place % ONE_OF === 0));
  const strangers = invoices.filter(({ customer }) => customer === null);
  const few = new Set(strangers.filter((_, place) => place % ONE_OF === 0));
  return invoices.filter((invoice) => few.has(invoice) || chosen.has(invoice.customer ?? ""));
}

describe.skipIf(!hasSales)("the books of a real year", () => {
  let http: TestHttp;
  let outcome: BooksOutcome;
  let figures: YearFigures;
  let isComplete = false;
  beforeAll(async () => {
    http = await testHttp({ clock: new ManualClock(Date.parse("2010-01-01T00:00:00+03:00")) });
    const listening = await listen(http.app, { port: 0, host: "127.0.0.1" });
    const api = connectTo({ baseUrl: `http://127.0.0.1:${listening.port}`, key: http.adminKey });
    const file = await readSales(SALES);
    const invoices = isWhole ? file.invoices : sliceOf(file.invoices);
    outcome = await keepBooks(api, invoices, {
      seed: SEED,
      orders: "tenth",
      aftermath: true,
      startProgress: () => ({ update() {}, stop() {} }),
      async jobs() {
        await visitDue(ledgerItself(http.service));
        await matchNext({ target: http.database, clock: http.service.clock });
      },
    });
    const slice = { file, invoices: invoices.length, lines: linesIn(invoices), seed: SEED };
    figures = yearFigures(outcome, slice);
    isComplete = succeeded(outcome.replayed, slice);
    await listening.close();
  }, 3_600_000);
  afterAll(() => http.close());

  it("hold: all that is checked does, and every line of the file has its outcome", () => {
    expect(outcome.faults).toEqual([]);
    expect(isComplete).toBe(true);
    expect(figures.months.map(({ month }) => month)).toEqual([
      "2010-12",
      ...Array.from({ length: 12 }, (_, index) => `2011-${String(index + 1).padStart(2, "0")}`),
    ]);
    expect(booksText(figures, [])).toContain("Closed months: 13.");
  });

  it("have something in them: both owe, goods came back after the close, bonuses ended, lines were put aside", () => {
    const owed = figures.months.map(({ settlement }) => settlement.owes);
    for (const entity of ["mvideo", "eldorado"]) {
      expect(owed.filter((owes) => owes[entity] !== "0.00").length).toBeGreaterThan(3);
      expect(figures.settled[entity]).not.toBe("0.00");
      const months = figures.months.map(({ entities }) => entities[entity]?.liability ?? {});
      expect(months.some(({ expired }) => expired !== "0.00")).toBe(true);
      expect(figures.reconciliation.brands[entity]?.missing).toBeGreaterThan(1);
    }
    expect(
      figures.months.some(({ settlement }) => Object.values(settlement.creditNotes).some((sum) => sum !== "0.00")),
    ).toBe(true);
    expect(figures.reconciliation.aside["parked"]).toBeGreaterThan(1);
  });

  it("are recomputed from the exported journal by DuckDB alone: balances, liability and settlement", async () => {
    const headers = { authorization: `Bearer ${await http.newKey(["finance"])}` };
    const answer = await http.app.request("/v1/exports/journal?format=parquet&to=2011-12-31", { headers });
    const files = { "journal.parquet": new Uint8Array(await answer.arrayBuffer()) };
    const made = outcome.months.flatMap(({ month, statements }) =>
      (statements[0]?.directions ?? [])
        .filter(({ lines }) => lines.length > 0)
        .map(({ debtor, creditor, total }) => ({ month, debtor, creditor, total: formatAmount(total) })),
    );
    for (const side of ["due_to", "due_from"] as const) {
      const rows = await askDuck(files, settlementFromJournal(side, { other: "1.00" }));
      const told = rows.map(({ month, debtor, creditor, total }) => ({ month, debtor, creditor, total }));
      expect(told).toEqual(made.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)));
    }
    const liability = await askDuck(files, LIABILITY);
    const closings = outcome.months.flatMap(({ month, liability: rows }) =>
      rows.map(({ entity, closing }) => ({ month, entity, closing: formatAmount(closing) })),
    );
    expect(liability).toEqual(closings.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1)));
    const balances = (outcome.months.at(-1)?.accounts ?? []).map(({ entity, account, kind, closing }) => ({
      entity,
      account,
      kind,
      closing: formatAmount(closing),
    }));
    expect(await askDuck(files, BALANCES)).toEqual(balances);
  });

  it.skipIf(!isWhole)("are those that pages show", () => {
    expect(figures).toEqual(yearFiguresShown());
  });
});

const keyOf = ({ month, debtor, creditor }: { month: string; debtor: string; creditor: string }) =>
  `${month} ${debtor} ${creditor}`;
const placeOf = ({ month, entity }: { month: string; entity: string }) => `${month} ${entity}`;

const SIDES = `select entity, credit as account, coalesce(kind, '') as kind, day, amount from 'FOLDER/journal.parquet'
  union all select entity, debit, coalesce(kind, ''), day, -amount from 'FOLDER/journal.parquet'`;
/** At the end of each month what has come to the accounts of members until then. */
const LIABILITY = `select strftime(m.month, '%Y-%m') as month, entity, sum(amount)::decimal(38, 2)::varchar as closing
  from (${SIDES}) s join (select unnest(generate_series(timestamp '2010-12-01', timestamp '2011-12-01', interval '1 month')) as month) m
    on s.day < m.month + interval '1 month'
  where account in ('pending', 'available', 'held', 'suspense') group by 1, 2 order by 1, 2`;
/** Each account at the end of the last month. */
const BALANCES = `select entity, account, kind, sum(amount)::decimal(38, 2)::varchar as closing from (${SIDES}) group by all order by all`;
