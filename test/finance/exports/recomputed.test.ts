/**
 * The books recomputed from the exported journal with DuckDB's SQL alone: nothing of the project's has a part in it but the files.
 * The same trial balance, the same roll-forward of the liability, the same balances of members.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { turnoverFollower } from "../../../src/finance/turnovers/turnovers.ts";
import { sale } from "../../http/bodies.ts";
import { followToEnd } from "../../support/following.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { liveThrough } from "../../support/town.ts";
import { askDuck } from "./duck.ts";
import { settled } from "./settled.ts";

let http: TestHttp;
let finance: string;
beforeAll(async () => {
  http = await testHttp();
  await liveThrough(http);
  finance = await http.newKey(["finance"]);
}, 120_000);
afterAll(() => http.close());

async function file(path: string) {
  const answer = await http.app.request(`/v1/exports/${path}`, { headers: { authorization: `Bearer ${finance}` } });
  expect(answer.status, path).toBe(200);
  return { bytes: new Uint8Array(await answer.arrayBuffer()), mark: answer.headers.get("mclub-mark") ?? "" };
}

/** Each transfer twice, as its debit and as its credit. */
const SIDES = `create view sides as
  select entity, debit as account, coalesce(kind, '') as kind, event, day, member_id, amount as debit, 0::decimal(38, 2) as credit from 'FOLDER/journal.parquet'
  union all select entity, credit, coalesce(kind, ''), event, day, member_id, 0, amount from 'FOLDER/journal.parquet'`;
const side = (sum: string) => `cast(greatest(coalesce(${sum}, 0), 0) as decimal(38, 2))::varchar`;
const before = "sum(debit - credit) filter (where day < date '2026-03-10')";
const within = (column: string) =>
  `coalesce(sum(${column}) filter (where day >= date '2026-03-10'), 0)::decimal(38, 2)::varchar`;
const TRIAL_BALANCE = `select entity, account, kind, ${side(before)} as opening_debit, ${side(before.replace("debit - credit", "credit - debit"))} as opening_credit,
    ${within("debit")} as debit, ${within("credit")} as credit, ${side("sum(debit - credit)")} as closing_debit, ${side("sum(credit - debit)")} as closing_credit
  from sides where day <= date '2026-03-31' group by entity, account, kind order by entity, account, kind`;

const REASONS = {
  granted: ["grant", "suspension"],
  spent: ["spend", "unspend", "spend_reversal"],
  expired: ["expiry"],
  clawed_back: ["clawback", "clawback_reversal"],
  repaid: ["repayment", "repayment_reversal"],
  merged: ["move", "restitution"],
  adjusted: ["credit_adjustment", "debit_adjustment", "credit_reversal", "debit_reversal"],
  erased: ["forfeit", "write_off"],
};
const changed = (condition: string) =>
  `coalesce(sum(credit - debit) filter (where ${condition}), 0)::decimal(38, 2)::varchar`;
const LIABILITY = `select entity, kind, ${changed("day < date '2026-03-10'")} as opening, ${Object.entries(REASONS)
  .map(([name, events]) => `${changed(`day >= date '2026-03-10' and event in ('${events.join("', '")}')`)} as ${name}`)
  .join(", ")}, ${changed("true")} as closing
  from sides where account in ('pending', 'available', 'held', 'suspense') and day <= date '2026-03-31' group by entity, kind order by entity, kind`;

const TABLE = (name: string) =>
  `select * from read_csv('FOLDER/${name}.csv', header = true, all_varchar = true, allow_quoted_nulls = false)`;

