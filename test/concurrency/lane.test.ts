/** What a lane does when it is full, when one of its commands is poisonous, and when the database turns it away. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { setTimeout as sleep } from "node:timers/promises";
import { accrue } from "../../src/bonuses/accrue.ts";
import { type Command, save } from "../../src/engine/command.ts";
import type { Outcome } from "../../src/engine/outcome.ts";
import type { DocumentStore } from "../../src/engine/store.ts";
import { bucketOf, type MemberId, newUuid } from "../../src/kernel/ids.ts";
import { openService, type Service } from "../../src/service.ts";
import { newTestKey, CLIENT } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { openTills, type Tills, times } from "./tills.ts";

let tills: Tills;
beforeAll(async () => {
  tills = await openTills({ lanes: 1 });
});
afterAll(() => tills.close());

interface Input {
  readonly memberId: MemberId;
}

function run<I extends Input, A>(
  service: Service,
  command: Command<I, A>,
  input: I,
  key = newTestKey(),
): Promise<Outcome> {
  const bucket = bucketOf(input.memberId);
  return service.engine.run({
    command,
    input,
    bucket,
    operationId: `opn_${newUuid(bucket)}`,
    clientId: CLIENT,
    idempotencyKey: key,
    asked: { operation: command.name, body: null },
  });
}

const gift = (memberId: MemberId) => ({
  memberId,
  amount: 100n,
  brand: "mvideo",
  kind: "promo" as const,
  activeAt: null,
  expiresAt: null,
});

async function giftsOf(memberId: MemberId): Promise<bigint | undefined> {
  const [row] = await tills.database.sql<{ count: bigint }[]>`
    select count(*) from transfers where event = 'grant' and member_id = ${memberId.slice(4)}::uuid`;
  return row?.count;
}

const codeOf = (result: PromiseSettledResult<Outcome>): string =>
  result.status === "rejected"
    ? ((result.reason as { code?: string }).code ?? String(result.reason))
    : result.value.kind;

function count(results: readonly PromiseSettledResult<Outcome>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of results.map(codeOf)) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

it("a queue that is full turns away at once, and loses nothing that it took", async () => {
  const own = await tills.newMember();
  const limits = { groupSize: 4, queueLength: 10 };
  const small = await openService({ target: tills.database, clock: tills.clock, lanes: 1, limits, readers: 1 });
  const keys = Array.from({ length: 40 }, () => newTestKey());
  const started = performance.now();
  const waits: number[] = [];
  const send = (key: string) =>
    run(small, accrue, gift(own), key).catch((error: unknown) => {
      waits.push(performance.now() - started);
      throw error;
    });
  const first = await Promise.allSettled(keys.map(send));
  expect(count(first)).toEqual({ accepted: 10, overloaded: 30 });
  expect(Math.max(...waits)).toBeLessThan(1_000);
  expect(await giftsOf(own)).toBe(10n);
  // Those turned away come again with their keys, a few at a time, as told by Retry-After; the others, too.
  for (let from = 0; from < keys.length; from += 8) {
    const again = await Promise.allSettled(keys.slice(from, from + 8).map(send));
    expect(count(again)).toEqual({ accepted: 8 });
  }
  expect(await giftsOf(own)).toBe(40n);
  await small.close();
});

const throwing: Command<Input, never> = {
  name: "test-throws",
  needs: ({ memberId }) => ({ wallets: [memberId] }),
  decide({ wallet }, { memberId }) {
    // It dirties its draft first: nothing of that may stay.
    wallet(memberId)?.touch();
    throw new Error("poison");
  },
};

/** Writes what a constraint refuses. */
const badStore: DocumentStore<null> = {
  name: "test-bad",
  load: () => Promise.resolve(new Map()),
  save: (tx) => [
    tx.run(
      `insert into parked_returns (receipt_key, operation_id, input, status, parked_at)
       values (gen_random_uuid(), gen_random_uuid(), '{}', $1, now())`,
      ["nonsense"],
    ),
  ],
};
const violating: Command<Input, null> = {
  name: "test-violates",
  needs: ({ memberId }) => ({ wallets: [memberId] }),
  decide({ now }, { memberId }) {
    const documents = [save(badStore, "bad", null)];
    return { kind: "accepted", status: 200, answer: null, occurredAt: now, policyVersion: 1, memberId, documents };
  },
};

