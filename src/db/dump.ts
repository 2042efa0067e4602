/**
 * The schema as text, read from the catalogs: what a reviewer reads, and what drift is measured against.
 *
 * Covers extensions, roles, schemas, types, sequences, tables with columns, constraints, indexes, triggers and
 * grants, views, functions. Leaves out what an extension owns. The order never depends on when a thing was made.
 */
import type { TransactionSql } from "./connect.ts";
import { grants, ours, pieces } from "./dump/catalog.ts";
import { dumpTables } from "./dump/tables.ts";

const HEADER =
  "-- Read from the catalogs of a database with all migrations (npm run schema). For reading: never applied.\n";

/**
 * The whole schema of one database, ending in a newline; the same text for the same schema, always. Run it in a
 * repeatable read transaction: `sql.begin("isolation level repeatable read read only", dumpSchema)`.
 */
export async function dumpSchema(tx: TransactionSql): Promise<string> {
  // The search path decides which names the catalog functions qualify.
  await tx`select set_config('search_path', 'public', true)`;
  const sections: [string, string[]][] = [
    ["Extensions", await extensions(tx)],
    ["Roles", await roles(tx)],
    ["Schemas", await schemas(tx)],
    ["Types", await types(tx)],
    ["Sequences", await sequences(tx)],
    ["Functions", await functions(tx)],
    ["Tables", await dumpTables(tx)],
    ["Views", await views(tx)],
    ["Default privileges", await defaultPrivileges(tx)],
  ];
  const filled = sections.filter(([, texts]) => texts.length > 0);
  return [HEADER, ...filled.map(([title, texts]) => `-- ${title}\n\n${texts.join("\n\n")}\n`)].join("\n");
}

function extensions(tx: TransactionSql): Promise<string[]> {
  return pieces(
    tx,
    `    select format('create extension %I with schema %I;', e.extname, n.nspname) as text
    from pg_extension e join pg_namespace n on n.oid = e.extnamespace
    where e.extname <> 'plpgsql'
    order by e.extname collate "C"`,
  );
}

/** Every role but the server's own and the owner's, with what it may, what it is set to, and whose member it is. */
function roles(tx: TransactionSql): Promise<string[]> {
  return pieces(
    tx,
    `    select concat_ws(E'\\n',
      format('create role %I %s;', r.rolname, concat_ws(' ',
        case when r.rolcanlogin then 'login' else 'nologin' end,
        case when r.rolsuper then 'superuser' end,
        case when r.rolcreatedb then 'createdb' end,
        case when r.rolcreaterole then 'createrole' end,
        case when r.rolbypassrls then 'bypassrls' end,
        case when not r.rolinherit then 'noinherit' end,
        case when r.rolconnlimit <> -1 then 'connection limit ' || r.rolconnlimit end)),
      (select string_agg(format('alter role %I set %s;', r.rolname, setting), E'\\n' order by setting collate "C")
        from pg_db_role_setting s, unnest(s.setconfig) setting
        where s.setrole = r.oid and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))),
      (select string_agg(format('grant %I to %I;', g.rolname, r.rolname), E'\\n' order by g.rolname collate "C")
        from pg_auth_members m join pg_roles g on g.oid = m.roleid where m.member = r.oid)) as text
    from pg_roles r
    where r.rolname !~ '^pg_' and r.rolname <> current_user
    order by r.rolname collate "C"`,
  );
}

function schemas(tx: TransactionSql): Promise<string[]> {
  return pieces(
    tx,
    `    select concat_ws(E'\\n',
      format('create schema %I;', n.nspname),
      ${grants("n.nspacl", "n.nspowner", "'schema ' || quote_ident(n.nspname)")}) as text
    from pg_namespace n
    where ${ours("pg_namespace", "n")}
    order by n.nspname collate "C"`,
  );
}

function types(tx: TransactionSql): Promise<string[]> {
  return pieces(
    tx,
    `    select case t.typtype
      when 'e' then format('create type %s as enum (%s);', format_type(t.oid, null),
        (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid))
      else format('create domain %s as %s%s;', format_type(t.oid, null), format_type(t.typbasetype, t.typtypmod),
        (select string_agg(format(E'\\n  constraint %I %s', c.conname, pg_get_constraintdef(c.oid, true)), '' order by c.conname collate "C")
          from pg_constraint c where c.contypid = t.oid))
      end as text
    from pg_type t join pg_namespace n on n.oid = t.typnamespace
    where t.typtype in ('e', 'd') and ${ours("pg_type", "t")}
    order by n.nspname collate "C", t.typname collate "C"`,
  );
}

function sequences(tx: TransactionSql): Promise<string[]> {
  return pieces(
    tx,
    `    select concat_ws(E'\\n',
      format('create sequence %s as %s start %s increment %s minvalue %s maxvalue %s cache %s%s;', c.oid::regclass,
        format_type(s.seqtypid, null), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
        case when s.seqcycle then ' cycle' else '' end),
      ${grants("c.relacl", "c.relowner", "'sequence ' || c.oid::regclass::text")}) as text
    from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
    where ${ours("pg_class", "c")}
    order by n.nspname collate "C", c.relname collate "C"`,
  );
}

/** With who may run them; where nobody was told otherwise that is everybody, which is worth seeing. */
function functions(tx: TransactionSql): Promise<string[]> {
  return pieces(
    tx,
    `    select concat_ws(E'\\n',
      rtrim(pg_get_functiondef(p.oid), E'\\n') || ';',
      ${grants("coalesce(p.proacl, acldefault('f', p.proowner))", "p.proowner", "'function ' || p.oid::regprocedure::text")}
    ) as text
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where p.prokind in ('f', 'p') and ${ours("pg_proc", "p")}
    order by n.nspname collate "C", p.oid::regprocedure::text collate "C"`,
  );
}

function views(tx: TransactionSql): Promise<string[]> {
  return pieces(
    tx,
    `    select concat_ws(E'\\n',
      format(E'create %s %s%s as\\n%s', case c.relkind when 'm' then 'materialized view' else 'view' end, c.oid::regclass,
        coalesce(' with (' || array_to_string(c.reloptions, ', ') || ')', ''), pg_get_viewdef(c.oid, true)),
      ${grants("c.relacl", "c.relowner", "'table ' || c.oid::regclass::text")}) as text
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('v', 'm') and ${ours("pg_class", "c")}
    order by n.nspname collate "C", c.relname collate "C"`,
  );
}

function defaultPrivileges(tx: TransactionSql): Promise<string[]> {
  return pieces(
    tx,
    `    select format('alter default privileges%s grant %s on %s to %s;',
      coalesce(' in schema ' || quote_ident(n.nspname), ''), lower(string_agg(a.privilege_type, ', ' order by a.privilege_type collate "C")),
      case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' else 'schemas' end,
      case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end) as text
    from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace, aclexplode(d.defaclacl) a
    where a.grantee <> d.defaclrole
    group by n.nspname, d.defaclobjtype, a.grantee
    order by n.nspname collate "C", d.defaclobjtype, pg_get_userbyid(a.grantee) collate "C"`,
  );
}
