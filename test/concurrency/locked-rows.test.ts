/** A row that a stranger keeps locked: whoever needs just that one is told so, and nobody else notices much. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { accrual } from "../../src/bonuses/accrual.ts";
import type { TransactionSql } from "../../src/db/connect.ts";
import { problemOf } from "../../src/http/problem.ts";
import type { MemberId } from "../../src/kernel/ids.ts";
import { storeRegistration } from "../../src/programme/places/store.ts";
import { purchase } from "../../src/sales/purchase/purchase.ts";
import { receiptKey } from "../../src/sales/receipt/receipt.ts";
import { returnById } from "../../src/sales/return/return-by-id.ts";
import { returnByReceipt } from "../../src/sales/return/return-by-receipt.ts";
import { answerOf, ask, newTestKey } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { giftsOf as giftsIn } from "./gifts.ts";
import { openTills, returnOf, saleOf, type Tills, times } from "./tills.ts";

let tills: Tills;
/** Groups that the lane has finished, and what it met. */
const groups: number[] = [];
const faults: unknown[] = [];
beforeAll(async () => {
  const reports = {
    group: (size: number) => void groups.push(size),
    fault: (error: unknown) => void faults.push(error),
  };
  // One lane, so that what is sent at once is one group.
  tills = await openTills({ lanes: 1, reports });
});
afterAll(() => tills.close());

const giftsOf = (memberId: MemberId) => giftsIn(tills.database, memberId);
const TERMS = { amount: "1.00", brand: "mvideo", kind: "promo", reason: "test", reference: "test" };
const give = (memberId: MemberId, idempotencyKey = newTestKey()) =>
  ask(tills.service, accrual, { memberId, ...TERMS }, { idempotencyKey });

/** Keeps a lock while `work` goes on. */
function whileLocked<T>(lock: (sql: TransactionSql) => Promise<unknown>, work: () => Promise<T>): Promise<T> {
  return tills.database.sql.begin(async (sql) => {
    await lock(sql);
    return work();
  }) as Promise<T>;
}

const lockWallet = (memberId: MemberId) => (sql: TransactionSql) =>
  sql`select 1 from wallets where member_id = ${memberId.slice(4)}::uuid for update`;

/** How each of them ended: `ok`, or the code of the problem that the till is told. */
async function wordsOf(asked: readonly Promise<unknown>[]): Promise<string[]> {
  const results = await Promise.allSettled(asked);
  return results.map((result) => (result.status === "fulfilled" ? "ok" : problemOf(result.reason).code));
}

/** What somebody keeps is waited for at first, and then in turn with others, twice in those two seconds. */
function expectFewWaits(): void {
  expect(faults.length).toBeOneOf([1, 2, 3]);
  expect(faults).toMatchObject(faults.map(() => ({ code: "55P03" })));
}

it("refuses only the commands that need it; the others of their group happen, after a short wait for it", async () => {
  const members = await times(16, () => tills.newMember());
  const locked = members[5] as MemberId;
  const asks = Array.from({ length: 48 }, (_, index) => ({
    key: newTestKey(),
    memberId: members[index % 16] as MemberId,
  }));
  groups.length = 0;
  faults.length = 0;
  const started = performance.now();
  const words = await whileLocked(lockWallet(locked), () =>
    wordsOf(asks.map(({ memberId, key }) => give(memberId, key))),
  );
  expect(performance.now() - started).toBeLessThan(4_000);
  // All of them at once, then those who need it again and again.
  const [first, ...again] = groups;
  expect([first, new Set(again)]).toEqual([48, new Set([3])]);
  expectFewWaits();
  expect(words).toEqual(asks.map(({ memberId }) => (memberId === locked ? "unavailable" : "ok")));
  expect(await giftsOf(locked)).toBe(0n);
  const others = members.filter((memberId) => memberId !== locked);
  expect(await Promise.all(others.map(giftsOf))).toEqual(others.map(() => 3n));
  // Nothing is kept of the refusal: under the same keys it happens now, once, and the others do not happen again.
  for (const { key, memberId } of asks) {
    const outcome = await give(memberId, key);
    expect(outcome).toMatchObject({ kind: "accepted", replayed: memberId !== locked });
  }
  expect(await giftsOf(locked)).toBe(3n);
});

/** How long each took that was asked for; in milliseconds. */
async function timesOf(asked: readonly Promise<unknown>[]): Promise<number[]> {
  const started = performance.now();
  return Promise.all(asked.map((each) => each.then(() => performance.now() - started)));
}

