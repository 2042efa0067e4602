/** Quotes and purchases by the number of their lines. */
import { purchaseJson, quoteJson } from "../baskets.ts";
import { median } from "../figures.ts";
import { type Ask, pace } from "../http.ts";
import type { Row } from "../report.ts";
import { asking, measureRow, measureRowsInTurn, oneOf, post, type RowPlan, type RowTerms } from "./row.ts";

/** Lines of a basket. */
const SIZES = [1, 5, 50];
const USUAL_SIZE = 5;

const linesOf = (size: number): string => (size === 1 ? "one line" : `${size} lines`);

export async function quoteRows(terms: RowTerms): Promise<Row[]> {
  const { service, members, random } = terms;
  const anybody = oneOf(members.many, random);
  const quoteOf = (size: number) => (): Ask => {
    return { method: "POST", path: "/v1/quotes", body: JSON.stringify(quoteJson(anybody(), size, random)) };
  };
  const rows = await measureRowsInTurn(
    terms,
    SIZES.map((size): RowPlan => {
      return { name: `quote${size}`, what: `quotes of ${linesOf(size)}`, once: asking(terms, quoteOf(size)) };
    }),
  );
  const full = rows[SIZES.indexOf(USUAL_SIZE)]?.runs ?? [];
  const rate = median(full.map(({ perSecond }) => perSecond)) / 2;
  const half = await measureRow(terms, {
    name: `quote${USUAL_SIZE}Half`,
    what: `quotes of ${linesOf(USUAL_SIZE)}, half load`,
    once: (seconds) => pace(service, rate, seconds, quoteOf(USUAL_SIZE)),
    bound: { of: "p99", atMost: 20 },
  });
  return [...rows, half];
}

export async function purchaseRows(terms: RowTerms): Promise<Row[]> {
  const { members, random } = terms;
  const anybody = oneOf(members.many, random);
  const bound = { of: "processor time", row: "purchase1", atMost: 1.5 } as const;
  return await measureRowsInTurn(
    terms,
    SIZES.map((size): RowPlan => {
      const next = () => post("/v1/purchases", purchaseJson(anybody(), size, random, Date.now()));
      const plan = { name: `purchase${size}`, what: `purchases of ${linesOf(size)}`, once: asking(terms, next) };
      return size === USUAL_SIZE ? { ...plan, bound } : plan;
    }),
  );
}
