/** Invariants of the turnovers by category: they are what the documents say, and together the turnovers; and closed days stay. */
import { both, brokenUnless, type Invariant, pair } from "../../engine/definition/invariant.ts";
import { BEFORE, DELETE, guards, INSERT, ROW, UPDATE } from "../../engine/guard-sql.ts";
import { addedUp } from "../turnovers/turnovers.ts";
import { byCategory, CATEGORY_DIMENSIONS, FOLLOWED } from "./kept.ts";

const followed = (position: string): string => `${position} < ${FOLLOWED}`;

const categoriesAreTheLines: Invariant = {
  name: "categories_are_the_lines",
  statement:
    "What is kept of the turnovers by category of goods, by entity, day, event and store, is what the lines of purchases and returns say, and the transfers that belong to no line, up to where the journal has been followed.",
  facts: `select ${brokenUnless("k.amount is not distinct from s.amount", {
    entity: "entity",
    day: "day",
    event: "event",
    storeId: "store_id",
    category: "nullif(category, '')",
    ...both("k", "s", ["amount"]),
  })}
    from category_turnovers k full join (${byCategory("all", followed)}) s using (${CATEGORY_DIMENSIONS.join(", ")})`,
};

const PLACE = "entity, day, event, store_id";

const categoriesAreTheTurnovers: Invariant = {
  name: "categories_add_up_to_turnovers",
  statement:
    "All categories together, and what belongs to none, are the turnovers of the same entity, day, event and store, up to where the journal has been followed.",
  facts: `select ${brokenUnless("k.amount is not distinct from s.debit and s.debit is not distinct from s.credit", {
    entity: "entity",
    day: "day",
    event: "event",
    storeId: "store_id",
    amount: pair("k.amount", "s.debit"),
  })}
    from (select ${PLACE}, sum(amount)::bigint as amount from category_turnovers group by ${PLACE}) k
      full join (select ${PLACE}, sum(debit)::bigint as debit, sum(credit)::bigint as credit
        from (${addedUp("all", followed)}) turned group by ${PLACE}) s using (${PLACE})`,
};

/** As the migration that makes it writes it; in SQL, its quotes doubled. */
const KEEPS =
  "DECLARE followed bigint := coalesce((SELECT position FROM followers WHERE name = ''categories''), 0); " +
  "opened date := (SELECT open_from FROM book_changes WHERE position < followed ORDER BY position DESC LIMIT 1); " +
  "BEGIN IF opened IS NOT NULL THEN opened := least(opened, (SELECT min(open_from) FROM book_changes WHERE position >= followed)); " +
  "IF TG_OP <> ''INSERT'' AND OLD.day < opened OR TG_OP <> ''DELETE'' AND NEW.day < opened THEN " +
  "RAISE EXCEPTION ''the books are closed before %'', opened USING ERRCODE = ''restrict_violation''; END IF; END IF; " +
  "RETURN coalesce(NEW, OLD); END";
const KEPT = guards("refuse_closed_categories", KEEPS, ROW + BEFORE + INSERT + DELETE + UPDATE);

const closedCategoriesStay: Invariant = {
  name: "closed_categories_stay",
  statement:
    "What is kept by category of a closed day is not changed: the guard is switched on and says so, nothing else acts by itself on the table, and the service has no right to empty it.",
  facts: `select ${brokenUnless(
    "n.kept = 1 and n.others = 0 and not has_table_privilege('mclub_app', 'category_turnovers', 'truncate')",
    { table: "'category_turnovers'", guards: "json_build_array(n.kept, n.others)" },
  )}
    from (select count(*) filter (where ${KEPT}) as kept, count(*) filter (where not ${KEPT}) as others
      from pg_trigger t join pg_proc p on p.oid = t.tgfoid where t.tgrelid = 'category_turnovers'::regclass and not t.tgisinternal) n`,
};

export const categoryInvariants: readonly Invariant[] = [
  categoriesAreTheLines,
  categoriesAreTheTurnovers,
  closedCategoriesStay,
];
