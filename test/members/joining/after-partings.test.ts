/** What partings leave behind for whatever comes later: returns, decisions, further merges and partings. */
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { accrual } from "../../../src/bonuses/accrual.ts";
import { holdRelease } from "../../../src/bonuses/hold/hold-release.ts";
import { as, type MergeId, type ProfileId } from "../../../src/kernel/ids.ts";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { balanceOf } from "../../../src/members/reads/balance.ts";
import { registration } from "../../../src/members/registration/registration.ts";
import { matchDecision } from "../../../src/members/review/decision.ts";
import { matchProposal } from "../../../src/members/review/proposal.ts";
import { cancel } from "../../../src/orders/changes/order-cancel.ts";
import { ready } from "../../../src/orders/changes/order-ready.ts";
import { returnByReceipt } from "../../../src/sales/return/return-by-receipt.ts";
import { returnById } from "../../../src/sales/return/return-by-id.ts";
import type { AnyOperation } from "../../../src/engine/definition/operation.ts";
import { LEDGER_ITSELF } from "../../../src/engine/actor.ts";
import { MOST_ORDERS, sellerCard } from "../../../src/orders/reads/seller-card.ts";
import { expectProof } from "../../support/proof.ts";
import { answerOf, newTestKey, testLedger, type TestLedger } from "../../support/ledger.ts";
import { TestOrders } from "../../support/town-orders.ts";
import { after, People } from "./people.ts";

let ledger: TestLedger;
let people: People;
beforeAll(async () => {
  ledger = await testLedger();
  people = new People(ledger);
});
afterEach(async () => {
  await expectProof(ledger);
});
afterAll(() => ledger.close());

const mergeId = ({ mergeId: id }: { mergeId: string }) => id as MergeId;
const tick = () => ledger.clock.moveTo(ledger.clock.now() + 60_000);

/** Bonuses for whoever is named by an id. */
const giveById = (memberId: string, amount: string, operation: AnyOperation = accrual) =>
  people.ask(operation, {
    memberId,
    amount,
    brand: "mvideo",
    kind: "promo",
    activeAt: new Date(ledger.clock.now()).toISOString(),
    reason: "test",
    reference: "test",
  });

it("goods come back though the owner of the lots once had the buyer as a part", async () => {
  const n = await people.person();
  const m = await people.person();
  const k = await people.person();
  const m1 = mergeId(await people.join(n, m));
  await people.part(m1);
  await people.give(k, "50.00", "mvideo", 5);
  const m2 = mergeId(await people.join(m, k));
  const sold = await people.buyOnly({ memberId: m.memberId }, 20_00n);
  await people.part(m2);
  await people.join(n, k);
  tick();
  await people.bring(sold, 2, "M-1");
  expect(await people.available(n)).toBe(50_00n);
});

it("a pair is set apart though one of them was once part of the other's survivor", async () => {
  const m = await people.person();
  const other = await people.person();
  const one = await people.person();
  await people.part(mergeId(await people.join(m, other)));
  const { candidateId } = await people.ask<{ candidateId: string }>(matchProposal, {
    memberIds: [one.memberId, other.memberId],
    reason: "r",
  });
  await people.join(m, one);
  const answer = await people.ask(matchDecision, { decision: "apart", reason: "two" }, { candidateId });
  expect(answer).toMatchObject({ status: "apart" });
});

it("what was spent by id goes back into the lot's owner's wallet, whoever stood for both when they parted", async () => {
  const s = await people.person();
  const m = await people.person();
  const k = await people.person();
  await people.give(k, "50.00", "mvideo", 20);
  const m1 = mergeId(await people.join(m, k));
  const sold = await people.buyOnly({ memberId: m.memberId }, 20_00n);
  const m2 = mergeId(await people.join(s, m));
  await people.part(m1);
  await people.part(m2);
  tick();
  await people.bring(sold, 2, "M-1");
  expect([await people.available(m), await people.available(k)]).toEqual([0n, 50_00n]);
});

