/** Members become one, and part, while what was asked for them before is still on its way. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { MergeId } from "../../../src/kernel/ids.ts";
import { balanceOf } from "../../../src/members/reads/balance.ts";
import { cancel } from "../../../src/orders/changes/order-cancel.ts";
import { ready } from "../../../src/orders/changes/order-ready.ts";
import { formatAmount, parseAmount } from "../../../src/kernel/amount.ts";
import { expectProof } from "../../support/proof.ts";
import { newTestKey } from "../../support/ledger.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { TestOrders } from "../../support/town-orders.ts";
import { People, type Person } from "./people.ts";

const DAY = 86_400_000;
let ledger: TestHttp;
let people: People;
beforeAll(async () => {
  ledger = await testHttp();
  people = new People(ledger);
});
afterAll(() => ledger.close());

const later = (milliseconds: number): boolean => ledger.clock.moveTo(ledger.clock.now() + milliseconds);
const balance = ({ memberId }: Pick<Person, "memberId">) => balanceOf(ledger.service, memberId);

interface Sold {
  readonly status: number;
  readonly body: { readonly memberId: string; readonly spent: string; readonly earned: string };
}

let receipts = 0;

/** A receipt of three days ago, for 200.00, that spends 1.00 and earns 5.97. */
function lateReceipt({ card }: Pick<Person, "card">, store: string) {
  const brand = store.startsWith("M") ? "mvideo" : "eldorado";
  receipts += 1;
  return {
    op: "purchase",
    idempotencyKey: newTestKey(),
    body: {
      receipt: { brand, storeId: store, terminalId: "1", shift: "late", number: `L${receipts}` },
      channel: "pos",
      identifier: card,
      lines: [{ lineId: "1", sku: "a", category: "tv", quantity: "1", unitPrice: "200.00" }],
      spend: "1.00",
      occurredAt: new Date(ledger.clock.now() - 3 * DAY + receipts * 1000).toISOString(),
    },
  };
}

const sendBatch = async (items: readonly object[]): Promise<readonly Sold[]> => {
  const { status, body } = await ledger.post<{ results: Sold[] }>("/v1/batches", { items });
  expect(status).toBe(200);
  return body.results;
};

it("a batch of late receipts of both is in flight while they become one, and while they part", {
  timeout: 120_000,
}, async () => {
  const [anna, other] = [await people.person(), await people.person()];
  for (const each of [anna, other]) await people.give(each, "100.00", "mvideo", 60);
  later(4 * DAY);
  const COUNT = 60;
  const batch = () =>
    Array.from({ length: COUNT }, (_, place) =>
      lateReceipt(place % 2 === 0 ? anna : other, place % 3 === 0 ? "E-1" : "M-1"),
    );
  const first = batch();
  const [sold, { mergeId }] = await Promise.all([sendBatch(first), people.join(anna, other)]);
  expect(sold.map(({ status }) => status)).toEqual(first.map(() => 201));
  const second = batch();
  const [again, parted] = await Promise.all([sendBatch(second), people.part(mergeId)]);
  expect(again.map(({ status }) => status)).toEqual(second.map(() => 201));
  // Each receipt was sold to the member of its card, or to whoever stood for both just then.
  for (const [place, { body }] of [...sold, ...again].entries()) {
    const own = place % 2 === 0 ? anna : other;
    expect([own.memberId, parted.stayingId]).toContain(body.memberId);
  }
  // The same batches once more: nothing happens twice, and what was answered is answered.
  expect(await sendBatch(first)).toEqual(sold);
  expect(await sendBatch(second)).toEqual(again);
  // However the batch and the merge met: what each has bought is on his own account.
  for (const each of [anna, other]) {
    const { available, pending, debt } = await balance(each);
    expect({ available, pending, debt }).toEqual({
      available: formatAmount(100_00n - BigInt(COUNT) * 100n),
      pending: formatAmount(BigInt(COUNT) * parseAmount(sold[0]?.body.earned ?? "0.00")),
      debt: "0.00",
    });
  }
  await expectProof(ledger);
});

