/**
 * What the dump's queries over the catalogs share. Only constants of this folder go into the SQL text.
 */
import type { TransactionSql } from "../connect.ts";

/** Runs a query over the catalogs whose rows each hold one piece of the dump, in order. */
export async function pieces(tx: TransactionSql, query: string): Promise<string[]> {
  return (await tx.unsafe<{ text: string }[]>(query)).map((row) => row.text);
}

/** True for what was made by migrations: neither the server's own nor an extension's. `object`: alias of its row. */
export function ours(catalog: string, object: string, namespace = "n"): string {
  return `${namespace}.nspname !~ '^pg_' and ${namespace}.nspname <> 'information_schema'
    and not exists (select from pg_depend d
      where d.classid = '${catalog}'::regclass and d.objid = ${object}.oid and d.deptype = 'e')`;
}

/** Text of the grants in an access list, one line a grantee; the owner's own rights go without saying. */
export function grants(acl: string, owner: string, target: string): string {
  return `(select string_agg(line, E'\\n' order by line collate "C") from (
    select format('grant %s on %s to %s;', lower(string_agg(a.privilege_type, ', ' order by a.privilege_type collate "C")),
      ${target}, case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end) as line
    from aclexplode(${acl}) a where a.grantee <> ${owner} group by a.grantee) granted)`;
}