it("keeps nobody else; whoever needs it goes on as soon as it is free, and those who come for it later wait with him", async () => {
  const [locked, other] = [await tills.newMember(), await tills.newMember()];
  let late: Promise<unknown>[] = [];
  let others: number[] = [];
  faults.length = 0;
  await whileLocked(lockWallet(locked), async () => {
    late = [give(locked)];
    for (let round = 0; round < 4; round += 1) {
      // A quarter of a second is waited for it, once.
      others.push(...(await timesOf([give(other)])));
      late.push(give(locked));
      await sleep(100);
    }
    expect(await giftsOf(locked)).toBe(0n);
  });
  const [afterwards = 0] = await timesOf([Promise.all(late)]);
  expect(await Promise.all(late)).toMatchObject(late.map(() => ({ kind: "accepted", replayed: false })));
  expect(await giftsOf(locked)).toBe(5n);
  expectFewWaits();
  others = others.toSorted((one, two) => one - two);
  expect(others[0]).toBeLessThan(200);
  expect(others[3]).toBeLessThan(900);
  expect(afterwards).toBeLessThan(500);
});

it("is told in time, and keeps nobody else, though more wait for it than fit into a group", async () => {
  const [locked, other] = [await tills.newMember(), await tills.newMember()];
  let late: number[] = [];
  const others: number[] = [];
  await whileLocked(lockWallet(locked), async () => {
    const told = timesOf(Array.from({ length: 4_000 }, () => give(locked).catch(() => {})));
    for (let round = 0; round < 20; round += 1) {
      others.push(...(await timesOf([give(other)])));
      await sleep(50);
    }
    late = await told;
  });
  expect(Math.max(...late)).toBeLessThan(4_500);
  expect(Math.max(...others)).toBeLessThan(1_500);
  expect([await giftsOf(locked), await giftsOf(other)]).toEqual([0n, 20n]);
}, 30_000);

it("goes on as soon as it is free, though more wait for it than fit into a group", async () => {
  const locked = await tills.newMember();
  const asked = await whileLocked(lockWallet(locked), async () => {
    const gifts = Array.from({ length: 600 }, () => give(locked));
    await sleep(1_000);
    return { gifts };
  });
  const [afterwards = 0] = await timesOf([Promise.all(asked.gifts)]);
  expect(afterwards).toBeLessThan(1_500);
  expect(await giftsOf(locked)).toBe(600n);
});

it("leaves the receipt of a refused sale free for the till that comes again", async () => {
  const [locked, other] = [await tills.newMember(), await tills.newMember()];
  const [body, neighbour] = [saleOf(locked), saleOf(other)];
  const words = await whileLocked(lockWallet(locked), () =>
    wordsOf([body, neighbour].map((one) => ask(tills.service, purchase, one))),
  );
  expect(words).toEqual(["unavailable", "ok"]);
  expect(await ask(tills.service, purchase, body)).toMatchObject({ kind: "accepted", replayed: false });
  expect(await ask(tills.service, purchase, neighbour)).toMatchObject({ kind: "accepted", replayed: true });
});

it("says so of a sale that comes alone, whose every later statement fails as well", async () => {
  const locked = await tills.newMember();
  faults.length = 0;
  const words = await whileLocked(lockWallet(locked), () => wordsOf([ask(tills.service, purchase, saleOf(locked))]));
  expect(words).toEqual(["unavailable"]);
  expectFewWaits();
});

it("is no different for a command that comes alone, and for one that comes after it", async () => {
  const [locked, other] = [await tills.newMember(), await tills.newMember()];
  const key = newTestKey();
  const words = await whileLocked(lockWallet(locked), async () => {
    const alone = give(locked, key);
    await sleep(300);
    return wordsOf([alone, give(other)]);
  });
  expect(words).toEqual(["unavailable", "ok"]);
  expect(await give(locked, key)).toMatchObject({ kind: "accepted", replayed: false });
  expect([await giftsOf(locked), await giftsOf(other)]).toEqual([1n, 1n]);
});

/** Rows of documents that a stranger locks, what needs them, and who is told so. */
interface LockedDocument {
  readonly what: string;
  /** Makes so many of them. Answers how each is asked for, and how the first of them is locked. */
  make(
    count: number,
  ): Promise<{ asks: readonly (() => Promise<unknown>)[]; lock: (sql: TransactionSql) => Promise<unknown> }>;
}

