/** Receipts of pickups that are reversed, whatever has become of the members since: the goods wait again, with the bonuses. */
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { hold } from "../../../src/bonuses/hold/hold.ts";
import { holdCapture } from "../../../src/bonuses/hold/hold-capture.ts";
import { holdRelease } from "../../../src/bonuses/hold/hold-release.ts";
import type { MergeId } from "../../../src/kernel/ids.ts";
import { balanceOf } from "../../../src/members/reads/balance.ts";
import { reroute } from "../../../src/orders/changes/order-reroute.ts";
import { storedOrder } from "../../../src/sales/documents/order-store.ts";
import { heldFor } from "../../../src/sales/documents/order-document.ts";
import { reversal } from "../../../src/sales/reversal/reversal.ts";
import { expectProof } from "../../support/proof.ts";
import { testLedger, type TestLedger } from "../../support/ledger.ts";
import { type Placed, TestOrders } from "../../support/town-orders.ts";
import { after, type Person, People } from "./people.ts";

let ledger: TestLedger;
let people: People;
let orders: TestOrders;
beforeAll(async () => {
  ledger = await testLedger();
  people = new People(ledger);
  orders = new TestOrders(ledger);
});
afterEach(async () => {
  await expectProof(ledger);
});
afterAll(() => ledger.close());

const mergeId = ({ mergeId: id }: { mergeId: string }) => id as MergeId;
const tick = (ms = 60_000) => ledger.clock.moveTo(ledger.clock.now() + ms);
const DAY_MS = 86_400_000;

/** Three things for 50.00 each, half of which bonuses may pay. */
const lines = [{ lineId: "1", sku: "s", category: "tv", quantity: "3", unitPrice: "50.00", noEarn: true }];

/** The elder of two, and the younger, who has the bonuses and has ordered. */
interface Two {
  readonly elder: Person;
  readonly buyer: Person;
  readonly placed: Placed;
  merge: MergeId | undefined;
  readonly receipts: Awaited<ReturnType<TestOrders["collect"]>>[];
}

async function two(how: "card" | "id", amount = "100.00"): Promise<Two> {
  const elder = await people.person();
  const buyer = await people.person();
  await people.give(buyer, amount, "eldorado");
  const who = how === "card" ? { identifier: buyer.card } : { memberId: buyer.memberId };
  const placed = await orders.ready({ ...who, lines });
  return { elder, buyer, placed, merge: undefined, receipts: [] };
}

async function collect(of: Two, fields: object = {}): Promise<void> {
  const pickupCode = await orders.newCode(of.placed.orderId);
  of.receipts.push(await orders.collect({ ...of.placed, pickupCode }, fields));
}

/** m: they become one; u: they part; P: all that waits is collected; p: one unit of it; digits: that receipt is reversed. */
async function take(of: Two, steps: string): Promise<void> {
  for (const step of steps) {
    tick();
    if (step === "m") of.merge = mergeId(await people.join(of.elder, of.buyer));
    else if (step === "u") await people.part(of.merge as MergeId);
    else if (step === "P") await collect(of);
    else if (step === "p") await collect(of, { lines: [{ lineId: "1", quantity: "1" }] });
    else await people.ask(reversal, { receipt: of.receipts[Number(step)], kind: "purchase" });
  }
}

const heldOf = async ({ memberId }: Person) => (await balanceOf(ledger.service, memberId)).held;
const heldForOrder = async ({ placed }: Two) =>
  heldFor((await storedOrder(ledger.service.reader, placed.orderId))?.lines ?? []);
const afterwards = (steps: string, of: Two) => (steps.includes("m") && !steps.includes("u") ? of.elder : of.buyer);

const SEQUENCES = [
  ["P0", "75.00"],
  ["Pm0", "75.00"],
  ["Pmu0", "75.00"],
  ["mP0", "75.00"],
  ["mPu0", "75.00"],
  ["mpu0", "75.00"],
  ["pmPu0", "25.00"],
  ["pmPu01", "75.00"],
  ["pmPu10", "75.00"],
  ["pm0uP1", "75.00"],
  ["mP0uP1", "75.00"],
  ["mpPu10", "75.00"],
  ["Pm0Pu1", "75.00"],
  ["Pm0pu1", "75.00"],
  ["mPu0P1", "75.00"],
  ["pPm0u1", "75.00"],
] as const;

it.each(SEQUENCES.flatMap(([steps, held]) => (["card", "id"] as const).map((how) => [steps, how, held] as const)))(
  "goods wait again with their bonuses, which can be spent once: %s, ordered by %s",
  async (steps, how, held) => {
    const of = await two(how);
    await take(of, steps);
    const owner = afterwards(steps, of);
    const waits = BigInt(held.replace(".", ""));
    expect([await heldOf(owner), await heldForOrder(of)]).toEqual([held, waits]);
    expect(await people.available(owner)).toBe(25_00n);
    await expectProof(ledger);
    await take(of, "P");
    expect([await heldOf(owner), await people.available(owner)]).toEqual(["0.00", 25_00n]);
  },
);

