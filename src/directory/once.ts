/**
 * Commands of administration that happen once for each Idempotency-Key. They are not in the ledger's journal, and what
 * they answered cannot be told again, since a key of a client is never stored: what is kept is which client it was about.
 */
import { canonicalJson, hash128 } from "../kernel/hash.ts";
import type { Reader } from "../engine/reader.ts";

/** A command under its key: the name of the row that says it has happened, and the hash of what was asked. */
export interface Once {
  readonly name: string;
  readonly asked: string;
}

/** One row a command, written in the same statement as what the command does. */
export const CLAIM_ONCE = `insert into settings (name, value)
  select $1::text, jsonb_build_object('asked', $2::text, 'client', $3::text)`;
const READ_ONCE = "select value->>'asked' as asked, value->>'client' as client from settings where name = $1";

/** What a client asks under its Idempotency-Key. */
export function onceFor(clientId: string, idempotencyKey: string, asked: { operation: string; body: unknown }): Once {
  const name = `once|${hash128(JSON.stringify([clientId, idempotencyKey]))}`;
  return { name, asked: hash128(canonicalJson(asked)) };
}

/** Which client a command was about that has happened before; `other` where another one had its key. */
export async function readOnce(db: Reader, { name, asked }: Once): Promise<{ uuid: string } | "other"> {
  const [row] = await db.run<{ asked: string; client: string }>(READ_ONCE, [name]);
  return row?.asked === asked ? { uuid: row.client } : "other";
}
