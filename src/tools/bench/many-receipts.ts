/**
 * Any number of receipts of one entity, written straight into the tables: for what is measured over millions of them, which no
 * till could make in a time that anybody waits. The ledger does not prove with them.
 */
import { createWriteStream } from "node:fs";
import type { KeyObject } from "node:crypto";
import { pipeline } from "node:stream/promises";
import type { Sql } from "../../db/connect.ts";
import { identifierKey } from "../../members/identifier.ts";

const STORES = 700;
const FIRST_DAY = "2026-03-01";
const MEMBERS = 50_000;
const AT_ONCE = 5_000;

/** SQL: an id that carries a bucket. */
const idOf = (number: string, bucket: string): string =>
  `(lpad(to_hex(${number}), 12, '0') || '7000' || to_hex(32768 + ((${bucket}) << 4)) || '000000000000')::uuid`;
/** SQL: whose a receipt is. */
const member = "(m)";

/** How the file's columns are named; see `writeReceipts`. */
export const MANY_RECEIPTS_MAPPING = {
  columns: {
    number: "number",
    store: "store",
    terminal: "terminal",
    shift: "shift",
    day: "day",
    card: "card",
    total: "total",
    paid: "paid",
    spent: "spent",
    earned: "earned",
  },
} as const;

export const MANY_RECEIPTS_DAYS = { from: FIRST_DAY, to: "2026-03-31" } as const;

/** Loads so many receipts, one in 25 a return, of members with a card each. */
export async function loadReceipts(sql: Sql, count: number, lookupKey: KeyObject): Promise<void> {
  await sql.unsafe(`insert into stores (store_id, brand, name, time_zone)
    select 'R-' || s, 'mvideo', 'R-' || s, 'Europe/Moscow' from generate_series(0, ${STORES - 1}) s on conflict do nothing`);
  const members = Math.min(count, MEMBERS);
  for (let first = 0; first < members; first += AT_ONCE) {
    const keys = Array.from({ length: Math.min(AT_ONCE, members - first) }, (_, index) =>
      identifierKey(lookupKey, { kind: "card", value: cardOf(first + index) }),
    );
    await sql.unsafe(
      `with m as (select ${first} + ordinality - 1 as g, key from unnest($1::uuid[]) with ordinality as k(key)),
        p as (insert into profiles (bucket, profile_id, member_id, home_id, brand, profile_key, external_id, person, identifiers, identifier_values, consents, created_at)
          select g % 1024, ${idOf("g + 1", "g % 1024")}, ${idOf("g + 1", "g % 1024")}, ${idOf("g + 1", "g % 1024")}, 'mvideo', key, '', '', '[]', '', '{}', now() from m)
      insert into identifiers (identifier_key, kind, bucket, member_id, profile_id, verified, created_at)
        select key, 'card', g % 1024, ${idOf("g + 1", "g % 1024")}, ${idOf("g + 1", "g % 1024")}, true, now() from m`,
      [`{${keys.join(",")}}`],
    );
  }
  await sql.unsafe(`insert into purchases (bucket, purchase_id, member_id, profile_id, brand, store_id, terminal_id, shift, number, channel, store_zone,
      total, spent, earned, lines, returned, status, occurred_at, posted_at)
    select ${member} % 1024, ${idOf("g + 100000000", `${member} % 1024`)}, ${idOf(`${member} + 1`, `${member} % 1024`)}, ${idOf(`${member} + 1`, `${member} % 1024`)},
      'mvideo', store, terminal, shift, number, 'pos', 'Europe/Moscow', total, spent, earned, '[]', '{}', 'sold', at, at
    from (${RECEIPTS(count)}) r where not is_return`);
  await sql.unsafe(`insert into returns (bucket, return_id, purchase_id, member_id, brand, store_id, terminal_id, shift, number, money_back, bonuses_back,
      clawed_back, debt_added, from_suspense, lines, parts, cover, status, occurred_at, posted_at)
    select ${member} % 1024, ${idOf("g + 100000000", `${member} % 1024`)}, ${idOf("g + 100000001", `${member} % 1024`)}, ${idOf(`${member} + 1`, `${member} % 1024`)},
      'mvideo', store, terminal, shift, number, total - spent, spent, earned, 0, 0, '[]', '[]', '[]', 'returned', at, at
    from (${RECEIPTS(count)}) r where is_return`);
  await sql.unsafe("analyze purchases; analyze returns; analyze profiles; analyze identifiers");
}

