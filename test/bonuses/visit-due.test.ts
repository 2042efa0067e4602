import type { z } from "@hono/zod-openapi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accrual } from "../../src/bonuses/accrual.ts";
import { visitDue } from "../../src/bonuses/visit-due.ts";
import { LEDGER_ITSELF } from "../../src/engine/actor.ts";
import { accept, reject } from "../../src/engine/definition/decision.ts";
import { ownOperation } from "../../src/engine/definition/operation.ts";
import { ledgerItself } from "../../src/engine/group/submit.ts";
import { submissionOf } from "../../src/engine/journal/submission.ts";
import { BalanceAfter } from "../../src/kernel/answers.ts";
import { formatInstant } from "../../src/kernel/clock.ts";
import { type MemberId, uuidOf } from "../../src/kernel/ids.ts";
import { balanceAfter } from "../../src/ledger/posting/balance.ts";
import { openService, type Service } from "../../src/service.ts";
import { answerOf, START, testLedger, type TestLedger } from "../support/ledger.ts";
import { holdFor } from "../support/town.ts";
import { TEST_KEYS } from "../support/keys.ts";

const DAY = 86_400_000;

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await testLedger();
});
afterAll(() => ledger.close());

/** Looks at a balance as a command would see it now. */
const peek = ownOperation({
  name: "peek",
  answer: BalanceAfter,
  needs: ({ memberId }: { memberId: MemberId }) => ({ wallets: [memberId] }),
  decide({ policy, wallet }, { memberId }) {
    const member = wallet(memberId);
    if (member === undefined) return reject("member_not_found");
    return accept({ answer: balanceAfter(member, ["mvideo", "eldorado"], policy.burn) });
  },
});

async function balanceOf({ engine, reader, policies, personal }: Service, memberId: MemberId) {
  const received = { operation: peek.name, body: null };
  const terms = {
    operation: peek,
    input: { memberId },
    actor: LEDGER_ITSELF,
    idempotencyKey: null,
    received,
    policies,
    lookupKey: personal.lookupKey,
  };
  const decision = await engine.preview(reader, submissionOf(terms));
  if (decision.kind !== "accepted") throw new Error(decision.kind);
  // A visit is a change of its own, though no balance shows it.
  return { ...(decision.answer as z.input<typeof BalanceAfter>), version: "" };
}

/** A member with bonuses that become active in 1 day and end in 2. */
async function memberWithLot(): Promise<MemberId> {
  const memberId = await ledger.newMember();
  const now = ledger.clock.now();
  const life = { activeAt: formatInstant(now + DAY), expiresAt: formatInstant(now + 2 * DAY) };
  const terms = { amount: "100.00", brand: "mvideo", kind: "promo", reason: "test", reference: "test" };
  answerOf(await ledger.ask(accrual, { memberId, ...terms, ...life }));
  return memberId;
}

const dueNow = async (): Promise<number> => {
  const now = new Date(ledger.clock.now()).toISOString();
  const [row] = await ledger.database.sql<{ due: number }[]>`
    select count(*)::int as due from wallets where next_move_at <= ${now}::timestamptz`;
  return row?.due ?? -1;
};
const posted = async (memberId: MemberId): Promise<string[]> => {
  const rows = await ledger.database.sql<{ debit: string; credit: string }[]>`
    select debit, credit from transfers where member_id = ${uuidOf(memberId)}::uuid order by operation_id, ordinal`;
  return rows.map(({ debit, credit }) => `${debit} > ${credit}`);
};