it("receipts that waited for a card come to whoever the card leads to, and go back with their own", async () => {
  const [anna, other] = [await people.person(), await people.person()];
  const { mergeId } = await people.join(anna, other);
  const card = { kind: "card", value: newTestKey() } as const;
  const [sold] = await sendBatch([{ ...lateReceipt({ card }, "M-1"), ...waiting(card) }]);
  expect(sold).toMatchObject({ status: 201, body: { memberId: null } });
  // The other shows the card that nobody had known.
  const identifiers = [other.card, card].map((each) => ({ ...each, verified: true }));
  const profile = { brand: "eldorado", externalId: newTestKey(), identifiers, person: {}, consents: {} };
  expect(await ledger.post("/v1/profiles", profile)).toMatchObject({ status: 201 });
  expect(await balance(anna)).toMatchObject({ pending: "6.00" });
  await people.part(mergeId);
  expect([(await balance(anna)).pending, (await balance(other)).pending]).toEqual(["0.00", "6.00"]);
  await expectProof(ledger);
});

/** A receipt that spends nothing, since nobody is known by the card. */
const waiting = (card: Person["card"]) => {
  const { body } = lateReceipt({ card }, "M-1");
  return { body: { ...body, spend: "0.00" } };
};

it.each(["merge", "parting"])(
  "an order is collected at the same moment as the %s",
  { timeout: 60_000 },
  async (what) => {
    const orders = new TestOrders(ledger);
    for (let round = 0; round < 5; round += 1) {
      const [anna, other] = [await people.person(), await people.person()];
      await people.give(other, "100.00");
      const placed = await orders.ready({ identifier: other.card, spend: "40.00" });
      const joined = what === "parting" ? await people.join(anna, other) : undefined;
      const lines = [{ lineId: "1", quantity: "2" }];
      const meets = joined === undefined ? people.join(anna, other) : people.part(joined.mergeId);
      await Promise.all([orders.collect(placed, { lines }), meets]);
      const mergeId = joined?.mergeId ?? ((await meets) as { mergeId: MergeId }).mergeId;
      if (what === "merge") await people.part(mergeId);
      const spent = parseAmount("60.00") - (await people.available(other));
      expect(spent).toBe(0n);
      expect((await balance(anna)).available).toBe("0.00");
      // What is left of it waits with its bonuses, and they come back to whoever has ordered.
      await orders.step(placed.orderId, cancel);
      const { held, available } = await balance(other);
      expect(held).toBe("0.00");
      expect(parseAmount(available)).toBeGreaterThan(60_00n);
    }
    await expectProof(ledger);
  },
);

it("an order that was placed before is made ready, and expires, in whoever's wallet it is by then", async () => {
  const orders = new TestOrders(ledger);
  const [anna, other] = [await people.person(), await people.person()];
  await people.give(anna, "10.00", "mvideo", 60);
  await people.give(other, "100.00", "mvideo", 60);
  const [kept, dropped] = [
    await orders.place({ identifier: other.card, spend: "20.00" }),
    await orders.place({ memberId: other.memberId, spend: "30.00" }),
  ];
  const { mergeId, moved } = await people.join(anna, other);
  expect(moved).toMatchObject({ holds: 2, orders: 2 });
  await orders.step(kept.orderId, ready);
  later(20 * DAY);
  await orders.expire(dropped.orderId);
  expect(await balance(anna)).toMatchObject({ available: "110.00", held: "0.00" });
  await people.part(mergeId);
  expect([(await balance(anna)).available, (await balance(other)).available]).toEqual(["10.00", "100.00"]);
  await orders.expire(kept.orderId);
  expect([(await balance(anna)).available, (await balance(other)).available]).toEqual(["10.00", "100.00"]);
  await expectProof(ledger);
});