const cardOf = (number: number): string => `29${number.toString().padStart(11, "0")}`;

/** A receipt's number is unique in its shift at its till. A return is of the next receipt, which is none, and the same member's. */
const RECEIPTS = (
  count: number,
): string => `select g, g % 25 = 0 as is_return, (g + case when g % 25 = 0 then 1 else 0 end) % ${MEMBERS} as m,
    'R-' || g % ${STORES} as store, (1 + g / ${STORES} % 4)::text as terminal, (1 + g / ${4 * STORES} % 62)::text as shift,
    (1 + g / ${4 * STORES * 62})::text as number,
    timestamptz '${FIRST_DAY} 12:00:00+03' + (g / ${4 * STORES} % 31) * interval '1 day' as at,
    10000 + g * 37 % 9999901 as total, case when g % 3 = 0 then 1000 else 0 end as spent, 300 + g % 700 as earned
  from generate_series(0, ${count - 1}) g`;

/** Lines of a file, by the place of a receipt, that are not as the ledger has it: one of each kind. */
export const WRONG_WAYS = {
  missing_there: 11,
  duplicate: 21,
  total: 31,
  spent: 41,
  earned: 51,
  store: 61,
  day: 71,
  member: 81,
  nobody: 91,
  missing_here: 101,
} as const;

/** What comes of them, each as its kind and all that differs, in the order of the alphabet. */
export const BREAKS_OF_WRONG_WAYS: readonly string[] = [
  "amount_differs earned",
  "amount_differs spent",
  "amount_differs total paid",
  "duplicate",
  "missing_here",
  "missing_there",
  "wrong_day day",
  "wrong_member member",
  "wrong_member member",
  "wrong_store store",
];

/** Writes a file of these receipts, in no order. `wrong`: ten lines are wrong in ten ways. */
export async function writeReceipts(sql: Sql, count: number, path: string, wrong: boolean): Promise<void> {
  const w = WRONG_WAYS;
  const at = (way: keyof typeof w): string => `${wrong} and r.g = ${w[way]}`;
  const rubles = (amount: string): string => `round((case when is_return then -1 else 1 end) * (${amount}) / 100.0, 2)`;
  const lines = `select number, case when ${at("store")} then 'R-' || (g + 1) % ${STORES} else store end as store, terminal, shift,
      ((at + case when ${at("day")} then interval '1 day' else interval '0' end) at time zone 'Europe/Moscow')::date as day,
      case when ${at("nobody")} then '' else '29' || lpad(((m + case when ${at("member")} then 1 else 0 end) % ${MEMBERS})::text, 11, '0') end as card,
      ${rubles(`total + case when ${at("total")} then 1 else 0 end`)} as total,
      ${rubles(`total - spent + case when ${at("total")} then 1 else 0 end`)} as paid,
      ${rubles(`spent + case when ${at("spent")} then 5 else 0 end`)} as spent,
      ${rubles(`earned + case when ${at("earned")} then 5 else 0 end`)} as earned, g
    from (${RECEIPTS(count)}) r where not (${at("missing_there")})
    union all select number, store, terminal, shift, day, card, total, paid, spent, earned, g
      from (select number, store, terminal, shift, (at at time zone 'Europe/Moscow')::date as day, '29' || lpad(m::text, 11, '0') as card,
        ${rubles("total")} as total, ${rubles("total - spent")} as paid, ${rubles("spent")} as spent, ${rubles("earned")} as earned, g
        from (${RECEIPTS(count)}) r) r where ${at("duplicate")}
    union all select 'no-such-number', 'R-1', '1', '1', date '2026-03-05', '', 10.00, 10.00, 0.00, 0.00, 0 where ${wrong}`;
  const bytes = await sql
    .unsafe(
      `copy (select number, store, terminal, shift, day, card, total, paid, spent, earned from (${lines}) l order by hashint8(g)) to stdout with (format csv, header true)`,
    )
    .readable();
  await pipeline(bytes, createWriteStream(path));
}