describe("from the exported journal", () => {
  it.each([
    ["trial-balance", TRIAL_BALANCE],
    ["liability", LIABILITY],
  ])("DuckDB computes the same %s", async (name, statement) => {
    const { bytes, mark } = await file("journal?format=parquet");
    const exported = await file(`${name}?from=2026-03-10&to=2026-03-31&mark=${mark}`);
    const rows = await askDuck({ [`${name}.csv`]: exported.bytes }, TABLE(name));
    expect(rows.length).toBeGreaterThan(3);
    expect(await askDuck({ "journal.parquet": bytes }, SIDES, statement)).toEqual(rows);
  });

  it("DuckDB computes the same balance of each member", async () => {
    await settled(http.database);
    const { bytes } = await file("journal?format=parquet");
    const rows = await askDuck(
      { "journal.parquet": bytes },
      SIDES,
      `select member_id, sum(credit - debit) filter (where account = 'pending')::varchar as pending, sum(credit - debit) filter (where account = 'available')::varchar as available,
        sum(credit - debit) filter (where account = 'held')::varchar as held, sum(debit - credit) filter (where account = 'debt')::varchar as debt
      from sides where member_id is not null group by member_id order by member_id`,
    );
    const kept = await http.database.sql<Record<string, string>[]>`
      select 'mbr_' || replace(member_id::text, '-', '') as member_id, round(pending / 100.0, 2)::text as pending, round(available / 100.0, 2)::text as available,
        round(held / 100.0, 2)::text as held, round(debt / 100.0, 2)::text as debt from wallets`;
    const byMember = new Map(kept.map((row) => [row["member_id"], row]));
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) {
      const known = byMember.get(String(row["member_id"]));
      for (const account of ["pending", "available", "held", "debt"]) {
        expect(row[account] ?? "0.00", `${String(row["member_id"])} ${account}`).toBe(known?.[account]);
      }
    }
  });
});

describe("an export while 64 tills are selling", () => {
  it("is of one instant: every operation is in it as a whole, and the three files agree", async () => {
    const members = await Promise.all(Array.from({ length: 64 }, () => http.newMember()));
    await Promise.all(members.map((memberId) => http.give(memberId, 900_00n, "eldorado")));
    const over = new AbortController();
    let sold = 0;
    const tills = members.map(async (memberId) => {
      while (!over.signal.aborted) {
        const occurredAt = new Date(http.clock.now()).toISOString();
        const { status } = await http.post("/v1/purchases", sale({ memberId, spend: "3.00", occurredAt }));
        if (status === 201) sold += 1;
        else await sleep(20);
      }
    });
    const taken = [];
    for (let turn = 0; turn < 3; turn += 1) {
      const journal = await file("journal");
      const balance = await file(`trial-balance?mark=${journal.mark}`);
      taken.push({ journal, balance, again: await file(`journal?mark=${journal.mark}`) });
    }
    over.abort();
    await Promise.all(tills);
    expect(sold).toBeGreaterThan(64);
    await followToEnd(http.database, turnoverFollower);
    const operations = await http.database.sql<{ id: string; count: bigint }[]>`
      select 'opn_' || replace(operation_id::text, '-', '') as id, count(*) as count from transfers group by operation_id`;
    const whole = new Map(operations.map(({ id, count }) => [id, String(count)]));
    for (const { journal, balance, again } of taken) {
      expect(Buffer.from(again.bytes).equals(Buffer.from(journal.bytes))).toBe(true);
      const files = { "journal.csv": journal.bytes, "trial-balance.csv": balance.bytes };
      const parts = await askDuck(
        files,
        `select operation_id as id, count(*)::varchar as count from (${TABLE("journal")}) group by 1`,
      );
      expect(parts.filter(({ id, count }) => whole.get(String(id)) !== count)).toEqual([]);
      const turnover = `select entity, account, sum(debit)::decimal(38, 2)::varchar as debit from`;
      const told = await askDuck(
        files,
        `${turnover} (select entity, account, debit::decimal(38, 2) as debit from (${TABLE("trial-balance")})) group by all having sum(debit) > 0 order by all`,
      );
      const summed = await askDuck(
        files,
        `${turnover} (select entity, debit as account, amount::decimal(38, 2) as debit from (${TABLE("journal")})) group by all order by all`,
      );
      expect(told).toEqual(summed);
    }
  }, 60_000);
});
