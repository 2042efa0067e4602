/**
 * What lines of receipts have moved, by category: rows of `entity`, `event`, `category` and `amount`, out of what purchases and returns
 * keep of each line and never change. In the books of the seller a line has earned and spent what it says; in those of
 * another issuer, its parts of that one's lots.
 */

/** SQL: an amount of a document, in minor units. */
const minor = (amount: string): string => `(coalesce(${amount}, '0')::numeric * 100)::bigint`;

/** Which events a line's earnings and its spent bonuses are; SQL. */
interface LineEvents {
  readonly earned: string;
  readonly spent: string;
}

/** SQL: of all lines of a purchase `p`. */
export const soldLines = ({
  earned,
  spent,
}: LineEvents): string => `select m.entity, m.event, l.cat as category, m.amount
  from json_to_recordset(p.lines) as l(cat text, earn text, spend text, parts json)
    cross join lateral (
      select p.brand as entity, ${earned} as event, ${minor("l.earn")} as amount
      union all select p.brand, ${spent}, ${minor("l.spend")}
      union all select part->>1, ${spent}, ${minor("part->>2")} from json_array_elements(l.parts) part where part->>1 <> p.brand) m
  where m.amount > 0`;

/**
 * SQL: bonuses that the first `count` units of a sold line `l` were paid with, as firstUnits in src/sales/receipt/pricing.ts has it:
 * the units that were paid with less money come first.
 */
const bonusesBefore = (count: string): string => `case when ${count} = l.units then l.spend
  else ${count} * l.price - ${count} * (l.paid / l.units) - greatest(${count} - (l.units - l.paid % l.units), 0) end`;

/** SQL: the lines of a purchase `p` with what is needed of them to tell units apart. */
const LINES = `select id, cat, parts, ${minor("spend")} as spend, ${minor("price")} as price,
    case when qty = trunc(qty) then qty else 1 end::bigint as units, ${minor("total")} - ${minor("spend")} as paid
  from json_to_recordset(p.lines) as sold(id text, cat text, qty numeric, price text, total text, spend text, parts json)`;

/** SQL: of the units of a returned line `b`, what each other issuer's lots had paid: units used up the line's lots in order. */
const FROM_OTHERS = `select part.issuer, sum(least(part.until, span.until) - greatest(part.since, span.since)) as amount
  from (select part->>1 as issuer, sum(${minor("part->>2")}) over (order by place) - ${minor("part->>2")} as since,
      sum(${minor("part->>2")}) over (order by place) as until
      from json_array_elements(l.parts) with ordinality e(part, place)) part
    cross join (select ${bonusesBefore("r.low")} as since, ${bonusesBefore("r.high")} as until
      from (select (range->>0)::bigint as low, (range->>1)::bigint as high from json_array_elements(b.ranges) range) r) span
  where part.issuer <> p.brand and part.since < span.until and span.since < part.until
  group by part.issuer`;

/** SQL: of the lines of a return `r` of a purchase `p`. */
export const returnedLines = ({
  earned,
  spent,
}: LineEvents): string => `select m.entity, m.event, l.cat as category, m.amount
  from json_to_recordset(r.lines) as b(id text, ranges json, bonuses text, earned text)
    join (${LINES}) l using (id)
    cross join lateral (
      select p.brand as entity, ${earned} as event, ${minor("b.earned")} as amount
      union all select p.brand, ${spent}, ${minor("b.bonuses")}
      union all select o.issuer, ${spent}, o.amount::bigint from (${FROM_OTHERS}) o) m
  where m.amount > 0`;
