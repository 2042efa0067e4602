/** The job that writes down which orders have expired: each is told once, and one that cannot be ended holds up no other. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { LedgerItself } from "../../src/engine/definition/background.ts";
import { ledgerItself } from "../../src/engine/group/submit.ts";
import { type MemberId, uuidOf } from "../../src/kernel/ids.ts";
import { Problem } from "../../src/kernel/problems.ts";
import { expireOrdersJob } from "../../src/orders/expiry/expire-orders.ts";
import { DAY_MS } from "../support/town.ts";
import { openShop, type Shop } from "./shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const itself = () => ledgerItself(shop.http.service);
const run = (ledger = itself()) => expireOrdersJob.begin(ledger)(new AbortController().signal);

/** Some members' orders that are over. */
async function overdue(count: number) {
  const made: { memberId: MemberId; orderId: string }[] = [];
  for (let index = 0; index < count; index += 1) {
    const memberId = await shop.member(10_00n);
    made.push({ memberId, orderId: (await shop.order({ memberId, spend: "1.00" })).body.orderId });
  }
  shop.http.clock.moveTo(shop.http.clock.now() + 20 * DAY_MS);
  return made;
}

it("ends all that is due, and tells it once", async () => {
  const memberId = await shop.member(1_000_00n);
  const made: string[] = [];
  for (let count = 0; count < 105; count += 1) made.push((await shop.order({ memberId, spend: "1.00" })).body.orderId);
  expect(await run()).toBeNull();
  shop.http.clock.moveTo(shop.http.clock.now() + 20 * DAY_MS);
  expect(await run()).toEqual({ expired: 105, failed: 0 });
  expect(await run()).toBeNull();
  expect(await shop.read(made[0] ?? "")).toMatchObject({ status: "expired", held: "0.00" });
  const told = await shop.http.database.sql`select from operations where name = 'order-expiry'
    and events->0->>'name' = 'order.expired'`;
  expect(told).toHaveLength(105);
  expect((await shop.http.get("/v1/pickups?storeId=E-1&status=expired")).body).toMatchObject({
    nextCursor: expect.any(String) as string,
  });
});

it("is not held up by an order whose wallet a stranger has locked: all others end, and it does the next time", async () => {
  const [locked, other] = await overdue(2);
  if (locked === undefined || other === undefined) throw new Error("no orders");
  await shop.http.database.sql.begin(async (sql) => {
    await sql`select 1 from wallets where member_id = ${uuidOf(locked.memberId)}::uuid for update`;
    const { failedBy, ...counts } = (await run()) ?? {};
    expect(counts).toEqual({ expired: 1, failed: 1 });
    // Whether it has waited for the lock itself, or somebody before it in its group.
    expect([{ timeout: 1 }, { busy: 1 }]).toContainEqual(failedBy);
  });
  const told = await shop.http.database.sql`select answer->>'orderId' as order from operations
    where name = 'order-expiry' and answer->>'orderId' in (${locked.orderId}, ${other.orderId})`;
  expect(told).toEqual([{ order: other.orderId }]);
  expect(await shop.read(locked.orderId)).toMatchObject({ status: "expired", held: "0.00" });
  expect(await run()).toEqual({ expired: 1, failed: 0 });
  expect(await run()).toBeNull();
});

it("leaves to the next run what moves on under it, says why another could not be ended, and fails where none can", async () => {
  const [first] = await overdue(3);
  const answering = (answer: (orderId: string) => unknown): LedgerItself => {
    const submit = (_: unknown, { orderId }: { orderId: string }) => Promise.resolve().then(() => answer(orderId));
    return { ...itself(), submit: submit as unknown as LedgerItself["submit"] };
  };
  const refuse = () => {
    throw new Problem("unavailable");
  };
  const accepted = { kind: "accepted" };
  expect(await run(answering(() => ({ kind: "stale" })))).toBeNull();
  expect(await run(answering((id) => (id === first?.orderId ? refuse() : accepted)))).toEqual({
    expired: 2,
    failed: 1,
    failedBy: { unavailable: 1 },
  });
  await expect(run(answering(refuse))).rejects.toMatchObject({ code: "unavailable" });
  expect(await run()).toEqual({ expired: 3, failed: 0 });
});
