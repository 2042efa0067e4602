/**
 * Which keys of personal data a database is used with. Kept are hashes that each key makes of its own name, so a service
 * with another look-up key, which would find nobody and register everybody anew, does not start; nor does one whose
 * data key has changed under its id.
 */
import type { KeyObject } from "node:crypto";
import { keyedHash128 } from "../kernel/hash.ts";
import type { PersonalKeys } from "../kernel/sealed.ts";
import { arrayOf } from "./arrays.ts";
import { connect, type Sql, type Target } from "./connect.ts";

/** A key is not the one that the database has been used with. Tells its name only. */
export class KeysRefused extends Error {
  override readonly name = "KeysRefused";
}

const LOOKUP_KEY = "MCLUB_LOOKUP_KEY";

interface Known {
  readonly name: string;
  readonly value: string;
}

const KEEP = `insert into settings (name, value)
  select unnest($1::text[]), to_jsonb(unnest($2::text[])) on conflict (name) do nothing`;
const READ = "select name, value #>> '{}' as value from settings where name = any($1::text[])";

/** Compares the keys with those that are known, and keeps those that are new. As the owner of a migrated database. */
export async function requireKnownKeys(target: Target, { cipher, lookupKey }: PersonalKeys): Promise<void> {
  const marks = [
    markOf(LOOKUP_KEY, lookupKey),
    ...cipher.keys.map(({ id, key }) => markOf(`MCLUB_DATA_KEYS ${id}`, key)),
  ];
  const texts = (of: (mark: Known) => string) => arrayOf(marks.map(of), "text");
  const names = texts(({ name }) => name);
  const values = texts(({ value }) => value);
  await asOwner(target, async (sql) => {
    await sql.unsafe(KEEP, [names, values]);
    const known = await sql.unsafe<Known[]>(READ, [names]);
    const other = marks.find(({ name, value }) => known.some((each) => each.name === name && each.value !== value));
    if (other === undefined) return;
    throw new KeysRefused(`${other.name} is not the key that this database has been used with`);
  });
}

/** Whether a database has been used with keys before. */
export const hasKnownKeys = (target: Target): Promise<boolean> =>
  asOwner(target, async (sql) => (await sql.unsafe(READ, [arrayOf([LOOKUP_KEY], "text")])).length > 0);

async function asOwner<T>(target: Target, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = connect(target, { max: 1, applicationName: "mclub keys" });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

const markOf = (name: string, key: KeyObject): Known => ({ name, value: keyedHash128(key, `mark|${name}`) });
