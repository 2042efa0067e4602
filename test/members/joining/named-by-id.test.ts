/**
 * Whoever is named by his id stands for all who were one with him when it was asked. What becomes of that later, while some of
 * them are one with others, is theirs as it was then: whoever had nothing to do with it gains nothing by it, and owes nothing.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { holdCapture } from "../../../src/bonuses/hold/hold-capture.ts";
import type { PurchaseId } from "../../../src/kernel/ids.ts";
import { balanceOf } from "../../../src/members/reads/balance.ts";
import { reversal } from "../../../src/sales/reversal/reversal.ts";
import { purchase } from "../../../src/sales/purchase/purchase.ts";
import { expectProof } from "../../support/proof.ts";
import { testLedger, type TestLedger } from "../../support/ledger.ts";
import { TestOrders } from "../../support/town-orders.ts";
import { People, type Person } from "./people.ts";

let ledger: TestLedger;
let people: People;
beforeAll(async () => {
  ledger = await testLedger();
  people = new People(ledger);
});
afterEach(() => expectProof(ledger));
afterAll(() => ledger.close());

/** What is free, less what is owed. */
const worth = (...who: Pick<Person, "memberId">[]): Promise<string[]> =>
  Promise.all(
    who.map(async ({ memberId }) => {
      const { available, held, debt } = await balanceOf(ledger.service, memberId);
      return [
        available,
        ...(held === "0.00" ? [] : [`held ${held}`]),
        ...(debt === "0.00" ? [] : [`owes ${debt}`]),
      ].join(" ");
    }),
  );

/** So many people, each older than the next: whoever comes first survives. */
async function persons<const N extends string>(...names: N[]): Promise<Record<N, Person>> {
  const made: [N, Person][] = [];
  for (const name of names) made.push([name, await people.person()]);
  return Object.fromEntries(made) as Record<N, Person>;
}

let numbers = 0;
const receiptOf = (terminalId: string) => {
  const number = `n-${(numbers += 1)}`;
  return { brand: "mvideo", storeId: "M-1", terminalId, shift: "1", number };
};

/** Two things for 1000.00 together, that earn nothing, by a member's id. */
async function sold({ memberId }: Person, spend = "100.00") {
  const receipt = receiptOf("8");
  const { purchaseId } = await people.ask<{ purchaseId: PurchaseId }>(purchase, {
    receipt,
    channel: "pos",
    memberId,
    lines: [{ lineId: "1", sku: "a", category: "tv", quantity: "2", unitPrice: "500.00", noEarn: true }],
    spend,
    occurredAt: new Date(ledger.clock.now()).toISOString(),
  });
  return {
    back: () => people.bring(purchaseId, 1, "M-1"),
    reversed: () => people.ask(reversal, { receipt, kind: "purchase" }),
  };
}
const WAYS = [
  ["one of two goods comes back", "back", "250.00"],
  ["its receipt is reversed", "reversed", "300.00"],
] as const;

describe("what was bought by the id of one whose purchase spent the other's", () => {
  it.each(WAYS)("%s while the other is part of a stranger", async (_, way, left) => {
    const { e, a, b } = await persons("e", "a", "b");
    await people.give(b, "300.00");
    const first = await people.join(a, b);
    const sale = await sold(a);
    await people.part(first.mergeId);
    const second = await people.join(e, b);
    await sale[way]();
    expect((await people.part(second.mergeId)).madeGood).toEqual([]);
    expect(await worth(e, a, b)).toEqual(["0.00", "0.00", left]);
  });

  it.each(WAYS)("%s while both are part of a third, whom the other leaves first", async (_, way, left) => {
    const { d, k, l } = await persons("d", "k", "l");
    await people.give(l, "300.00");
    const inner = await people.join(k, l);
    const sale = await sold(k);
    const outer = await people.join(d, k);
    await sale[way]();
    expect((await people.part(inner.mergeId)).madeGood).toEqual([]);
    expect((await people.part(outer.mergeId)).madeGood).toEqual([]);
    expect(await worth(d, k, l)).toEqual(["0.00", "0.00", left]);
  });

  it("comes back to a card that parts a second time", async () => {
    const { a, n } = await persons("a", "n");
    const card = await people.cardOf(a, "eldorado");
    await people.give(card, "300.00");
    const sale = await sold(a);
    const { leavingId } = await people.partProfile(card.profileId);
    const stranger = await people.cardOf({ ...card, memberId: leavingId }, "mvideo");
    await sale.back();
    const parted = await people.partProfile(stranger.profileId);
    expect(parted.madeGood).toEqual([]);
    expect(await worth(a, n, { memberId: leavingId }, { memberId: parted.leavingId })).toEqual([
      "0.00",
      "0.00",
      "250.00",
      "0.00",
    ]);
  });
});

it("an order by the id of one that holds the other's is collected while both are part of a third", async () => {
  const orders = new TestOrders(ledger);
  const { d, k, l } = await persons("d", "k", "l");
  await people.give(l, "300.00");
  const inner = await people.join(k, l);
  const placed = await orders.ready({ memberId: k.memberId, spend: "60.00" });
  const outer = await people.join(d, k);
  await orders.collect(placed);
  expect((await people.part(inner.mergeId)).madeGood).toEqual([]);
  expect((await people.part(outer.mergeId)).madeGood).toEqual([]);
  expect(await worth(d, k, l)).toEqual(["0.00", "0.00", "240.00"]);
});

describe("a hold by the id of one that has taken the other's along", () => {
  const capture = (holdId: string) => people.ask(holdCapture, {}, { holdId });

  it("is captured while its holder is part of a stranger", async () => {
    const { e, a, b } = await persons("e", "a", "b");
    for (const [person, amount] of [
      [b, "300.00"],
      [a, "100.00"],
      [e, "400.00"],
    ] as const) {
      await people.give(person, amount);
    }
    const first = await people.join(a, b);
    const holdId = await people.pin({ memberId: a.memberId }, "350.00");
    expect((await people.part(first.mergeId)).madeGood).toMatchObject([
      { to: "leaving", paid: "50.00", owed: "250.00" },
    ]);
    const second = await people.join(e, a);
    await capture(holdId);
    expect((await people.part(second.mergeId)).madeGood).toEqual([]);
    expect(await worth(e, a, b)).toEqual(["400.00", "0.00 owes 250.00", "300.00"]);
  });

  it("of a card that has parted, likewise", async () => {
    const { e, a } = await persons("e", "a");
    const card = await people.cardOf(a, "eldorado");
    await people.give(card, "300.00");
    const holdId = await people.pin({ memberId: a.memberId }, "100.00");
    await people.partProfile(card.profileId);
    const second = await people.join(e, a);
    await capture(holdId);
    await people.part(second.mergeId);
    expect(await worth(e, a)).toEqual(["0.00", "0.00 owes 100.00"]);
  });

  it("is captured before its holder becomes part of a stranger, and a third leaves in between", async () => {
    const { d, k, x, l } = await persons("d", "k", "x", "l");
    await people.give(l, "300.00");
    const third = await people.join(k, x);
    const first = await people.join(k, l);
    const holdId = await people.pin({ memberId: k.memberId }, "100.00");
    await people.part(first.mergeId);
    await capture(holdId);
    const last = await people.join(d, k);
    await people.part(third.mergeId);
    await people.part(last.mergeId);
    expect(await worth(d, k, x, l)).toEqual(["0.00", "0.00 owes 100.00", "0.00", "300.00"]);
  });
});