describe("the visit of due wallets", () => {
  it("posts an activation when it is due, and an expiry when that is; the balance is the same before and after", async () => {
    const { service, clock } = ledger;
    const memberId = await memberWithLot();
    expect(await visitDue(ledgerItself(service))).toEqual({ visited: 0, failed: 0, finished: true });

    clock.moveTo(clock.now() + DAY);
    const before = await balanceOf(service, memberId);
    expect(before).toMatchObject({ pending: "0.00", available: "100.00" });
    const unposted = await posted(memberId);
    expect(await visitDue(ledgerItself(service))).toEqual({ visited: 1, failed: 0, finished: true });
    expect(await posted(memberId)).toHaveLength(unposted.length + 1);
    expect(await balanceOf(service, memberId)).toEqual(before);

    clock.moveTo(clock.now() + DAY);
    const ended = await balanceOf(service, memberId);
    expect(ended).toMatchObject({ pending: "0.00", available: "0.00" });
    expect(await visitDue(ledgerItself(service))).toEqual({ visited: 1, failed: 0, finished: true });
    expect(await posted(memberId)).toHaveLength(unposted.length + 2);
    expect(await balanceOf(service, memberId)).toEqual(ended);
    expect(await dueNow()).toBe(0);
  });

  it("ends a hold whose time has come, and lets what it kept alive expire", async () => {
    const { service, clock, database } = ledger;
    const memberId = await memberWithLot();
    clock.moveTo(clock.now() + DAY);
    await holdFor(ledger, memberId, 40_00n, { forMs: 2 * DAY });
    clock.moveTo(clock.now() + DAY);
    await visitDue(ledgerItself(service));
    expect(await balanceOf(service, memberId)).toMatchObject({ available: "0.00", held: "40.00" });
    clock.moveTo(clock.now() + DAY);
    await visitDue(ledgerItself(service));
    const holds = await database.sql`select status from holds where member_id = ${uuidOf(memberId)}::uuid`;
    expect(holds).toMatchObject([{ status: "expired" }]);
    const wallets = await database.sql`select available, held from wallets where member_id = ${uuidOf(memberId)}::uuid`;
    expect(wallets).toMatchObject([{ available: 0n, held: 0n }]);
  });

  it("is not needed: without it, what has expired is not spendable and what is active is", async () => {
    const { service, clock } = ledger;
    const memberId = await memberWithLot();
    clock.moveTo(clock.now() + DAY);
    expect(await balanceOf(service, memberId)).toMatchObject({ spendable: { eldorado: "100.00" } });
    clock.moveTo(clock.now() + DAY);
    expect(await balanceOf(service, memberId)).toMatchObject({ spendable: { eldorado: "0.00" } });
    expect(await dueNow()).toBe(1);
    await visitDue(ledgerItself(service));
  });

  it("goes on where it was cut off, and posts nothing twice", async () => {
    const { service, clock, database } = ledger;
    const members = await Promise.all(Array.from({ length: 60 }, () => memberWithLot()));
    clock.moveTo(clock.now() + DAY);
    const doomed = await openService({ personal: TEST_KEYS, target: database, clock, readers: 2 });
    const cut = Promise.allSettled([visitDue(ledgerItself(doomed), { inFlight: 5, batchSize: 20 })]);
    while ((await dueNow()) === 60) await new Promise((resolve) => setTimeout(resolve, 2));
    await doomed.close();
    expect(await cut).toMatchObject([{ status: "rejected", reason: { code: "shutting_down" } }]);
    const left = await dueNow();
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(60);
    expect(await visitDue(ledgerItself(service), { batchSize: 20 })).toEqual({
      visited: left,
      failed: 0,
      finished: true,
    });
    for (const memberId of members) expect(await posted(memberId)).toHaveLength(2);
    clock.moveTo(clock.now() + DAY);
    await visitDue(ledgerItself(service));
  });

  it("ends in time, when told to, and where a visit does not move a wallet on", async () => {
    const { service, clock } = ledger;
    await Promise.all(Array.from({ length: 12 }, () => memberWithLot()));
    clock.moveTo(clock.now() + DAY);
    expect(await visitDue(ledgerItself(service), { longestMs: 0 })).toEqual({ visited: 0, failed: 0, finished: false });
    expect(await visitDue(ledgerItself(service), { signal: AbortSignal.abort() })).toEqual({
      visited: 0,
      failed: 0,
      finished: false,
    });
    const idle = { ...service, engine: { run: () => Promise.resolve({ kind: "stale" }) } } as unknown as Service;
    expect(await visitDue(ledgerItself(idle), { batchSize: 5 })).toEqual({ visited: 5, failed: 0, finished: false });
    expect(await visitDue(ledgerItself(service), { batchSize: 5 })).toEqual({ visited: 12, failed: 0, finished: true });
    expect(clock.now()).toBeGreaterThan(START);
  });

  it("is not held up by a wallet that a stranger has locked: all others are visited, and it is the next time", async () => {
    const { service, clock, database } = ledger;
    const members = await Promise.all(Array.from({ length: 12 }, () => memberWithLot()));
    clock.moveTo(clock.now() + DAY);
    const locked = members[0] as MemberId;
    const due = await dueNow();
    await database.sql.begin(async (sql) => {
      await sql`select 1 from wallets where member_id = ${uuidOf(locked)}::uuid for update`;
      const report = await visitDue(ledgerItself(service), { inFlight: 4 });
      expect(report).toEqual({ visited: due - 1, failed: 1, finished: true });
    });
    expect(await dueNow()).toBe(1);
    expect(await visitDue(ledgerItself(service))).toEqual({ visited: 1, failed: 0, finished: true });
    expect(await dueNow()).toBe(0);
  });
});
