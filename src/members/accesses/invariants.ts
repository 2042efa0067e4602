/** Invariants of the access log: what it names is there, and nobody but its owner takes anything away, and that not early. */
import { brokenUnless, id, type Invariant } from "../../engine/definition/invariant.ts";
import { BEFORE, DELETE, guards, REFUSES, ROW, TRUNCATE, UPDATE } from "../../engine/guard-sql.ts";
import { bucketIn } from "../../engine/transfer-sql.ts";

const accessesAreOfWhomTheyName: Invariant = {
  name: "accesses_are_of_whom_they_name",
  statement:
    "Every row of the access log that names a profile names one that is there, with its brand and a member whom it has led to, and lies in its bucket; every row names a client that is registered. Shown: the row's, the profile's.",
  facts: `select ${brokenUnless(
    `c.client_id is not null and a.bucket = ${bucketIn("a.access_id")}
      and (a.profile_id is null or (p.bucket = a.bucket and p.brand = a.brand and l.profile_id is not null))`,
    {
      accessId: id("acs", "a.access_id"),
      profileId: id("prf", "a.profile_id"),
      entity: "p.brand",
      brand: "json_build_array(a.brand, p.brand)",
      memberId: id("mbr", "a.member_id"),
      clientId: id("cli", "a.client_id"),
    },
  )}
    from accesses a left join profiles p on p.profile_id = a.profile_id left join clients c on c.client_id = a.client_id
      left join (select distinct profile_id, member_id from profile_links) l on l.profile_id = a.profile_id and l.member_id = a.member_id`,
};

/** As drizzle/0020_accesses_rights.sql writes it; in SQL, its quotes doubled. */
const KEEPS =
  "BEGIN IF OLD.at > now() - interval ''1 year'' THEN RAISE EXCEPTION ''rows of % are kept for a year'', TG_TABLE_NAME USING ERRCODE = ''restrict_violation''; END IF; RETURN OLD; END";
const NEVER_CHANGED = guards("refuse_rewrite", REFUSES, BEFORE + UPDATE + TRUNCATE);
const KEPT_A_YEAR = guards("refuse_early_removal", KEEPS, ROW + BEFORE + DELETE);

const accessLogIsKept: Invariant = {
  name: "access_log_is_kept",
  statement:
    "Rows of the access log are never changed, and deleted by the database's owner alone, after a year at the earliest: its guards are switched on and say so, nothing else acts by itself on it, and the service has no right to change or delete, be it a column.",
  facts: `select ${brokenUnless(`n.changed = 1 and n.kept = 1 and n.others = 0`, {
    table: "'accesses'",
    guards: "json_build_array(n.changed, n.kept, n.others)",
  })}
    from (select count(*) filter (where ${NEVER_CHANGED}) as changed, count(*) filter (where ${KEPT_A_YEAR}) as kept,
        count(*) filter (where not ${NEVER_CHANGED} and not ${KEPT_A_YEAR}) as others
      from pg_trigger t join pg_proc p on p.oid = t.tgfoid where t.tgrelid = 'accesses'::regclass and not t.tgisinternal) n
    union all
    select ${brokenUnless(
      "not has_table_privilege('mclub_app', 'accesses', r.name) and not (r.name = 'update' and has_any_column_privilege('mclub_app', 'accesses', 'update'))",
      { table: "'accesses'", privilege: "r.name" },
    )}
    from unnest(array['update', 'delete', 'truncate']) as r(name)`,
};

export const accessInvariants: readonly Invariant[] = [accessesAreOfWhomTheyName, accessLogIsKept];
