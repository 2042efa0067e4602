/** The guards of the two tables of which erasing a member takes hashes away, and nothing else is ever changed. */
import { brokenUnless, type Invariant } from "../definition/invariant.ts";
import { BEFORE, DELETE, guards, ROW, TRUNCATE, UPDATE } from "../guard-sql.ts";

/** As drizzle/0027_erasures_rights.sql writes them; in SQL, their quotes doubled. */
const REFUSES_UNLESS_ERASING =
  "BEGIN IF TG_OP = ''UPDATE'' AND current_setting(''mclub.erasing'', true) = ''on'' THEN RETURN NULL; END IF; " +
  "RAISE EXCEPTION ''rows of % are never changed or deleted'', TG_TABLE_NAME USING ERRCODE = ''restrict_violation''; END";
const KEEPS =
  "BEGIN IF to_jsonb(NEW) - TG_ARGV IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV THEN " +
  "RAISE EXCEPTION ''of rows of % only hashes are taken away'', TG_TABLE_NAME USING ERRCODE = ''restrict_violation''; END IF; RETURN NEW; END";

const REFUSED = guards("refuse_rewrite_unless_erasing", REFUSES_UNLESS_ERASING, BEFORE + DELETE + UPDATE + TRUNCATE);
const KEPT = `(${guards("keep_all_but_hashes", KEEPS, ROW + BEFORE + UPDATE)} and encode(t.tgargs, 'escape') = g.hashes)`;

/** With the columns that may be taken away. */
const TABLES =
  "(values ('operations', 'subject_hash\\000'), ('identifier_history', 'identifier_key\\000ordinal\\000')) as g(name, hashes)";

const hashGuardsStand: Invariant = {
  name: "hash_guards_stand",
  statement:
    "Operations and what became of identifiers are append-only, but for the hashes of identifiers, which erasing a member gives numbers by chance instead: their guards are switched on and say so, nothing else acts by itself on them, and the service has no right to change or delete, be it a column.",
  facts: `select ${brokenUnless("n.refused = 1 and n.kept = 1 and n.others = 0", {
    table: "n.name",
    guards: "json_build_array(n.refused, n.kept, n.others)",
  })}
    from (select g.name, count(*) filter (where ${REFUSED}) as refused, count(*) filter (where ${KEPT}) as kept,
        count(*) filter (where t.oid is not null and not ${REFUSED} and not ${KEPT}) as others
      from ${TABLES} left join pg_trigger t on t.tgrelid = to_regclass(g.name) and not t.tgisinternal
        left join pg_proc p on p.oid = t.tgfoid group by g.name) n
    union all
    select ${brokenUnless(
      "not has_table_privilege('mclub_app', to_regclass(g.name), r.name) and not (r.name = 'update' and has_any_column_privilege('mclub_app', to_regclass(g.name), 'update'))",
      { table: "g.name", privilege: "r.name" },
    )}
    from ${TABLES} cross join unnest(array['update', 'delete', 'truncate']) as r(name)`,
};

export const hashGuardInvariants: readonly Invariant[] = [hashGuardsStand];
