/** SQL: triggers that guard a table, as the proof looks at them. */

/** When a trigger acts, as pg_trigger has it. */
export const [ROW, BEFORE, INSERT, DELETE, UPDATE, TRUNCATE] = [1, 2, 4, 8, 16, 32];

/** What `refuse_rewrite` does, as drizzle/0001_guards.sql writes it; in SQL, its quotes doubled. */
export const REFUSES =
  "BEGIN RAISE EXCEPTION ''rows of % are never changed or deleted'', TG_TABLE_NAME USING ERRCODE = ''restrict_violation''; END";

/** SQL: whether a trigger `t` that calls `p` does this, and is switched on for every row. */
export const guards = (name: string, body: string, type: number): string =>
  `(p.proname = '${name}' and btrim(regexp_replace(p.prosrc, '\\s+', ' ', 'g')) = '${body}' and t.tgtype = ${type}
    and t.tgenabled in ('O', 'A') and t.tgqual is null and t.tgattr::text = '')`;
