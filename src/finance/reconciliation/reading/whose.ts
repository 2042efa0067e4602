/**
 * Whose each line of a file is, without the card that it names: a card is replaced by the keyed hash under which the ledger
 * looks it up, and its number goes no further than the folder in which the file was read.
 */
import type { KeyObject } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { identifierKey, identifiesOne, normalise } from "../../../members/identifier.ts";
import { quoted } from "./duckdb.ts";
import type { Mapping } from "./mapping.ts";

/** Hashed at a stretch: others have their turn between. */
const AT_ONCE = 1_024;

/** Of a line: `mbr:` and an id, `key:` and a hash, nothing where nobody is named, and null where the file names nobody at all. */
const WHO = `case when member is not null then 'mbr:' || substr(member, 5)
  when card is not null then coalesce((select key from card_keys k where k.card = lines.card), '') else '' end`;

/** Writes the lines of a file in their one form, without any card, as Parquet. */
export async function writeLines(
  db: DuckDBConnection,
  path: string,
  { columns }: Pick<Mapping, "columns">,
  lookupKey: KeyObject,
): Promise<void> {
  await hashCards(db, lookupKey);
  const who = columns.card === undefined && columns.member === undefined ? "null::varchar" : WHO;
  await db.run(
    `copy (select line, is_return, number, store, terminal, shift, fiscalId as fiscal, day, total, paid, spent, earned, ${who} as who
      from lines order by line) to ${quoted(path)} (format parquet, compression zstd)`,
  );
}

async function hashCards(db: DuckDBConnection, lookupKey: KeyObject): Promise<void> {
  await db.run("create table cards as select distinct card from lines where card is not null");
  await db.run("create table card_keys (card varchar, key varchar)");
  const appender = await db.createAppender("card_keys");
  for (let from = 0; ; from += AT_ONCE) {
    const found = await db.runAndReadAll(
      `select card from cards where rowid >= ${from} and rowid < ${from + AT_ONCE} order by rowid`,
    );
    const cards = found.getRows().map(([card]) => String(card));
    if (cards.length === 0) break;
    for (const card of cards) {
      appender.appendVarchar(card);
      appender.appendVarchar(keyOf(card, lookupKey));
      appender.endRow();
    }
    await setImmediate();
  }
  appender.closeSync();
}

/** What cannot be a card leads to nobody, and is looked up by no sale. */
function keyOf(card: string, lookupKey: KeyObject): string {
  const value = normalise("card", card);
  const presented = value === undefined ? undefined : ({ kind: "card", value } as const);
  return presented === undefined || !identifiesOne(presented) ? "" : `key:${identifierKey(lookupKey, presented)}`;
}
