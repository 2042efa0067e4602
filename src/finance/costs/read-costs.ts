/** Reads what adjustments have cost: figures by category, reason, entity and month, by incident, and what was paid twice. */
import { HORIZON } from "../../db/horizon.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { formatAmount } from "../../kernel/amount.ts";
import { fromUuid } from "../../kernel/ids.ts";
import { costsAsOf, isWithin } from "../adjustments/costs-sql.ts";
import type { givenPeriod } from "../exports/period.ts";
import { namesIn } from "./names.ts";
import { type CostReport, MOST_INCIDENTS, MOST_PAID_TWICE } from "./report.ts";

const DAYS = { from: "nullif($3::text, '')", to: "nullif($4::text, '')" };
const WITHIN = isWithin(DAYS);
const COSTS = `with recursive ${costsAsOf({ mark: "$1::bigint", entity: "nullif($2::text, '')", ...DAYS })}`;

const SUMS = `count(*) filter (where reverses is null)::int as adjustments, count(*) filter (where reverses is not null)::int as reversals,
  count(distinct standing)::int as members,
  coalesce(sum(amount) filter (where direction = 'credit' and reverses is null), 0)::bigint as credited,
  coalesce(sum(amount) filter (where direction = 'debit' and reverses is null), 0)::bigint as debited,
  coalesce(-sum(cost) filter (where reverses is not null), 0)::bigint as undone, coalesce(sum(cost), 0)::bigint as cost`;

/** What stands for "not by this" in a row is told by the set, since an incident may be absent as well. */
const FIGURES = `${COSTS} select grouping(brand, category, reason, month)::int as level, brand, category, reason, month, ${SUMS}
  from (select *, to_char(day, 'YYYY-MM') as month from costs where ${WITHIN}) c
  group by grouping sets ((), (brand), (category), (category, reason), (month, category))
  order by cost desc, month, category, reason, brand`;
const LEVELS = { total: 15, brand: 7, category: 11, reason: 9, month: 10 } as const;

const INCIDENTS = `${COSTS} select incident, ${SUMS} from costs where ${WITHIN} and incident is not null
  group by incident order by cost desc, incident limit ${MOST_INCIDENTS}`;

/** Where one of the payments is of the period: the others may be of any day before the mark. */
const TWICE = `${COSTS} select p.standing, p.incident, p.times::int as times, to_json(p.reasons) as reasons, p.amount, p.more,
    count(*) over ()::int as pairs, (sum(p.more) over ())::bigint as more_in_all, (count(*) filter (where cardinality(p.reasons) > 1) over ())::int as by_reasons
  from paid p where p.times > 1 and p.counts
  order by p.more desc, p.incident, p.standing limit ${MOST_PAID_TWICE}`;

interface Sums {
  readonly adjustments: number;
  readonly reversals: number;
  readonly members: number;
  readonly credited: bigint;
  readonly debited: bigint;
  readonly undone: bigint;
  readonly cost: bigint;
}
interface FigureRow extends Sums {
  readonly level: number;
  readonly brand: string | null;
  readonly category: string | null;
  readonly reason: string | null;
  readonly month: string | null;
}
interface TwiceRow {
  readonly standing: string;
  readonly incident: string;
  readonly times: number;
  readonly reasons: readonly string[];
  readonly amount: bigint;
  readonly more: bigint;
  readonly pairs: number;
  readonly more_in_all: bigint;
  readonly by_reasons: number;
}

const NOTHING: Sums = {
  adjustments: 0,
  reversals: 0,
  members: 0,
  credited: 0n,
  debited: 0n,
  undone: 0n,
  cost: 0n,
};

const sumsOf = ({ adjustments, reversals, members, credited, debited, undone, cost }: Sums) => ({
  adjustments,
  reversals,
  members,
  credited: formatAmount(credited),
  debited: formatAmount(debited),
  undone: formatAmount(undone),
  cost: formatAmount(cost),
});

const MARK_OF_NOW = `select (${HORIZON})::text as mark`;

/** Of one state of the ledger; what is committed counts that nothing older can come before. */
export async function readCosts(
  look: Lookup,
  { entity, from, to }: ReturnType<typeof givenPeriod>,
): Promise<CostReport> {
  const names = namesIn(await look.readPolicies());
  const { mark, figures, incidents, twice } = await look.reader.snapshot(async (tx) => {
    const [horizon] = await tx.run<{ mark: string }>(MARK_OF_NOW);
    const parameters = [horizon?.mark ?? "0", entity, from, to];
    return {
      mark: horizon?.mark ?? "0",
      figures: await tx.run<FigureRow>(FIGURES, parameters),
      incidents: await tx.run<Sums & { incident: string }>(INCIDENTS, parameters),
      twice: await tx.run<TwiceRow>(TWICE, parameters),
    };
  });
  const of = (level: keyof typeof LEVELS) => figures.filter((row) => row.level === LEVELS[level]);
  const [all] = twice;
  const [total] = of("total");
  return {
    mark,
    entity: textOrNull(entity),
    from: textOrNull(from),
    to: textOrNull(to),
    total: sumsOf(total ?? NOTHING),
    byEntity: of("brand").map((row) => ({ entity: row.brand ?? "", ...sumsOf(row) })),
    byCategory: of("category").map((row) => ({ ...names.category(row.category ?? ""), ...sumsOf(row) })),
    byReason: of("reason").map((row) => ({
      ...names.reason(row.reason ?? ""),
      category: row.category ?? "",
      ...sumsOf(row),
    })),
    byMonth: of("month")
      .toSorted((a, b) => `${a.month} ${a.category}`.localeCompare(`${b.month} ${b.category}`, "en"))
      .map((row) => ({ month: row.month ?? "", category: row.category ?? "", ...sumsOf(row) })),
    byIncident: incidents.map((row) => ({ incident: row.incident, ...sumsOf(row) })),
    paidTwice: {
      pairs: all?.pairs ?? 0,
      bySeveralReasons: all?.by_reasons ?? 0,
      more: formatAmount(all?.more_in_all ?? 0n),
      items: twice.map(({ standing, incident, times, reasons, amount, more }) => ({
        memberId: fromUuid("mbr", standing),
        incident,
        times,
        reasons: [...reasons],
        amount: formatAmount(amount),
        more: formatAmount(more),
      })),
    },
  };
}

const textOrNull = (text: string): string | null => (text === "" ? null : text);
