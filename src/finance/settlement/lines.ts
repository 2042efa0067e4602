/** The lines of new settlements: added up from the journal, and priced. */
import { sum } from "../../kernel/amount.ts";
import { fractionOf, halfUpAtPrice, halfUpTaxInside } from "../../kernel/rounding.ts";
import { fromUuid } from "../../kernel/ids.ts";
import type { LocalDate } from "../../kernel/zone.ts";
import type { Brand } from "../../ledger/account.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import type { Month } from "../periods/months.ts";
import { firstDay, lastDay, LINE_KEY, lineSums } from "./line-sums.ts";
import type { SettlementLine } from "./stores.ts";
import { SECTIONS } from "./words.ts";

/** A line before it has a settlement. */
export type Line = Omit<SettlementLine, "settlementId" | "place">;

/** Two parties, in the order of their codes. */
export interface Pair {
  readonly one: Brand;
  readonly other: Brand;
}

const SCOPE = `select b.brand || '|' || c.brand as key, b.brand as one, c.brand as other, ${firstDay("$1::text")} as first, ${lastDay("$2::text")} as last
  from brands b join brands c on b.brand collate "C" < c.brand collate "C"`;
/** SQL: the change of the books after which nothing has been accounted on those days any more. */
const CLOSED = `(select c from book_changes c where c.open_from > ${lastDay("$2::text")}
    and not exists (select from book_changes l where l.position > c.position and l.open_from <= ${lastDay("$2::text")}) order by c.position limit 1)`;
/**
 * SQL: transfers that can be accounted on those days, whatever the programme's zone and however far apart clocks are (a day):
 * what was posted before them is not, and nothing after they were closed.
 */
const ABOUT = `t.posted_at >= (${firstDay("$1::text")} - 2)::timestamp at time zone 'UTC' and t.position < (${CLOSED}).position
    and t.posted_at < (select o.posted_at from operations o where o.operation_id = (${CLOSED}).operation_id) + interval '1 day'`;
/** Asked with the first and the last month. */
export const SUMS = `select ${LINE_KEY.join(", ")}, bonuses from (${lineSums(SCOPE, "due_to", { holds: ABOUT })}) lines`;

interface SumRow {
  readonly debtor: Brand;
  readonly creditor: Brand;
  readonly section: Line["section"];
  readonly kind: Line["kind"];
  readonly price: string;
  readonly vat_rate: string;
  readonly original_day: LocalDate | null;
  readonly original_id: string | null;
  readonly bonuses: bigint;
}

/** The lines of all pairs for some months. */
export async function readLines(tx: Transaction, from: Month, to: Month): Promise<readonly Line[]> {
  const rows = await tx.run<SumRow>(SUMS, [from, to]);
  return rows.map(lineOf).toSorted(inOrder);
}

/** Kopecks are rounded line by line; whatever adds up lines adds up whole kopecks. */
function lineOf(row: SumRow): Line {
  const { debtor, creditor, section, kind, price, bonuses } = row;
  const total = halfUpAtPrice(bonuses, fractionOf(price));
  return {
    debtor,
    creditor,
    section,
    kind,
    price,
    bonuses,
    total,
    vatRate: row.vat_rate,
    originalDay: row.original_day,
    originalId: row.original_id === null ? null : fromUuid("stm", row.original_id),
    vat: halfUpTaxInside(total, fractionOf(row.vat_rate)),
  };
}

const keyOf = ({ debtor, creditor, section, originalDay, kind, price, vatRate }: Line): string =>
  [debtor, creditor, SECTIONS.indexOf(section), originalDay ?? "", kind, price, vatRate].join("|");
const inOrder = (a: Line, b: Line): number => (keyOf(a) < keyOf(b) ? -1 : 1);

export const linesBetween = (lines: readonly Line[], { one, other }: Pair): Line[] =>
  lines.filter(({ debtor, creditor }) => [debtor, creditor].toSorted().join("|") === `${one}|${other}`);

/** What a debtor owes by lines, in kopecks. */
export const owedBy = (lines: readonly Pick<Line, "debtor" | "total">[], party: Brand): bigint =>
  sum(lines.filter(({ debtor }) => debtor === party).map(({ total }) => total));
