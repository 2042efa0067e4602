/**
 * Killed without a word, the service and then the database, in the middle of load: whatever was acknowledged is there
 * once, nothing is there twice, nobody waits for ever, and nobody is refused wrongly.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { connect, type Sql } from "../../src/db/connect.ts";
import { auditOver } from "../../src/engine/connection/audit.ts";
import { readerOf } from "../../src/engine/connection/reader.ts";
import type { MemberId } from "../../src/kernel/ids.ts";
import { expectProof } from "../support/proof.ts";
import { Client, type Entry } from "./client.ts";
import { type MortalServer, startMortal } from "./server.ts";
import { parse, randomOf, Till } from "./till.ts";

const KILLS = 20;
/** Two: while one is being replaced, what it left unanswered is asked of the other. */
const SERVICES = 2;
const TILLS = 24;
const MEMBERS = 6;

let server: MortalServer;
let client: Client;
/** Entries of clients that have left. */
const past: Entry[] = [];
let runs = 0;

beforeAll(async () => {
  server = await startMortal();
  await server.sql`insert into stores (store_id, brand, name, time_zone) values ('M-1', 'mvideo', 'М.Видео', 'Europe/Moscow')`;
});
afterAll(() => server.close());
beforeEach(async () => {
  runs += 1;
  client = new Client(server.url, SERVICES);
  await client.ready();
});
afterEach(async () => {
  await client.close();
  past.push(...client.journal);
});

/** Puts tills to work, lets `kill` happen again and again among them, and lets them finish what they have begun. */
async function underLoad(seed: number, kill: (round: number) => Promise<void>): Promise<void> {
  const random = randomOf(seed);
  const name = `run-${runs}`;
  const members: MemberId[] = [];
  for (let index = 0; index < MEMBERS; index += 1) {
    const answer = await client.ask(`${name}-member-${index}`, {
      operation: "profile-registration",
      body: { brand: "mvideo", externalId: `${name}-${index}`, identifiers: [], person: {} },
    });
    members.push((parse(answer) as { memberId: MemberId }).memberId);
  }
  const stop = new AbortController();
  const tills = Array.from(
    { length: TILLS },
    (_, index) => new Till(client, `${name}-${index}`, members, seed + index),
  );
  const working = Promise.all(tills.map((till) => till.work(stop.signal)));
  const kills = (async () => {
    for (let round = 0; round < KILLS && !stop.signal.aborted; round += 1) {
      const before = client.journal.length;
      // Every round has work acknowledged in it: what is killed was alive.
      while (client.journal.length < before + 20 && !stop.signal.aborted) await sleep(5);
      await sleep(random() * 300);
      await kill(round);
    }
  })();
  try {
    // A till that finds something wrong ends the run at once.
    await Promise.race([kills, working]);
  } finally {
    stop.abort();
    await kills;
  }
  await working;
}

it(`the service is killed ${KILLS} times`, async () => {
  const seed = seedOf("the service");
  await underLoad(seed, async (round) => {
    await client.ready();
    client.killService(round);
  });
  expect(new Set(client.faults.keys())).toEqual(new Set(["killed"]));
  await expectOnce();
}, 120_000);

it(`the database is killed ${KILLS} times`, async () => {
  const seed = seedOf("the database");
  await underLoad(seed, async () => {
    await server.kill();
    await server.revive();
  });
  // Nothing but "not now, try again".
  expect(new Set(client.faults.keys())).toEqual(new Set(["unavailable"]));
  await expectOnce();
}, 120_000);

function seedOf(what: string): number {
  const seed = Math.floor(Math.random() * 2 ** 31);
  process.stdout.write(`killing ${what} with seed ${seed}\n`);
  return seed;
}

/** Compares what the tills were told with what the ledger has. */
async function expectOnce(): Promise<void> {
  expect(client.longest).toBeLessThan(30_000);
  const journal = [...past, ...client.journal];
  expect(new Set(journal.map(({ key }) => key)).size).toBe(journal.length);
  const refusals = new Set(journal.flatMap(({ judged }) => (judged.kind === "refused" ? [judged.code] : [])));
  expect(refusals).toEqual(new Set(["insufficient_bonuses"]));
  // Told again, each is told the same.
  const again = await Promise.all(client.journal.map(({ key, ask }) => client.send(key, ask)));
  expect(again).toEqual(client.journal.map(({ judged }) => ({ ...judged, replayed: true })));
  const sql = connect(server.url, { max: 1, statementTimeoutMs: 60_000 });
  try {
    expect(await operationsOf(sql)).toEqual(told(journal));
    expect(await grantedBy(sql)).toBe(BigInt(accepted(journal, "accrual")) * 5_000n);
    expect(await countOf(sql, "purchases")).toBe(BigInt(accepted(journal, "purchase")));
    expect(await countOf(sql, "returns")).toBe(BigInt(accepted(journal, "return")));
    await expectProof({ service: { audit: auditOver(readerOf(sql)) } });
  } finally {
    await sql.end({ timeout: 5 });
  }
  process.stdout.write(
    `${client.journal.length} acknowledged, ${[...client.faults].join(" ")}, longest wait ${Math.round(client.longest)} ms\n`,
  );
}

const accepted = (journal: readonly Entry[], operation: string): number =>
  journal.filter(({ ask, judged }) => ask.operation === operation && judged.kind === "accepted").length;

/** How many operations of each kind the tills have heard of, accepted and refused. */
function told(journal: readonly Entry[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { ask, judged } of journal) {
    const name = `${ask.operation} ${judged.kind}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

async function operationsOf(sql: Sql): Promise<Record<string, number>> {
  const rows = await sql<{ told: string; count: bigint }[]>`
    select name || case when refusal is null then ' accepted' else ' refused' end as told, count(*)
    from operations group by 1`;
  return Object.fromEntries(rows.map(({ told: name, count }) => [name, Number(count)]));
}

async function grantedBy(sql: Sql): Promise<bigint | undefined> {
  const [row] = await sql<{ sum: string }[]>`
    select sum(amount) from transfers join operations using (operation_id) where event = 'grant' and name = 'accrual'`;
  return BigInt(row?.sum ?? "0");
}

async function countOf(sql: Sql, table: string): Promise<bigint | undefined> {
  const [row] = await sql<{ count: bigint }[]>`select count(*) from ${sql(table)}`;
  return row?.count;
}
