/** A member with more lots that turn at one instant than a small number can count: time moves them all, without an error. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { accrual } from "../../src/bonuses/accrual.ts";
import { visitDue } from "../../src/bonuses/visit-due.ts";
import { ledgerItself } from "../../src/engine/group/submit.ts";
import { formatInstant } from "../../src/kernel/clock.ts";
import type { MemberId } from "../../src/kernel/ids.ts";
import { balanceOf } from "../../src/members/reads/balance.ts";
import { answerOf, testLedger, type TestLedger } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { DAY_MS, sellTo } from "../support/town.ts";

/** More than a smallint holds. */
const LOTS = 33_000;

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.close());

/** So many lots of 1.00 that all become active in a day, and end in two: one is granted, the others are copies of it. */
async function memberWithLots(): Promise<MemberId> {
  const { clock, database } = ledger;
  const memberId = await ledger.newMember();
  const [earlier] = await database.sql<{ position: string }[]>`select pg_current_xact_id()::text as position`;
  const life = { activeAt: formatInstant(clock.now() + DAY_MS), expiresAt: formatInstant(clock.now() + 2 * DAY_MS) };
  const terms = { amount: "1.00", brand: "mvideo", kind: "promo", reason: "test", reference: "test" };
  const granted = answerOf(await ledger.ask(accrual, { memberId, ...terms, ...life })) as { operationId: string };
  const operation = granted.operationId.slice(4);
  await database.sql.begin(async (sql) => {
    for (const statement of copiesOf(operation, earlier?.position ?? "0")) await sql.unsafe(statement);
    await sql`update wallets set pending = ${`${LOTS}00`}::bigint, version = version + ${LOTS - 1},
      by_issuer = ${`{"mvideo":["${LOTS}00","0","0","0"]}`}::text::json where member_id = ${memberId.slice(4)}::uuid`;
  });
  return memberId;
}

/** SQL: a grant again and again, under numbers that differ from its own by chance alone, so that they lie in its bucket. */
function copiesOf(operation: string, earlier: string): string[] {
  const copied = (uuid: string) =>
    `overlay(replace(${uuid}::text, '-', '') placing lpad(to_hex(n), 9, '0') from 21 for 9)`;
  const copy = (table: string, fields: Readonly<Record<string, string>>) => {
    const changed = Object.entries({ operation_id: copied("t.operation_id"), ...fields });
    const replaced = changed.map(([name, value]) => `'${name}', ${value}`).join(", ");
    return `insert into ${table} select r.* from ${table} t, generate_series(1, ${LOTS - 1}) as n,
      jsonb_populate_record(t, jsonb_build_object(${replaced})) as r where t.operation_id = '${operation}'`;
  };
  const own = operation.slice(0, 29);
  const told = (column: string) => `replace(t.${column}::text, '${own}', left(${copied("t.operation_id")}, 29))::jsonb`;
  const [answer, events] = [told("answer"), told("events")];
  // Of two commits, that of the grant and one before it, which have no places for so many by themselves.
  const isEarlier = `n > ${LOTS / 2}`;
  const position = `case when ${isEarlier} then ${earlier} else t.position end`;
  const place = `case when ${isEarlier} then n - ${LOTS / 2} - 1 else t.place + n end`;
  return [
    copy("command_keys", { key: "gen_random_uuid()" }),
    copy("operations", { answer, events, position, place }),
    copy("transfers", { lot_id: copied("t.lot_id"), position }),
    copy("lots", { lot_id: copied("t.lot_id") }),
  ];
}

const highestOrdinal = async (event: string): Promise<number | undefined> => {
  const { sql } = ledger.database;
  const [row] = await sql<{ highest: number }[]>`select max(ordinal) as highest from transfers where event = ${event}`;
  return row?.highest;
};

it("33,000 lots that become active at one instant, and end at another, are read, sold upon, visited and proven", async () => {
  const { service, clock } = ledger;
  const memberId = await memberWithLots();
  expect((await balanceOf(service, memberId)).pending).toBe("33000.00");

  clock.moveTo(clock.now() + DAY_MS);
  const due = await balanceOf(service, memberId);
  expect(due).toMatchObject({ pending: "0.00", available: "33000.00", spendable: { eldorado: "33000.00" } });
  const sold = await sellTo(ledger, memberId, { spend: 100_00n });
  expect(sold).toMatchObject({ spent: "100.00", balance: { pending: "57.00", available: "32900.00" } });
  expect(await highestOrdinal("activation")).toBe(LOTS);

  clock.moveTo(clock.now() + DAY_MS);
  expect((await balanceOf(service, memberId)).available).toBe("0.00");
  expect(await visitDue(ledgerItself(service))).toEqual({ visited: 1, failed: 0, finished: true });
  expect(await highestOrdinal("expiry")).toBe(LOTS - 100);
  expect(await balanceOf(service, memberId)).toMatchObject({ pending: "57.00", available: "0.00", expiring: [] });
  await expectProof(ledger);
}, 30_000);
