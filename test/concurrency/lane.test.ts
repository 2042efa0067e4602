/** What a lane does when it is full, when one of its commands is poisonous, and when the database turns it away. */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "@hono/zod-openapi";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { CommandContext } from "../../src/engine/definition/context.ts";
import { accept, save } from "../../src/engine/definition/decision.ts";
import type { DocumentStore } from "../../src/engine/definition/document-store.ts";
import { ownOperation } from "../../src/engine/definition/operation.ts";
import type { Outcome } from "../../src/engine/outcome.ts";
import { bucketOf, type MemberId } from "../../src/kernel/ids.ts";
import { openService } from "../../src/service.ts";
import { newTestKey } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { gift, giftsOf as giftsIn, run } from "./gifts.ts";
import { openTills, type Tills, times } from "./tills.ts";
import { TEST_KEYS } from "../support/keys.ts";

let tills: Tills;
/** What the lane met. */
const faults: unknown[] = [];
beforeAll(async () => {
  tills = await openTills({ lanes: 1, reports: { group: () => {}, fault: (error) => void faults.push(error) } });
});
afterAll(() => tills.close());

interface Input {
  readonly memberId: MemberId;
}

const giftsOf = (memberId: MemberId) => giftsIn(tills.database, memberId);

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
  const small = await openService({
    personal: TEST_KEYS,
    target: tills.database,
    clock: tills.clock,
    lanes: 1,
    limits,
    readers: 1,
  });
  const keys = Array.from({ length: 40 }, () => newTestKey());
  const started = performance.now();
  const waits: number[] = [];
  const send = (key: string) =>
    gift(small, own, key).catch((error: unknown) => {
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

const throwing = ownOperation({
  name: "test-throws",
  answer: z.null(),
  needs: ({ memberId }: Input) => ({ wallets: [memberId] }),
  decide({ wallet }, { memberId }) {
    // It changes its draft first: nothing of that may stay.
    wallet(memberId)?.writeAnyway();
    throw new Error("poison");
  },
});

/** Writes what a constraint refuses. */
const badStore: DocumentStore<null> = {
  name: "test-bad",
  load: () => Promise.resolve(new Map()),
  save: () => [
    {
      text: `insert into parked_returns (receipt_key, ordinal, operation_id, terms, status, parked_at)
       values (gen_random_uuid(), 1, gen_random_uuid(), '{}', $1, now())`,
      parameters: ["nonsense"],
    },
  ],
};
const violating = ownOperation({
  name: "test-violates",
  answer: z.null(),
  needs: ({ memberId }: Input) => ({ wallets: [memberId] }),
  decide: () => accept({ answer: null, documents: [save(badStore, "bad", null)] }),
});

/** Nothing is asked for; what neighbours have asked for is there all the same. */
const looking = (name: string, look: (context: CommandContext, memberId: MemberId) => unknown) =>
  ownOperation({
    name,
    answer: z.null(),
    bucket: ({ memberId }: Input) => bucketOf(memberId),
    needs: () => ({}),
    decide(context, { memberId }) {
      look(context, memberId);
      return accept({ answer: null });
    },
  });

it.each([
  ["throws while it decides", throwing],
  ["violates a constraint", violating],
  ["looks at a wallet that it has not asked for", looking("test-looks", ({ wallet }, id) => wallet(id))],
  [
    "looks at a document that it has not asked for",
    looking("test-reads", (context, id) => context.document(badStore, id)),
  ],
])("a command that %s fails alone: its neighbours in the group succeed", async (_, poison) => {
  const own = await tills.newMember();
  const other = await tills.newMember();
  const results = await Promise.allSettled(
    Array.from({ length: 50 }, (__, index) =>
      index % 17 === 5
        ? run(tills.service, poison, { memberId: own })
        : gift(tills.service, index % 2 === 0 ? own : other),
    ),
  );
  expect(results.map(({ status }) => status === "rejected")).toEqual(results.map((__, index) => index % 17 === 5));
  expect(results.filter(({ status }) => status === "fulfilled").map(codeOf)).toEqual(
    Array.from({ length: 47 }, () => "accepted"),
  );
  expect(await giftsOf(own)).toBe(25n - 1n);
  expect(await giftsOf(other)).toBe(25n - 2n);
});

it.each(["40001", "40P01"])("SQLSTATE %s is tried again, and nobody hears of it", async (sqlstate) => {
  const { sql } = tills.database;
  const own = await tills.newMember();
  await failing(sqlstate, 3);
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => gift(tills.service, own)));
  await sql.unsafe("drop trigger test_fails on operations");
  expect(count(results)).toEqual({ accepted: 20 });
  expect(await giftsOf(own)).toBe(20n);
});

it("what fails for ever is given up after a bounded number of attempts, and nothing of it happened", async () => {
  const own = await tills.newMember();
  await failing("40001", 1_000_000);
  const key = newTestKey();
  await expect(gift(tills.service, own, key)).rejects.toMatchObject({ code: "40001" });
  await tills.database.sql.unsafe("drop trigger test_fails on operations");
  expect(await giftsOf(own)).toBe(0n);
  expect(await gift(tills.service, own, key)).toMatchObject({ kind: "accepted", replayed: false });
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

it("a deadlock with a stranger is given up, tried again, and won", async () => {
  faults.length = 0;
  // In the order in which the engine locks: the stranger has the later one, and asks for the earlier.
  const members = [await tills.newMember(), await tills.newMember()] as const;
  const [a, b] = members.toSorted((one, other) => bucketOf(one) - bucketOf(other)) as [MemberId, MemberId];
  const stranger = tills.database.sql.begin(async (sql) => {
    // Patient itself, so that it is the engine whom the server chooses.
    await sql.unsafe("set local deadlock_timeout = '20s'");
    await lock(sql, b);
    const both = Promise.all([gift(tills.service, a), gift(tills.service, b)]);
    await sleep(200);
    await lock(sql, a);
    return { both };
  });
  const outcomes = await (await stranger).both;
  expect(outcomes.map(({ kind }) => kind)).toEqual(["accepted", "accepted"]);
  expect([await giftsOf(a), await giftsOf(b)]).toEqual([1n, 1n]);
  // Whichever is noticed first: that the lock is not given, or that it never will be.
  expect(faults.map((fault) => (fault as { code: string }).code)).toEqual([expect.stringMatching(/^(40P01|55P03)$/)]);
});

const lock = (sql: { unsafe: Tills["database"]["sql"]["unsafe"] }, id: MemberId) =>
  sql.unsafe("select 1 from wallets where member_id = $1::uuid for update", [id.slice(4)]);

it("after drain nothing is taken, and what waited is done", async () => {
  const own = await tills.newMember();
  const service = await openService({ personal: TEST_KEYS, target: tills.database, clock: tills.clock, readers: 1 });
  const waiting = times(100, () => gift(service, own));
  const closing = service.close();
  await expect(gift(service, own)).rejects.toMatchObject({ code: "shutting_down" });
  expect((await waiting).every(({ kind }) => kind === "accepted")).toBe(true);
  await closing;
  expect(await giftsOf(own)).toBe(100n);
});

it("the proof holds after all this", async () => {
  expect((await expectProof(tills)).holds).toBe(true);
});