it("what comes for an absorbed id goes back with it, though the profile that it was born with has parted", async () => {
  const a = await people.person();
  const b = await people.person();
  const second = await people.cardOf(b, "eldorado");
  const { leavingId } = await people.partProfile(as("prf", b.memberId));
  const id = mergeId(await people.join(a, b));
  await giveById(b.memberId, "10.00");
  await people.redeem({ memberId: b.memberId }, "3.00");
  expect(await people.available(a)).toBe(7_00n);
  await people.part(id);
  expect([await people.available(a), await people.available(b)]).toEqual([0n, 7_00n]);
  expect(await people.available({ memberId: leavingId })).toBe(0n);
  await people.redeem({ identifier: second.card }, "7.00");
});

it("what an absorbed id has spent of the survivor's is made good, and what it has put aside goes along", async () => {
  const a = await people.person();
  const b = await people.person();
  await people.give(a, "100.00");
  const id = mergeId(await people.join(a, b));
  await people.redeem({ memberId: b.memberId }, "30.00");
  const held = await people.pin({ memberId: b.memberId }, "20.00");
  const parted = await people.part(id);
  expect(parted.madeGood).toEqual([{ entity: "mvideo", to: "staying", paid: "0.00", owed: "50.00" }]);
  expect([await people.available(a), await people.available(b)]).toEqual([100_00n, 0n]);
  expect((await people.wallet(b)).holds.map((each) => each.id)).toEqual([held]);
});

it("what the survivor's id has spent stays with the lots that were burnt", async () => {
  const a = await people.person();
  const b = await people.person();
  await people.give(a, "100.00", "mvideo", 60);
  await people.give(b, "10.00", "mvideo", 20);
  const id = mergeId(await people.join(a, b));
  await people.redeem({ memberId: a.memberId }, "30.00");
  expect((await people.part(id)).madeGood).toEqual([]);
  expect([await people.available(a), await people.available(b)]).toEqual([80_00n, 0n]);
});

it("a member born of a parting can be absorbed, and named by id, and goes with what came for it", async () => {
  const a = await people.person();
  const b = await people.person();
  const second = await people.cardOf(b, "eldorado");
  const { leavingId } = await people.partProfile(second.profileId);
  const id = mergeId(await people.ask(merge, { memberIds: [a.memberId, leavingId], reason: "same" }));
  await giveById(leavingId, "10.00");
  expect(await people.available(a)).toBe(10_00n);
  await people.part(id);
  expect([await people.available(a), await people.available({ memberId: leavingId })]).toEqual([0n, 10_00n]);
});

it("a member born of a parting who has nothing can be absorbed", async () => {
  const a = await people.person();
  const b = await people.person();
  const second = await people.cardOf(b, "eldorado");
  const { leavingId } = await people.partProfile(second.profileId);
  const answer = await people.ask(merge, { memberIds: [a.memberId, leavingId], reason: "same" });
  expect(answer).toMatchObject({ survivorId: a.memberId });
});

it("a repayment that was undone by an earlier parting does not hide the next one", async () => {
  const a = await people.person();
  const b = await people.person();
  const c = await people.person();
  const mb = mergeId(await people.join(a, b));
  const mc = mergeId(await people.join(a, c));
  // B's purchase earns; he spends it, brings the goods back: B owes.
  const sold = await people.buy({ identifier: b.card }, "2000.00", "0.00");
  ledger.clock.moveTo(ledger.clock.now() + 20 * 86_400_000);
  await people.redeem({ identifier: b.card }, "60.00");
  await people.bring(sold, 2, "M-1");
  expect((await balanceOf(ledger.service, a.memberId)).debt).toBe("60.00");
  await people.give(c, "60.00");
  expect((await balanceOf(ledger.service, a.memberId)).debt).toBe("0.00");
  await people.part(mc);
  expect([(await balanceOf(ledger.service, a.memberId)).debt, await people.available(c)]).toEqual(["60.00", 60_00n]);
  await people.give(a, "60.00");
  expect((await balanceOf(ledger.service, a.memberId)).debt).toBe("0.00");
  await people.part(mb);
  expect([await people.available(a), (await balanceOf(ledger.service, b.memberId)).debt]).toEqual([60_00n, "60.00"]);
});

