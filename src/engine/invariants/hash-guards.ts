/** The guards of the two tables of which erasing a member takes hashes away, and nothing else is ever changed. */
import { brokenUnless, type Invariant } from "../definition/invariant.ts";

/** As drizzle/0027_erasures_rights.sql writes them; in SQL, their quotes doubled. */
const REFUSES =
  "BEGIN IF TG_OP = ''UPDATE'' AND current_setting(''mclub.erasing'', true) = ''on'' THEN RETURN NULL; END IF; " +
  "RAISE EXCEPTION ''rows of % are never changed or deleted'', TG_TABLE_NAME USING ERRCODE = ''restrict_violation''; END";
const KEEPS =
  "BEGIN IF to_jsonb(NEW) - TG_ARGV IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV THEN " +
  "RAISE EXCEPTION ''of rows of % only hashes are taken away'', TG_TABLE_NAME USING ERRCODE = ''restrict_violation''; END IF; RETURN NEW; END";

/** As pg_trigger has it: row 1, before 2, delete 8, update 16, truncate 32. */
const [ROW, BEFORE, DELETE, UPDATE, TRUNCATE] = [1, 2, 8, 16, 32];

/** SQL: whether a guard does this, and is switched on for every row. */
const guards = (name: string, body: string, type: number): string =>
  `(p.proname = '${name}' and btrim(regexp_replace(p.prosrc, '\\s+', ' ', 'g')) = '${body}' and t.tgtype = ${type}
    and t.tgenabled in ('O', 'A') and t.tgqual is null and t.tgattr::text = '')`;
const REFUSED = guards("refuse_rewrite_unless_erasing", REFUSES, BEFORE + DELETE + UPDATE + TRUNCATE);
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
