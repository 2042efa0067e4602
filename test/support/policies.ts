/** Versions of the rules, as an administrator adds them: by hand, in the owner's name, as drizzle/0002_defaults.sql does. */
import { formatInstant, type Instant } from "../../src/kernel/clock.ts";
import type { TestDatabase } from "./database/database.ts";

/** SQL: the hash that a version is kept with. */
export const POLICY_HASH = `left(encode(sha256(convert_to(
  concat_ws('|', version, (extract(epoch from effective_from) * 1000)::bigint, note, rules), 'UTF8')), 'hex'), 32)::uuid`;

/** A version like the first one, but for one place in its rules. */
export async function addPolicy(
  { sql }: Pick<TestDatabase, "sql">,
  version: number,
  effectiveFrom: Instant,
  path: string,
  value: unknown,
): Promise<void> {
  await sql.unsafe(
    `insert into policies (version, effective_from, note, rules, row_hash)
     select version, effective_from, note, rules, ${POLICY_HASH}
     from (select $1::int as version, $2::timestamptz as effective_from, 'test' as note,
       jsonb_set(rules, $3::text[], $4::text::jsonb) as rules from policies where version = 1) r`,
    [version, formatInstant(effectiveFrom), path, JSON.stringify(value)],
  );
}