it("goods come back into the wallet of the lot's owner, who parts between look-up and judgement", async () => {
  const m = await people.person();
  const k = await people.person();
  await people.give(k, "50.00", "mvideo", 20);
  const id = mergeId(await people.join(m, k));
  const purchaseId = await people.buyOnly({ memberId: m.memberId }, 20_00n);
  tick();
  const slow = after(returnById, () => people.part(id));
  await people.ask(
    slow,
    {
      receipt: { brand: "mvideo", storeId: "M-1", terminalId: "2", shift: "1", number: "back-1" },
      lines: [{ lineId: "1", quantity: "2" }],
      occurredAt: new Date(ledger.clock.now()).toISOString(),
    },
    { purchaseId },
  );
  expect([await people.available(m), await people.available(k)]).toEqual([0n, 50_00n]);
});

it.each(["ready", "collected in part"])(
  "an order by id that was %s while two were one is cancelled after they part",
  async (step) => {
    const orders = new TestOrders(ledger);
    const a = await people.person();
    const b = await people.person();
    await people.give(b, "50.00");
    const placed = await orders.place({ memberId: b.memberId, spend: "20.00" });
    const id = mergeId(await people.join(a, b));
    await orders.step(placed.orderId, ready);
    if (step === "collected in part") await orders.collect(placed, { lines: [{ lineId: "1", quantity: "1" }] });
    await people.part(id);
    await orders.step(placed.orderId, cancel);
    expect((await balanceOf(ledger.service, b.memberId)).held).toBe("0.00");
  },
);

it("what an order by id had held of the other's is given back once", async () => {
  const orders = new TestOrders(ledger);
  const m = await people.person();
  const k = await people.person();
  await people.give(k, "50.00", "mvideo", 20);
  await people.give(m, "20.00", "mvideo", 60);
  const id = mergeId(await people.join(m, k));
  const placed = await orders.ready({ memberId: m.memberId, spend: "20.00" });
  const parted = await people.part(id);
  expect(parted.madeGood).toEqual([{ entity: "mvideo", to: "leaving", paid: "20.00", owed: "0.00" }]);
  expect([await people.available(m), await people.available(k)]).toEqual([0n, 50_00n]);
  const receipt = await orders.collect(placed);
  tick();
  await people.ask(returnByReceipt, {
    original: { receipt },
    receipt: { ...receipt, number: "back-2" },
    lines: [
      { lineId: "1", quantity: "3" },
      { lineId: "2", quantity: "1" },
    ],
    occurredAt: new Date(ledger.clock.now()).toISOString(),
  });
  expect([await people.available(m), await people.available(k)]).toEqual([20_00n, 50_00n]);
});

it("what was spent by id of a share that a hold had taken along comes back to whoever had it", async () => {
  const m = await people.person();
  const k = await people.person();
  await people.give(k, "50.00", "mvideo", 20);
  await people.give(m, "20.00", "mvideo", 60);
  const id = mergeId(await people.join(m, k));
  const holdId = await people.pin({ memberId: m.memberId }, "20.00");
  await people.part(id);
  await people.ask(holdRelease, {}, { holdId });
  const sold = await people.buyOnly({ memberId: m.memberId }, 20_00n);
  await people.bring(sold, 2, "M-1");
  expect([await people.available(m), await people.available(k)]).toEqual([20_00n, 50_00n]);
});

it("the card of one shows the orders that are his, however many of the other's were placed before they parted", async () => {
  const orders = new TestOrders(ledger);
  const a = await people.person();
  const b = await people.person();
  await people.give(a, "10.00");
  const id = mergeId(await people.join(a, b));
  for (let count = 0; count < MOST_ORDERS; count += 1) await orders.place({ identifier: b.card, spend: "0.00" });
  const own = await orders.place({ identifier: a.card, spend: "10.00" });
  await people.part(id);
  const shown = await sellerCard.read(ledger.service, {
    actor: LEDGER_ITSELF,
    params: { memberId: a.memberId },
    query: {},
    body: undefined,
  });
  expect(shown.orders.map(({ orderId }) => orderId)).toEqual([own.orderId]);
});

