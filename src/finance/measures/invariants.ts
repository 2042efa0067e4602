/** Invariants of the figures: they are what the journal says, as far as it has been followed; and closed days stay. */
import { brokenUnless, hashOf, hasOnly, id, type Invariant } from "../../engine/definition/invariant.ts";
import { BEFORE, DELETE, guards, INSERT, ROW, UPDATE } from "../../engine/guard-sql.ts";
import { COUNTED, counted } from "./kept.ts";

const figuresAreTheJournal: Invariant = {
  name: "figures_are_the_journal",
  statement:
    "Each figure that is kept of a brand and a day, of receipts, members and bonuses, is what the operations and transfers say up to where the journal has been followed. Shown: what is kept, what the journal says.",
  facts: `select ${brokenUnless("k.value is not distinct from s.value", {
    entity: "nullif(entity, '')",
    day: "day",
    figure: "figure",
    value: "json_build_array(k.value, s.value)",
  })}
    from daily_figures k full join (${counted("all", (position) => `${position} < ${COUNTED}`)}) s using (entity, day, figure)`,
};

/** As drizzle/0041_measures_rights.sql writes it; in SQL, its quotes doubled. */
const KEEPS =
  "DECLARE followed bigint := coalesce((SELECT position FROM followers WHERE name = ''measures''), 0); " +
  "opened date := (SELECT open_from FROM book_changes WHERE position < followed ORDER BY position DESC LIMIT 1); " +
  "BEGIN IF opened IS NOT NULL THEN opened := least(opened, (SELECT min(open_from) FROM book_changes WHERE position >= followed)); " +
  "IF TG_OP <> ''INSERT'' AND OLD.day < opened OR TG_OP <> ''DELETE'' AND NEW.day < opened THEN " +
  "RAISE EXCEPTION ''the books are closed before %'', opened USING ERRCODE = ''restrict_violation''; END IF; END IF; " +
  "RETURN coalesce(NEW, OLD); END";
const KEPT = guards("refuse_closed_figures", KEEPS, ROW + BEFORE + INSERT + DELETE + UPDATE);

const closedFiguresStay: Invariant = {
  name: "closed_figures_stay",
  statement:
    "What is kept of the figures of a closed day is not changed: the guard is switched on and says so, nothing else acts by itself on them, and the service has no right to empty the table.",
  facts: `select ${brokenUnless(
    "n.kept = 1 and n.others = 0 and not has_table_privilege('mclub_app', 'daily_figures', 'truncate')",
    {
      table: "'daily_figures'",
      guards: "json_build_array(n.kept, n.others)",
    },
  )}
    from (select count(*) filter (where ${KEPT}) as kept, count(*) filter (where not ${KEPT}) as others
      from pg_trigger t join pg_proc p on p.oid = t.tgfoid where t.tgrelid = 'daily_figures'::regclass and not t.tgisinternal) n`,
};

const daysAreMeasuredOnce: Invariant = {
  name: "days_are_measured_once",
  statement:
    "The end of each day that was measured has one mark in the journal, which the ledger has set by itself when that day was over, under the day's own key.",
  facts: `select ${brokenUnless(
    `o.status = 200 and o.client_id is null and o.member_id is null and ${hasOnly("o", [])} and o.events is null
      and (o.answer->>'day')::date < o.accounting_date and o.marks = 1 and k.operation_id is not null`,
    {
      operationId: id("opn", "o.operation_id"),
      day: "o.answer->>'day'",
      marks: "o.marks",
    },
  )}
    from (select *, count(*) over (partition by answer->>'day') as marks from operations where name = 'day-measurement' and refusal is null) o
      left join command_keys k on k.operation_id = o.operation_id and k.key = ${hashOf(`'["measured-day",' || to_json(o.answer->>'day')::text || ']'`)}`,
};

export const measureInvariants: readonly Invariant[] = [figuresAreTheJournal, closedFiguresStay, daysAreMeasuredOnce];
