/** Invariants of settlements: their lines are what the journal says, no transfer is billed twice, and two people have agreed. */
import {
  brokenUnless,
  decimal,
  eventOf,
  hasOnly,
  id,
  type Invariant,
  pair,
  tells,
} from "../../engine/definition/invariant.ts";
import { BEFORE, DELETE, guards, ROW, UPDATE } from "../../engine/guard-sql.ts";
import { bucketIn } from "../../engine/transfer-sql.ts";
import { dueMoves } from "./due-moves.ts";
import { settlementAgreed, settlementDropped, settlementMade, settlementPaid } from "./events.ts";
import { firstDay, lastDay, LINE_KEY, lineSums } from "./line-sums.ts";
import { isReopened } from "./reopened.ts";

const NUMBERED = `select s.*, o.position, ${firstDay("s.from_month")} as first, ${lastDay("s.to_month")} as last
  from settlements s left join operations o on o.operation_id = s.operation_id`;
/** What counts: neither dropped, nor a draft of months that were opened again since. */
const VALID = `select * from (${NUMBERED}) n where status <> 'dropped' and (status <> 'draft' or not ${isReopened("to_month", "position")})`;
const SCOPE = `select settlement_id as key, one, other, first, last from (${VALID}) v`;

/** One side's lines in one row each, for a join by all that they are told apart by. */
const texted = (alias: string): string =>
  `concat_ws('|', ${LINE_KEY.map((name) => `coalesce(${alias}.${name}::text, '')`).join(", ")})`;

const linesAreTheJournal: Invariant = {
  name: "settlement_lines_are_the_journal",
  statement:
    "The lines of each settlement that counts are what the books of the debtor say, and those of the creditor, of its months: by section, kind, price and, of corrections, day and settlement of what they correct. Each is priced, and its tax taken out of it, to the kopeck.",
  facts: (["due_to", "due_from"] as const)
    .map(
      (side) => `select ${brokenUnless("coalesce(k.bonuses, 0) = coalesce(j.bonuses, 0)", {
        settlementId: id("stm", "coalesce(k.settlement_id, j.key)"),
        books: `'${side}'`,
        line: "coalesce(k.line, j.line)",
        bonuses: pair("coalesce(k.bonuses, 0)", "coalesce(j.bonuses, 0)"),
      })}
    from (select l.settlement_id, ${texted("l")} as line, sum(l.bonuses) as bonuses from settlement_lines l join (${SCOPE}) v on v.key = l.settlement_id group by 1, 2) k
      full join (select s.key, ${texted("s")} as line, s.bonuses from (${lineSums(SCOPE, side)}) s) j on j.key = k.settlement_id and j.line = k.line`,
    )
    .concat(
      `select ${brokenUnless(
        `s.settlement_id is not null and l.bucket = ${bucketIn("l.settlement_id")} and l.total = round(l.bonuses * l.price::numeric)
          and l.vat = round(l.total * l.vat_rate::numeric / (1 + l.vat_rate::numeric)) and l.place between 1 and s.lines`,
        {
          settlementId: id("stm", "l.settlement_id"),
          place: "l.place",
          total: decimal("l.total"),
          vat: decimal("l.vat"),
        },
      )}
    from settlement_lines l left join settlements s on s.settlement_id = l.settlement_id`,
    )
    .join(" union all "),
};

const eachTransferOnce: Invariant = {
  name: "settlements_take_each_transfer_once",
  statement:
    "Settlements of a pair that count follow one another, so that no day has two; and of each pair and direction they come to just what the transfers between the two do that are accounted on their days.",
  facts: `select ${brokenUnless(
    "former_last is null or (first = former_last + 1 and former_status in ('agreed', 'paid'))",
    {
      settlementId: id("stm", "settlement_id"),
      between: "json_build_array(one, other)",
      first: "first",
      formerLast: "former_last",
    },
  )}
    from (select *, lag(last) over pairs as former_last, lag(status) over pairs as former_status
      from (${NUMBERED}) n where status <> 'dropped' window pairs as (partition by one, other order by first)) s
    union all
    select ${brokenUnless("coalesce(m.bonuses, 0) = coalesce(l.bonuses, 0)", {
      debtor: "debtor",
      creditor: "creditor",
      settled: decimal("coalesce(l.bonuses, 0)"),
      transfers: decimal("coalesce(m.bonuses, 0)"),
    })}
    from (select m.debtor, m.creditor, sum(m.bonuses) as bonuses from (${dueMoves()}) m where exists (
        select from (${SCOPE}) v where v.one in (m.debtor, m.creditor) and v.other in (m.debtor, m.creditor) and m.day between v.first and v.last) group by 1, 2) m
      full join (select l.debtor, l.creditor, sum(l.bonuses) as bonuses from settlement_lines l join (${SCOPE}) v on v.key = l.settlement_id group by 1, 2) l
        using (debtor, creditor)`,
};

