/** Keys that another process is claiming and does not let go of: whoever comes with them waits, and nobody else does. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { accrual } from "../../src/bonuses/accrual.ts";
import { hashOfKey } from "../../src/engine/journal/submission.ts";
import { problemOf } from "../../src/http/problem.ts";
import { type MemberId, newUuid } from "../../src/kernel/ids.ts";
import { purchase } from "../../src/sales/purchase/purchase.ts";
import { receiptKey } from "../../src/sales/receipt/receipt.ts";
import { ask, newTestKey, TILL } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { giftsOf } from "./gifts.ts";
import { openTills, saleOf, type Tills, times } from "./tills.ts";

let tills: Tills;
beforeAll(async () => {
  // One lane, so that everybody is behind everybody.
  tills = await openTills({ lanes: 1 });
});
afterAll(() => tills.close());

const TERMS = { amount: "1.00", brand: "mvideo", kind: "promo", reason: "test", reference: "test" };
const give = (memberId: MemberId, idempotencyKey = newTestKey()) =>
  ask(tills.service, accrual, { memberId, ...TERMS }, { idempotencyKey });

/** How it ended (`ok`, or the code of the problem that the till is told), and after how many milliseconds. */
async function ended(asked: Promise<unknown>) {
  const started = performance.now();
  const word = await asked.then(
    () => "ok",
    (error: unknown) => problemOf(error).code,
  );
  return { word, after: performance.now() - started };
}

const hashOf = (key: string) => hashOfKey(tills.service.personal.lookupKey, TILL.clientId, key);

/** Claims keys, by their hashes, as a process would that is stopped in the middle of its transaction. */
function whileClaimed<T>(hashes: readonly string[], work: () => Promise<T>): Promise<T> {
  return tills.database.sql
    .begin(async (sql) => {
      for (const key of hashes.toSorted()) {
        await sql`insert into command_keys (key, bucket, operation_id) values (${key}::uuid, 0, ${newUuid(0)}::uuid)`;
      }
      const done = await work();
      // The stopped process is gone, and nothing has happened.
      throw new Gone(done);
    })
    .catch((error: unknown) => {
      if (error instanceof Gone) return error.done as T;
      throw error;
    });
}

class Gone extends Error {
  readonly done: unknown;
  constructor(done: unknown) {
    super("the process is gone");
    this.done = done;
  }
}

it.each([
  // Nobody else in the server may hold a transaction open for much more than two seconds: a balance as of just now waits for it.
  [60, 2_000, "unavailable"],
  [300, 1_200, "ok"],
] as const)(
  "%i of them hold up whoever comes with them, who is told within seconds, and nobody else",
  async (count, milliseconds, word) => {
    const [members, others] = [await times(count, () => tills.newMember()), await times(20, () => tills.newMember())];
    const keys = members.map(() => newTestKey());
    const { retried, free } = await whileClaimed(keys.map(hashOf), async () => {
      const asked = members.map((memberId, index) => ended(give(memberId, keys[index])));
      // In the same group, and after it.
      const among = others.map((memberId) => ended(give(memberId)));
      for (const over = performance.now() + milliseconds; performance.now() < over; ) {
        among.push(...others.map((memberId) => ended(give(memberId))));
        await sleep(80);
      }
      const answered = await Promise.all(among);
      if (word === "unavailable") await Promise.all(asked);
      return { retried: asked, free: answered };
    });
    const held = await Promise.all(retried);
    expect(new Set(free.map((each) => each.word))).toEqual(new Set(["ok"]));
    expect(Math.max(...free.map(({ after }) => after))).toBeLessThan(1_200);
    expect(new Set(held.map((each) => each.word))).toEqual(new Set([word]));
    expect(Math.max(...held.map(({ after }) => after))).toBeLessThan(3_500);
    // Nothing is kept of a refusal: under the same keys it happens now, and never twice.
    for (const [index, memberId] of members.entries()) {
      expect(await give(memberId, keys[index])).toMatchObject({ kind: "accepted", replayed: word === "ok" });
      expect(await giftsOf(tills.database, memberId)).toBe(1n);
    }
  },
  30_000,
);

it("who comes with them goes on as soon as they are let go of", async () => {
  const members = await times(60, () => tills.newMember());
  const keys = members.map(() => newTestKey());
  const asked = await whileClaimed(keys.map(hashOf), async () => {
    const retried = members.map((memberId, index) => give(memberId, keys[index]));
    await sleep(1_000);
    return { retried };
  });
  const free = performance.now();
  expect(await Promise.all(asked.retried)).toMatchObject(members.map(() => ({ kind: "accepted", replayed: false })));
  expect(performance.now() - free).toBeLessThan(1_000);
  for (const memberId of members) expect(await giftsOf(tills.database, memberId)).toBe(1n);
}, 30_000);

it("a receipt that is being claimed is no different", async () => {
  const [memberId, other] = [await tills.newMember(), await tills.newMember()];
  const [body, neighbour] = [saleOf(memberId), saleOf(other)];
  const sell = (sale: typeof body) => ended(ask(tills.service, purchase, sale));
  const ends = await whileClaimed([receiptKey(body.receipt, "purchase")], () =>
    Promise.all([body, neighbour].map(sell)),
  );
  expect(ends.map(({ word }) => word)).toEqual(["unavailable", "ok"]);
  expect(ends[1]?.after).toBeLessThan(1_200);
  expect(await ask(tills.service, purchase, body)).toMatchObject({ kind: "accepted", replayed: false });
});

it("the proof holds after all this", async () => {
  expect((await expectProof(tills)).holds).toBe(true);
});
