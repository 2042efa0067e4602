/** What a command reads does not grow with the other members of its bucket, whatever the database knew of its tables when it planned. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { MemberId } from "../../src/kernel/ids.ts";
import { balanceOf } from "../../src/members/reads/balance.ts";
import { testLedger, type TestLedger } from "../support/ledger.ts";
import { sellTo } from "../support/town.ts";

const NEIGHBOURS = 3_000;
const SALES = 20;
/** A wallet and its own lots (one more with each sale), looked at and changed: some entries of an index each. */
const MOST_ENTRIES_A_SALE = 300;

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger({ lanes: 1, readers: 1 });
});
afterAll(() => ledger.close());

/** Wallets and lots of so many others in the same bucket, copied in SQL. */
async function crowd(memberId: MemberId): Promise<void> {
  const uuid = memberId.slice(4);
  const other = `overlay(replace(member_id::text, '-', '') placing lpad(to_hex(n), 9, '0') from 21 for 9)::uuid`;
  for (const table of ["wallets", "lots"]) {
    await ledger.database.sql.unsafe(`insert into ${table} select r.* from ${table} t, generate_series(1, ${NEIGHBOURS}) n,
      jsonb_populate_record(t, jsonb_build_object('member_id', ${other.replaceAll("member_id", "t.member_id")})) r
      where t.member_id = '${uuid}'`);
  }
}

/** Entries of indexes of wallets and lots that were read so far. Sessions report once a second, with their next statement. */
async function entriesRead(memberId: MemberId): Promise<number> {
  await sleep(1_100);
  await sellAndLook(memberId);
  const { sql } = ledger.database;
  const [row] = await sql<{ read: number }[]>`select sum(idx_tup_read)::int as read from pg_stat_user_indexes
    where relname in ('wallets', 'lots')`;
  return row?.read ?? 0;
}

async function sellAndLook(memberId: MemberId): Promise<void> {
  await sellTo(ledger, memberId, { spend: 1_00n });
  await balanceOf(ledger.service, memberId);
}

async function perSale(memberId: MemberId): Promise<number> {
  const before = await entriesRead(memberId);
  for (let count = 1; count < SALES; count += 1) await sellAndLook(memberId);
  return ((await entriesRead(memberId)) - before) / SALES;
}

it("a sale and a balance among thousands of members of a bucket read their own wallet and lots, and no others", async () => {
  const memberId = await ledger.newMember();
  await ledger.give(memberId, 1_000_00n);
  expect(await perSale(memberId), "alone").toBeLessThan(MOST_ENTRIES_A_SALE);
  await crowd(memberId);
  expect(await perSale(memberId), "planned when the tables were empty").toBeLessThan(MOST_ENTRIES_A_SALE);
  await ledger.database.sql`analyze`;
  expect(await perSale(memberId), "planned with statistics").toBeLessThan(MOST_ENTRIES_A_SALE);
}, 30_000);