/** What operations have answered, a row for each settlement. */
const MADE = `select o.*, m.told, m.which, substr(m.told->>'settlementId', 5)::uuid as settlement_id
  from operations o cross join lateral json_array_elements(o.answer->'settlements') with ordinality as m(told, which) where o.name = 'settlement' and o.refusal is null`;
const LINES = `select l.settlement_id, count(*) as lines, sum(l.total) filter (where l.debtor = s.one) as one_owes, sum(l.total) filter (where l.debtor = s.other) as other_owes
  from settlement_lines l join settlements s using (settlement_id) group by 1`;

const MADE_IS_TOLD = eventOf(
  settlementMade,
  {
    settlementId: "o.told->>'settlementId'",
    number: "o.told->'number'",
    between: "o.told->'between'",
    from: "s.from_month",
    to: "s.to_month",
    owes: "o.told->'owes'",
  },
  "o.events->(o.which - 1)::int",
);

const settlementsAreAsAnswered: Invariant = {
  name: "settlements_are_as_answered",
  statement:
    "Every settlement is there as the operation that made it has answered and told, for whom of the staff has asked; they are numbered without a gap, in the order in which they were made; and each owes what its lines do.",
  facts: `select ${brokenUnless(
    `s.number is not null and o.told is not null and o.status = 201 and ${hasOnly("o", [])} and o.staff_id is not null
      and (o.events->(o.which - 1)::int)::jsonb = ${MADE_IS_TOLD} and json_array_length(o.events) = json_array_length(o.answer->'settlements')
      and s.bucket = ${bucketIn("settlement_id")} and s.bucket = o.bucket and s.operation_id = o.operation_id
      and s.number = s.place and (s.former is null or s.former <= s.position)
      and (o.told->>'number')::int = s.number and o.told->'between'->>0 = s.one and o.told->'between'->>1 = s.other
      and o.answer->>'from' = s.from_month and o.answer->>'to' = s.to_month and (o.told->>'lines')::int = s.lines and s.lines = coalesce(l.lines, 0)
      and (o.told->'owes'->>s.one)::numeric * 100 = s.one_owes and s.one_owes = coalesce(l.one_owes, 0)
      and (o.told->'owes'->>s.other)::numeric * 100 = s.other_owes and s.other_owes = coalesce(l.other_owes, 0)`,
    {
      settlementId: id("stm", "settlement_id"),
      number: "json_build_array(s.number, s.place)",
      operationId: id("opn", "coalesce(o.operation_id, s.operation_id)"),
      told: "o.events->(o.which - 1)::int->'data'",
      lines: "json_build_array(s.lines, l.lines)",
      owes: `json_build_array(${decimal("s.one_owes")}, ${decimal("s.other_owes")})`,
    },
  )}
    from (select *, row_number() over (order by number) as place, lag(position) over (order by number) as former from (${NUMBERED}) n) s
      full join (${MADE}) o using (settlement_id) left join (${LINES}) l using (settlement_id)`,
};

/** Which operation has changed a settlement, by the column that names it. */
const CHANGES = ["one_agreed_by", "other_agreed_by", "paid_by", "dropped_by"]
  .map(
    (
      column,
    ) => `select s.${column} as operation_id, '${column}' as how, s.settlement_id, s.one, s.other, s.one_staff_id, s.other_staff_id, s.status, s.paid_on, s.number, s.from_month, s.to_month, m.position as made
    from settlements s left join operations m on m.operation_id = s.operation_id where s.${column} is not null`,
  )
  .join(" union all ");
const AGREES = (party: "one" | "other"): string =>
  `o.name = 'settlement-agreement' and ${hasOnly("o", ["reason"])} and o.answer->>'entity' = c.${party}
      and o.staff_id = c.${party}_staff_id and (o.status = 200) = (o.answer->>'status' = 'agreed') and o.status in (200, 202)`;

const ABOUT = {
  settlementId: id("stm", "c.settlement_id"),
  number: "c.number",
  between: "jsonb_build_array(c.one, c.other)",
  from: "c.from_month",
  to: "c.to_month",
};
const CHANGE_IS_TOLD = `case o.name
    when 'settlement-agreement' then ${eventOf(settlementAgreed, { ...ABOUT, entity: "o.answer->>'entity'", status: "o.answer->>'status'" })}
    when 'settlement-payment' then ${eventOf(settlementPaid, { ...ABOUT, paidOn: "c.paid_on" })} else ${eventOf(settlementDropped, ABOUT)} end`;