it.each(["mPu0", "pmPu0", "Pm0", "pmPu10"])("time gives back what is held again: %s", async (steps) => {
  const of = await two("card");
  await take(of, steps);
  const owner = afterwards(steps, of);
  const held = await heldForOrder(of);
  tick(20 * DAY_MS);
  await orders.expire(of.placed.orderId);
  expect([await heldOf(owner), await people.available(owner)]).toEqual(["0.00", 25_00n + held]);
});

it("nothing is left of a hold that was collected again, and what others hold is theirs", async () => {
  const of = await two("card", "300.00");
  await take(of, "pmPu0P");
  const expiresAt = new Date(ledger.clock.now() + 20 * DAY_MS).toISOString();
  const rest = { identifier: of.buyer.card, amount: "225.00", brand: "eldorado", expiresAt, reference: "rest" };
  const { holdId } = await people.ask<{ holdId: string }>(hold, rest);
  tick(4 * DAY_MS);
  expect(await people.available(of.buyer)).toBe(0n);
  await people.ask(holdRelease, {}, { holdId });
  expect(await people.available(of.buyer)).toBe(225_00n);
});

it.each(["mPu", "Pm", "Pmu", "pmPu0P"])(
  "the hold of an order that was collected is no till's to capture: %s",
  async (steps) => {
    const of = await two("card");
    await take(of, steps);
    const order = await storedOrder(ledger.service.reader, of.placed.orderId);
    const outcome = await ledger.ask(holdCapture, {}, { params: { holdId: order?.holdId ?? "" } });
    expect(outcome).toMatchObject({ kind: "refused", code: "hold_not_open" });
  },
);

it("a hold goes where its order is rerouted though it had ended in another wallet", async () => {
  const of = await two("card");
  await take(of, "mPu0");
  await orders.step(of.placed.orderId, reroute, { pickup: { brand: "mvideo", storeId: "M-1" } });
  expect(await heldOf(of.buyer)).toBe("75.00");
});

it("what an order by id has spent of the other's while they were one goes back to him, and is held no more", async () => {
  const elder = await people.person();
  const other = await people.person();
  await people.give(other, "100.00", "eldorado");
  const joined = mergeId(await people.join(elder, other));
  const placed = await orders.ready({ memberId: elder.memberId, lines });
  const of: Two = { elder, buyer: other, placed, merge: joined, receipts: [] };
  await take(of, "Pu0");
  expect([await heldOf(elder), await heldForOrder(of)]).toEqual(["0.00", 0n]);
  expect([await people.available(elder), await people.available(other)]).toEqual([0n, 100_00n]);
});

it("goods wait again where both had become part of a third, and left it one after the other", async () => {
  const third = await people.person();
  const of = await two("card");
  await take(of, "m");
  const into = mergeId(await people.join(third, of.elder));
  await take(of, "Pu");
  await people.part(into);
  await take(of, "0");
  expect([await heldOf(of.buyer), await heldForOrder(of)]).toEqual(["75.00", 75_00n]);
});

it.each(["by id", "by the other's card"])(
  "goods wait again whose bonuses had ended, in a wallet that never had them: %s",
  async (how) => {
    const elder = await people.person();
    const other = await people.person();
    const joined = mergeId(await people.join(elder, other));
    await people.give(other, "75.00", "eldorado", 5);
    const who = how === "by id" ? { memberId: elder.memberId } : { identifier: elder.card };
    const placed = await orders.ready({ ...who, lines, storageDays: 14 });
    const of: Two = { elder, buyer: other, placed, merge: joined, receipts: [] };
    await take(of, "P");
    tick(6 * DAY_MS);
    await people.give(elder, "1.00");
    await take(of, "u0");
    const isOwn = how !== "by id";
    expect([await heldOf(elder), await heldForOrder(of)]).toEqual(isOwn ? ["75.00", 75_00n] : ["0.00", 0n]);
    expect(await people.available(other)).toBe(75_00n);
  },
);

it.each([
  ["pmP", "u", "01"],
  ["pmPu", "1", "0"],
  ["mPu", "0P", "1"],
])(
  "a hold that goes on between look-up and judgement is found anew: %s, then meanwhile %s",
  async (before, meanwhile, later) => {
    const of = await two("card");
    await take(of, before);
    const slow = after(reversal, () => take(of, meanwhile));
    await people.ask(slow, { receipt: of.receipts[0], kind: "purchase" });
    await take(of, later);
    expect([await heldOf(of.buyer), await people.available(of.buyer)]).toEqual(["75.00", 25_00n]);
  },
);