it("a profile that is registered again leads to the member that it belongs to now", async () => {
  const a = await people.person();
  const card = { kind: "card", value: newTestKey(), verified: true };
  const body = {
    brand: "eldorado",
    externalId: newTestKey(),
    identifiers: [{ ...a.card, verified: true }, card],
    person: {},
  };
  const idempotencyKey = newTestKey();
  const register = async (key?: string) =>
    ledger.ask(registration, body, key === undefined ? {} : { idempotencyKey: key });
  const first = answerOf(await register(idempotencyKey)) as { profileId: ProfileId; memberId: string };
  expect(first.memberId).toBe(a.memberId);
  expect(await register()).toMatchObject({ replayed: true });
  const { leavingId } = await people.partProfile(first.profileId);
  const [again, key] = [{ ...first, memberId: leavingId }, newTestKey()];
  expect(answerOf(await register(key))).toEqual(again);
  expect(answerOf(await register(key))).toEqual(again);
  // Under the first key it is told what was told then.
  expect(answerOf(await register(idempotencyKey))).toEqual(first);
  const eldest = await people.ask<{ survivorId: string }>(merge, {
    memberIds: [(await people.person()).memberId, leavingId],
    reason: "r",
  });
  expect(answerOf(await register())).toEqual({ ...first, memberId: eldest.survivorId });
});

it("what a hold has taken along from a parting is its holder's own, whomever he is one with later", async () => {
  const c = await people.person();
  const one = await people.person();
  const second = await people.cardOf(one, "eldorado");
  await people.give(one, "100.00", "mvideo", 20);
  await people.give(second, "100.00", "mvideo", 40);
  await people.give(c, "100.00");
  const holdId = await people.pin({ identifier: second.card }, "60.00");
  const { leavingId: two } = await people.partProfile(second.profileId);
  const before = [await people.wallet(c), await people.wallet({ memberId: two })];
  tick();
  const first = await people.ask<{ mergeId: MergeId }>(merge, { memberIds: [c.memberId, two], reason: "same" });
  const parted = await people.part(first.mergeId);
  expect(parted.madeGood).toEqual([]);
  expect([await people.wallet(c), await people.wallet({ memberId: two })]).toEqual(before);
  await people.ask(holdRelease, {}, { holdId });
  expect([await people.available(c), await people.available({ memberId: two })]).toEqual([100_00n, 100_00n]);
});

it("twelve become one at once, though each must wait for the one before", async () => {
  const a = await people.person();
  const others = [];
  for (let count = 0; count < 12; count += 1) others.push(await people.person());
  const joined = await Promise.all(others.map((other) => people.join(a, other)));
  expect(joined.map(({ survivorId }) => survivorId)).toEqual(others.map(() => a.memberId));
});

it("twelve profiles of one member part at once", async () => {
  const a = await people.person();
  const profiles = [];
  for (let count = 0; count < 12; count += 1) profiles.push(await people.cardOf(a, "eldorado"));
  const parted = await Promise.all(profiles.map(({ profileId }) => people.partProfile(profileId)));
  expect(parted.map(({ stayingId }) => stayingId)).toEqual(profiles.map(() => a.memberId));
});

it("what was spent of a lot that had ended before both became part of a third is made good", async () => {
  const eldest = await people.person();
  const a = await people.person();
  const b = await people.person();
  const first = await people.join(a, b);
  await people.give(a, "100.00", "eldorado", 1);
  await people.redeem({ identifier: b.card }, "100.00");
  ledger.clock.moveTo(ledger.clock.now() + 2 * 86_400_000);
  await people.give(a, "1.00");
  await people.join(eldest, a);
  const parted = await people.part(mergeId(first));
  expect(parted.madeGood).toEqual([{ entity: "eldorado", to: "staying", paid: "0.00", owed: "100.00" }]);
});

it("who is named by an absorbed id, and parts while that is looked up, is himself", async () => {
  const a = await people.person();
  const b = await people.person();
  const id = mergeId(await people.join(a, b));
  // Only the second time it is looked up who stands for him.
  await giveById(
    b.memberId,
    "10.00",
    after(accrual, () => people.part(id), 2),
  );
  expect([await people.available(a), await people.available(b)]).toEqual([0n, 10_00n]);
});