const DOCUMENTS: readonly LockedDocument[] = [
  {
    what: "a purchase, of which goods come back",
    async make(count) {
      const sold = await times(count, async () => {
        const outcome = await ask(tills.service, purchase, saleOf(await tills.newMember()));
        return answerOf(outcome) as { purchaseId: string };
      });
      return {
        asks: sold.map(
          ({ purchaseId }) =>
            () =>
              ask(tills.service, returnById, returnOf(1), { params: { purchaseId } }),
        ),
        lock: (sql) =>
          sql`select 1 from purchases where purchase_id = ${String(sold[0]?.purchaseId.slice(4))}::uuid for update`,
      };
    },
  },
  {
    what: "one of two returns that wait for a sale, which comes",
    async make(count) {
      const sales = Array.from({ length: count }, () => saleOf(undefined, {}, 2));
      for (const { receipt } of sales) {
        for (let returns = 0; returns < 2; returns += 1) {
          answerOf(await ask(tills.service, returnByReceipt, { original: { receipt }, ...returnOf(1) }));
        }
      }
      return {
        asks: sales.map((sale) => () => ask(tills.service, purchase, sale)),
        lock: (sql) => sql`select 1 from parked_returns where terms->'receipt'->>'number' = (
          select min(number) from (select terms->'receipt'->>'number' as number from parked_returns
            where receipt_key = ${receiptKey(sales[0]!.receipt, "purchase")}::uuid) n) for update`,
      };
    },
  },
  {
    what: "a store that is renamed",
    async make(count) {
      const names = Array.from({ length: count }, (_, index) => `L-${index}`);
      const body = { brand: "mvideo", name: "Store", timeZone: "Europe/Moscow" };
      const register = (storeId: string) => ask(tills.service, storeRegistration, body, { params: { storeId } });
      for (const storeId of names) answerOf(await register(storeId));
      return {
        asks: names.map((storeId) => () => register(storeId)),
        lock: (sql) => sql`select 1 from stores where store_id = 'L-0' for update`,
      };
    },
  },
];

it.each(DOCUMENTS.map((each) => [each.what, each] as const))(
  "is no different for a document: %s",
  async (_, document) => {
    const { asks, lock } = await document.make(12);
    const others = await times(12, () => tills.newMember());
    groups.length = 0;
    faults.length = 0;
    const started = performance.now();
    const words = await whileLocked(lock, () =>
      wordsOf([...asks.map((asked) => asked()), ...others.map((id) => give(id))]),
    );
    expect(performance.now() - started).toBeLessThan(4_000);
    expectFewWaits();
    expect(words).toEqual(["unavailable", ...Array.from({ length: 23 }, () => "ok")]);
  },
);

it("keeps nobody else, however often it is asked for: a receipt of nobody, whose goods come back again and again", async () => {
  const outcome = await ask(tills.service, purchase, saleOf(undefined, {}, 9));
  const { purchaseId } = answerOf(outcome) as { purchaseId: string };
  const other = await tills.newMember();
  const others: number[] = [];
  const returns: Promise<unknown>[] = [];
  const lock = (sql: TransactionSql) =>
    sql`select 1 from purchases where purchase_id = ${purchaseId.slice(4)}::uuid for update`;
  await whileLocked(lock, async () => {
    for (const over = performance.now() + 1_800; performance.now() < over; ) {
      returns.push(ask(tills.service, returnById, returnOf(1), { params: { purchaseId } }).catch(() => {}));
      others.push(...(await timesOf([give(other)])));
      await sleep(50);
    }
  });
  await Promise.all(returns);
  const inOrder = others.toSorted((one, two) => one - two);
  expect(inOrder[inOrder.length >> 1]).toBeLessThan(150);
  expect(inOrder.length).toBeGreaterThan(8);
});

it("is told within seconds for any other row, such as a lot", async () => {
  const members = await times(16, async () => {
    const memberId = await tills.newMember();
    await give(memberId);
    return memberId;
  });
  const [locked] = members as [MemberId];
  const lockLot = (sql: TransactionSql) =>
    sql`select 1 from lots where member_id = ${locked.slice(4)}::uuid for update`;
  const started = performance.now();
  const words = await whileLocked(lockLot, () =>
    wordsOf(members.map((memberId) => ask(tills.service, purchase, saleOf(memberId, { spend: "1.00" })))),
  );
  expect(performance.now() - started).toBeLessThan(6_000);
  expect(words).toEqual(["unavailable", ...Array.from({ length: 15 }, () => "ok")]);
});

it("a table that a stranger has locked stops everybody who writes it, and each is told so within seconds", async () => {
  const members = await times(48, () => tills.newMember());
  const lockTable = (sql: TransactionSql) => sql`lock table transfers in share row exclusive mode`;
  const started = performance.now();
  const words = await whileLocked(lockTable, () => wordsOf(members.map((memberId) => give(memberId))));
  expect(words).toEqual(members.map(() => "unavailable"));
  expect(performance.now() - started).toBeLessThan(8_000);
  expect(await Promise.all(members.map(giftsOf))).toEqual(members.map(() => 0n));
}, 60_000);

it("the proof holds after all this", async () => {
  expect((await expectProof(tills)).holds).toBe(true);
});