const settlementsAreAgreedByBoth: Invariant = {
  name: "settlements_are_agreed_by_both",
  statement:
    "What a settlement says of who has agreed to it, paid or dropped it was done by an operation that has answered and told so, after it was made: for each side by another person, who is named; and no other operation has answered so. The last to agree has answered that it is agreed.",
  facts: `select ${brokenUnless(
    `c.settlement_id is not null and o.operation_id is not null and o.staff_id is not null and ${tells("o.events", [CHANGE_IS_TOLD])} and o.position > c.made
      and o.answer->>'settlementId' = ${id("stm", "c.settlement_id")}
      and case c.how when 'one_agreed_by' then ${AGREES("one")} when 'other_agreed_by' then ${AGREES("other")}
        when 'paid_by' then o.name = 'settlement-payment' and ${hasOnly("o", ["reference"])} and o.answer->>'status' = c.status
          and (o.answer->>'paidOn')::date is not distinct from c.paid_on
        else o.name = 'settlement-drop' and ${hasOnly("o", ["reason"])} and o.answer->>'status' = c.status end`,
    {
      settlementId: "coalesce(o.answer->>'settlementId', " + id("stm", "c.settlement_id") + ")",
      how: "c.how",
      told: "o.events->0->'data'",
      operationId: id("opn", "operation_id"),
      staffIds: "json_build_array(o.staff_id, c.one_staff_id, c.other_staff_id)",
    },
  )}
    from (${CHANGES}) c
      full join (select * from operations where name in ('settlement-agreement', 'settlement-payment', 'settlement-drop') and refusal is null) o using (operation_id)
    union all
    select ${brokenUnless(
      `s.agreements = 1 and (s.one_staff_id is null) = (s.one_agreed_by is null) and (s.other_staff_id is null) = (s.other_agreed_by is null)
        and s.one_staff_id is distinct from s.other_staff_id`,
      { settlementId: id("stm", "s.settlement_id"), agreements: "s.agreements", status: "s.status" },
    )}
    from (select s.*, (select count(*) from operations o where o.name = 'settlement-agreement' and o.refusal is null and o.status = 200
        and o.operation_id in (s.one_agreed_by, s.other_agreed_by)) as agreements from settlements s) s where s.status in ('agreed', 'paid')
    union all
    select ${brokenUnless("b.settled_before is not distinct from s.before", {
      settledBefore: "json_build_array(b.settled_before, s.before)",
    })}
    from books b cross join (select max(last) + 1 as before from (${NUMBERED}) n where status in ('agreed', 'paid')) s`,
};

/** As drizzle/0048_settlements_paid_rights.sql writes it; in SQL, its quotes doubled. */
const CHANGED =
  "ARRAY[''status'', ''one_agreed_by'', ''one_staff_id'', ''other_agreed_by'', ''other_staff_id'', ''dropped_by'']";
const KEEPS =
  `BEGIN IF TG_OP = ''UPDATE'' AND (OLD.status = ''draft'' AND NEW.status <> ''paid'' AND to_jsonb(NEW) - ${CHANGED} = to_jsonb(OLD) - ${CHANGED} ` +
  "OR OLD.status = ''agreed'' AND NEW.status = ''paid'' AND to_jsonb(NEW) - ARRAY[''status'', ''paid_by'', ''paid_on''] = to_jsonb(OLD) - ARRAY[''status'', ''paid_by'', ''paid_on'']) THEN " +
  "RETURN NEW; END IF; RAISE EXCEPTION ''settlement % is % and stays as it is'', OLD.number, OLD.status USING ERRCODE = ''restrict_violation''; END";
const KEPT = guards("keep_settlements", KEEPS, ROW + BEFORE + DELETE + UPDATE);

const settlementsStayAsAgreed: Invariant = {
  name: "settlements_stay_as_agreed",
  statement:
    "A settlement that is agreed changes by its payment only, and none is deleted: the guard is switched on and says so, nothing else acts by itself on them, and the service has no right to delete them.",
  facts: `select ${brokenUnless(
    "n.kept = 1 and n.others = 0 and not has_table_privilege('mclub_app', 'settlements', 'delete') and not has_table_privilege('mclub_app', 'settlements', 'truncate')",
    { table: "'settlements'", guards: "json_build_array(n.kept, n.others)" },
  )}
    from (select count(*) filter (where ${KEPT}) as kept, count(*) filter (where not ${KEPT}) as others
      from pg_trigger t join pg_proc p on p.oid = t.tgfoid where t.tgrelid = 'settlements'::regclass and not t.tgisinternal) n`,
};

export const settlementInvariants: readonly Invariant[] = [
  linesAreTheJournal,
  eachTransferOnce,
  settlementsAreAsAnswered,
  settlementsAreAgreedByBoth,
  settlementsStayAsAgreed,
];
