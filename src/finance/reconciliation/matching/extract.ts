/**
 * What the ledger has of one entity's receipts on some days, streamed out of one state of it, and whom the cards of a file lead
 * to in that same state.
 */
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { connect, type Target, type TransactionSql } from "../../../db/connect.ts";
import { given } from "../../../engine/definition/export.ts";
import { inSnapshotOfCopies } from "../../../engine/exporting/snapshot.ts";
import { bucketIn } from "../../../engine/transfer-sql.ts";

const LONGEST_SECONDS = 1_800;
/** Everything is joined by hash: see BY_POSITIONS. */
const SETTINGS = {
  plan_cache_mode: "force_custom_plan",
  enable_nestloop: "off",
  enable_mergejoin: "off",
  // Receipts of some days are read by where they lie, also where a table of all years would be read by several processes.
  random_page_cost: "1.1",
  work_mem: "64MB",
};
/** Cards and members of one statement. */
export const NAMES_AT_ONCE = 20_000;

interface ExtractTerms {
  readonly brand: string;
  /** The first and the last day, as `zone` tells days; `store`: as each store does. */
  readonly from: string;
  readonly to: string;
  readonly zone: string;
}

/** How a file names a member: by the hash of a card, or by an id. */
export interface Names {
  readonly cards: readonly string[];
  readonly members: readonly string[];
}

export interface Extract {
  readonly terms: ExtractTerms;
  /** Where the receipts are written, as CSV. */
  readonly path: string;
  /** Whom the file names, some at a time. */
  readonly names: AsyncIterable<Names>;
  /** Told who stands for them, by what they were named: `key:…`, `mbr:…`. */
  readonly found: (members: ReadonlyMap<string, string>) => void;
}

/** Writes the receipts; answers the mark of the journal: what was committed before it is among them. */
export async function extract(target: Target, { terms, path, names, found }: Extract): Promise<bigint> {
  const pool = connect(target, {
    max: 1,
    applicationName: "mclub reconciliation",
    role: "mclub_app",
    statementTimeoutMs: LONGEST_SECONDS * 1_000,
    settings: SETTINGS,
  });
  return inSnapshotOfCopies(pool, { given: { ...terms }, mark: undefined }, async ({ sql, mark, bind }) => {
    for await (const some of names) found(await membersBehind(sql, some));
    const bytes = await sql.unsafe(bind(`copy (${RECEIPTS}) to stdout with (format csv, header true)`)).readable();
    await pipeline(bytes, createWriteStream(path, { mode: 0o600 }));
    return mark;
  });
}

async function membersBehind(sql: TransactionSql, { cards, members }: Names): Promise<ReadonlyMap<string, string>> {
  const byCard = await sql<{ asked: string; member: string }[]>`
    select replace(i.identifier_key::text, '-', '') as asked, replace(p.member_id::text, '-', '') as member
    from unnest(${`{${cards.join(",")}}`}::uuid[]) as a(key) join identifiers i on i.identifier_key = a.key
      join profiles p on p.profile_id = i.profile_id and p.bucket = ${sql.unsafe(bucketIn("i.profile_id"))}`;
  const byId = await sql<{ asked: string; member: string }[]>`
    select replace(w.member_id::text, '-', '') as asked, replace(coalesce(w.survivor_id, w.member_id)::text, '-', '') as member
    from unnest(${`{${members.join(",")}}`}::uuid[]) as a(id) join wallets w on w.member_id = a.id and w.bucket = ${sql.unsafe(bucketIn("a.id"))}`;
  return new Map([
    ...byCard.map(({ asked, member }) => [`key:${asked}`, `mbr:${member}`] as const),
    ...byId.map(({ asked, member }) => [`mbr:${asked}`, `mbr:${member}`] as const),
  ]);
}

const HEX = (uuid: string): string => `replace(${uuid}::text, '-', '')`;
/** Whose it is by now: with its profile, else whoever stands for the member that was recorded; or the card that leads to nobody. */
const whose = (awaits: string): string =>
  `coalesce('mbr:' || ${HEX("coalesce(p.member_id, w.survivor_id, r.member_id)")}, ${awaits}, '')`;
const ZONE = given("zone");
const FROM = given("from", "date");
const TO = given("to", "date");
const dayIn = (zone: string): string =>
  `(r.occurred_at at time zone case when ${ZONE} = 'store' then ${zone} else ${ZONE} end)::date`;
/** A day of any zone begins and ends within a day of that of another. */
const WITHIN = `r.brand = ${given("brand")} and r.occurred_at >= ${FROM} - interval '1 day' and r.occurred_at < ${TO} + interval '2 days'`;
const joinsOf = (member: string, profile: string): string =>
  `left join profiles p on p.bucket = ${bucketIn(profile)} and p.profile_id = ${profile}
   left join wallets w on w.bucket = ${bucketIn(member)} and w.member_id = ${member}`;

const RECEIPTS = `select * from (
    select 'pur_' || ${HEX("r.purchase_id")} as id, false as is_return, r.number, r.store_id as store, r.terminal_id as terminal, r.shift,
      r.fiscal_id as fiscal, ${dayIn("r.store_zone")} as day, r.total, r.total - r.spent as paid, r.spent, r.earned,
      ${whose(`'key:' || ${HEX("r.awaits")}`)} as who, r.status = 'reversed' as reversed
    from purchases r ${joinsOf("r.member_id", "r.profile_id")} where ${WITHIN}
    union all
    select 'ret_' || ${HEX("r.return_id")}, true, r.number, r.store_id, r.terminal_id, r.shift,
      r.fiscal_id, ${dayIn("s.time_zone")}, r.money_back + r.bonuses_back, r.money_back, r.bonuses_back, r.clawed_back,
      ${whose(`'key:' || ${HEX("u.awaits")}`)}, r.status = 'reversed'
    from returns r join stores s on s.store_id = r.store_id
      join purchases u on u.purchase_id = r.purchase_id and u.bucket = ${bucketIn("r.purchase_id")}
      ${joinsOf("r.member_id", "u.profile_id")} where ${WITHIN}) r
  where r.day between ${FROM} and ${TO}`;
