/** Invariants of the periods: each change of the books is by two people, and in order. */
import { brokenUnless, eventOf, hasOnly, id, type Invariant, tells } from "../../engine/definition/invariant.ts";
import { BEFORE, DELETE, guards, INSERT, ROW, UPDATE } from "../../engine/guard-sql.ts";
import { periodClosed, periodReopened } from "./events.ts";

const CHANGE = { month: "c.month", openFrom: "c.open_from" };
const TOLD = `case c.action when 'close' then ${eventOf(periodClosed, CHANGE, "g.events->0")} else ${eventOf(periodReopened, CHANGE, "g.events->0")} end`;

const OWN = "name in ('period-close', 'period-reopen') and refusal is null";

const booksAreChangedByTwo: Invariant = {
  name: "books_are_changed_by_two_people",
  statement:
    "Every close and reopening of a month is there as it was answered and told, at its place in the journal, and was asked for by an operation of another person within the days before. They are numbered without a gap; what is closed are the months one after another, and what is opened again is the last of them.",
  facts: `select ${brokenUnless(
    `c.number is not null and g.operation_id is not null and a.operation_id is not null and c.position = g.position and c.number = c.place
      and g.status = 200 and ${hasOnly("g", ["reason"])} and ${tells("g.events", [TOLD])} and a.events is null and a.status = 202 and a.name = g.name and g.name = 'period-' || c.action
      and a.staff_id <> g.staff_id and a.posted_at <= g.posted_at and (a.answer->>'expiresAt')::timestamptz > g.posted_at
      and g.answer->>'month' = c.month and a.answer->>'month' = c.month and (g.answer->>'openFrom')::date = c.open_from
      and g.answer->>'status' = case c.action when 'close' then 'closed' else 'open' end
      and case c.action when 'close' then c.open_from = (c.month || '-01')::date + interval '1 month'
          and (c.former is null or c.former = (c.month || '-01')::date)
        else c.open_from = (c.month || '-01')::date and c.former = c.open_from + interval '1 month' end`,
    {
      number: "c.number",
      month: "coalesce(c.month, g.answer->>'month')",
      operationId: id("opn", "coalesce(c.operation_id, g.operation_id)"),
      staffIds: "json_build_array(a.staff_id, g.staff_id)",
      told: "g.events->0->'data'",
    },
  )}
    from (select *, row_number() over (order by position) as place, lag(open_from) over (order by number) as former from book_changes) c
      full join (select * from operations where ${OWN} and status = 200) g on g.operation_id = c.operation_id
      left join (select * from operations where ${OWN}) a on a.operation_id = c.asked_by`,
};

const booksAreAsChanged: Invariant = {
  name: "books_are_as_changed",
  statement:
    "The books are open from where the last change of them says, have as many changes as there are, and wait for what was asked for last, if anything, by whoever has asked.",
  facts: `select ${brokenUnless(
    `b.name is not null and b.changes = c.number and b.open_from is not distinct from c.open_from
      and (w.operation_id is null and b.waiting_operation_id is null or b.waiting_operation_id = w.operation_id and b.waiting_staff_id = w.staff_id
        and b.waiting_since = w.posted_at and b.waiting_month = w.answer->>'month' and w.name = 'period-' || b.waiting_action)`,
    {
      openFrom: "json_build_array(b.open_from, c.open_from)",
      changes: "json_build_array(b.changes, c.number)",
      waiting: `json_build_array(${id("opn", "b.waiting_operation_id")}, ${id("opn", "w.operation_id")})`,
    },
  )}
    from (select coalesce(max(number), 0) as number, (array_agg(open_from order by number desc))[1] as open_from from book_changes) c
      left join books b on b.name = 'books'
      left join (select * from operations where ${OWN} order by position desc, place desc limit 1) w on w.status = 202`,
};

/** As drizzle/0033_periods_rights.sql writes it; in SQL, its quotes doubled. */
const KEEPS =
  "DECLARE followed bigint := coalesce((SELECT position FROM followers WHERE name = ''turnovers''), 0); " +
  "opened date := (SELECT open_from FROM book_changes WHERE position < followed ORDER BY position DESC LIMIT 1); " +
  "BEGIN IF opened IS NOT NULL THEN opened := least(opened, (SELECT min(open_from) FROM book_changes WHERE position >= followed)); " +
  "IF TG_OP <> ''INSERT'' AND OLD.day < opened OR TG_OP <> ''DELETE'' AND NEW.day < opened THEN " +
  "RAISE EXCEPTION ''the books are closed before %'', opened USING ERRCODE = ''restrict_violation''; END IF; END IF; " +
  "RETURN coalesce(NEW, OLD); END";
const KEPT = guards("refuse_closed_days", KEEPS, ROW + BEFORE + INSERT + DELETE + UPDATE);

const closedDaysStay: Invariant = {
  name: "closed_days_stay",
  statement:
    "What is kept of a closed day is not changed: the guard of the turnovers is switched on and says so, nothing else acts by itself on them, and the service has no right to empty the table.",
  facts: `select ${brokenUnless(
    "n.kept = 1 and n.others = 0 and not has_table_privilege('mclub_app', 'turnovers', 'truncate')",
    {
      table: "'turnovers'",
      guards: "json_build_array(n.kept, n.others)",
    },
  )}
    from (select count(*) filter (where ${KEPT}) as kept, count(*) filter (where not ${KEPT}) as others
      from pg_trigger t join pg_proc p on p.oid = t.tgfoid where t.tgrelid = 'turnovers'::regclass and not t.tgisinternal) n`,
};

export const periodInvariants: readonly Invariant[] = [booksAreChangedByTwo, booksAreAsChanged, closedDaysStay];