it.each([
  ["throws while it decides", throwing],
  ["violates a constraint", violating],
])("a command that %s fails alone: its neighbours in the group succeed", async (_, poison: Command<Input, unknown>) => {
  const own = await tills.newMember();
  const other = await tills.newMember();
  const results = await Promise.allSettled(
    Array.from({ length: 50 }, (__, index) =>
      index % 17 === 5
        ? run(tills.service, poison, { memberId: own })
        : run(tills.service, accrue, gift(index % 2 === 0 ? own : other)),
    ),
  );
  expect(results.map(({ status }) => status === "rejected")).toEqual(results.map((__, index) => index % 17 === 5));
  expect(results.filter(({ status }) => status === "fulfilled").map(codeOf)).toEqual(
    Array.from({ length: 47 }, () => "accepted"),
  );
  expect((await giftsOf(own)) ?? 0n).toBe(25n - 1n);
  expect(await giftsOf(other)).toBe(25n - 2n);
});

it.each(["40001", "40P01"])("SQLSTATE %s is tried again, and nobody hears of it", async (sqlstate) => {
  const { sql } = tills.database;
  const own = await tills.newMember();
  await failing(sqlstate, 3);
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => run(tills.service, accrue, gift(own))));
  await sql.unsafe("drop trigger test_fails on operations");
  expect(count(results)).toEqual({ accepted: 20 });
  expect(await giftsOf(own)).toBe(20n);
});

it("what fails for ever is given up after a bounded number of attempts, and nothing of it happened", async () => {
  const own = await tills.newMember();
  await failing("40001", 1_000_000);
  const key = newTestKey();
  await expect(run(tills.service, accrue, gift(own), key)).rejects.toMatchObject({ code: "40001" });
  await tills.database.sql.unsafe("drop trigger test_fails on operations");
  expect(await giftsOf(own)).toBe(0n);
  expect(await run(tills.service, accrue, gift(own), key)).toMatchObject({ kind: "accepted", replayed: false });
});

/** Makes so many transactions fail as they append operations. A sequence remembers across rollbacks. */
async function failing(sqlstate: string, attempts: number): Promise<void> {
  await tills.database.sql.unsafe(`
    drop sequence if exists test_attempts;
    create sequence test_attempts;
    grant usage on sequence test_attempts to mclub_app;
    create or replace function test_fails() returns trigger language plpgsql as $$
    begin
      if nextval('test_attempts') <= ${attempts} then raise exception 'test' using errcode = '${sqlstate}'; end if;
      return null;
    end $$;
    create trigger test_fails before insert on operations for each statement execute function test_fails()`);
}

it("a deadlock with a stranger is lost, tried again, and won", async () => {
  const [a, b] = [await tills.newMember(), await tills.newMember()].toSorted() as [MemberId, MemberId];
  const stranger = tills.database.sql.begin(async (sql) => {
    // Patient itself, so that it is the engine whom the server chooses.
    await sql.unsafe("set local deadlock_timeout = '20s'");
    await lock(sql, b);
    const both = Promise.all([run(tills.service, accrue, gift(a)), run(tills.service, accrue, gift(b))]);
    await sleep(200);
    await lock(sql, a);
    return { both };
  });
  const outcomes = await (await stranger).both;
  expect(outcomes.map(({ kind }) => kind)).toEqual(["accepted", "accepted"]);
  expect([await giftsOf(a), await giftsOf(b)]).toEqual([1n, 1n]);
});

const lock = (sql: { unsafe: Tills["database"]["sql"]["unsafe"] }, id: MemberId) =>
  sql.unsafe("select 1 from wallets where member_id = $1::uuid for update", [id.slice(4)]);

it("after drain nothing is taken, and what waited is done", async () => {
  const own = await tills.newMember();
  const service = await openService({ target: tills.database, clock: tills.clock, readers: 1 });
  const waiting = times(100, () => run(service, accrue, gift(own)));
  const closing = service.close();
  await expect(run(service, accrue, gift(own))).rejects.toMatchObject({ code: "shutting_down" });
  expect((await waiting).every(({ kind }) => kind === "accepted")).toBe(true);
  await closing;
  expect(await giftsOf(own)).toBe(100n);
});

it("the books are proven after all this", async () => {
  expect((await expectProof(tills)).holds).toBe(true);
});
