import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { holdCapture } from "../../../src/bonuses/hold/hold-capture.ts";
import { readHold } from "../../../src/bonuses/hold/hold-read.ts";
import { accrual } from "../../../src/bonuses/accrual.ts";
import { redemption } from "../../../src/bonuses/redemption.ts";
import { submissionOf } from "../../../src/engine/journal/submission.ts";
import { LEDGER_ITSELF } from "../../../src/engine/actor.ts";
import { parseAmount } from "../../../src/kernel/amount.ts";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { profileParting } from "../../../src/members/joining/parting/profile-parting.ts";
import { unmerge } from "../../../src/members/joining/parting/unmerge.ts";
import type { MergeAnswer } from "../../../src/members/joining/merge-answer.ts";
import type { PartingAnswer } from "../../../src/members/joining/parting/unmerge-answer.ts";
import { balanceOf } from "../../../src/members/reads/balance.ts";
import { cardOf } from "../../../src/members/reads/card.ts";
import { reversal } from "../../../src/sales/reversal/reversal.ts";
import { TestOrders } from "../../support/town-orders.ts";
import { expectProof } from "../../support/proof.ts";
import { ask, requestOf, testLedger, type TestLedger } from "../../support/ledger.ts";
import { People, type Person } from "./people.ts";

const DAY = 86_400_000;
let ledger: TestLedger;
let people: People;
let anna: Person;
let other: Person;

beforeAll(async () => {
  ledger = await testLedger();
  people = new People(ledger);
});
afterEach(async () => {
  await expectProof(ledger);
});
afterAll(() => ledger.close());

const later = (milliseconds: number): boolean => ledger.clock.moveTo(ledger.clock.now() + milliseconds);

async function two(): Promise<void> {
  anna = await people.person();
  other = await people.person();
}

/** What members have and owe, entity by entity. */
async function worth(...members: readonly Person[]): Promise<Map<string, bigint>> {
  const sums = new Map<string, bigint>();
  for (const member of members) {
    const { totals } = await people.wallet(member);
    for (const [entity, { pending, available, held, debt }] of totals) {
      sums.set(entity, (sums.get(entity) ?? 0n) + pending + available + held - debt);
    }
  }
  return new Map([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe("merging while", () => {
  it("both have open holds on lots that expire today", async () => {
    await two();
    await people.give(anna, "100.00", "mvideo", 1);
    await people.give(other, "60.00", "mvideo", 1);
    const [hers, his] = [
      await people.pin({ identifier: anna.card }, "40.00", 2 * 24 * 60),
      await people.pin({ identifier: other.card }, "30.00", 3 * 24 * 60),
    ];
    const { mergeId, moved } = await people.join(anna, other);
    expect(moved.holds).toBe(1);
    later(1.5 * DAY);
    // What is held lives on, the rest is gone.
    expect(await balanceOf(ledger.service, anna.memberId)).toMatchObject({ available: "0.00", held: "70.00" });
    await people.ask(holdCapture, { amount: "10.00", final: false }, { holdId: his });
    const seen = await readHold.read(ledger.service, {
      actor: LEDGER_ITSELF,
      params: { holdId: his },
      query: {},
      body: undefined,
    });
    expect(seen).toMatchObject({ memberId: anna.memberId, captured: "10.00", left: "20.00", status: "open" });
    const before = await worth(anna);
    await people.part(mergeId);
    expect(await worth(anna, other)).toEqual(before);
    expect((await people.wallet(other)).holds.map(({ id }) => id)).toEqual([his]);
    expect((await people.wallet(anna)).holds.map(({ id }) => id)).toEqual([hers]);
    await people.ask(holdCapture, { amount: "20.00" }, { holdId: his });
    later(2 * DAY);
    expect(await balanceOf(ledger.service, anna.memberId)).toMatchObject({ available: "0.00", held: "0.00" });
  });

  it("an order of one is being collected", async () => {
    await two();
    await people.give(other, "600.00", "mvideo");
    const orders = new TestOrders(ledger);
    const parts = await orders.ready({ memberId: other.memberId, spend: "60.00" });
    expect(await people.available(other)).toBe(540_00n);
    const { mergeId, moved } = await people.join(anna, other);
    expect(moved).toMatchObject({ holds: 1, orders: 1 });
    await orders.collect(parts);
    expect((await people.wallet(anna)).holds).toEqual([]);
    const before = await worth(anna);
    await people.part(mergeId);
    expect(await worth(anna, other)).toEqual(before);
    expect(await people.available(other)).toBe(540_00n);
  });
});

it("a pickup of before that is undone afterwards has the bonuses held again, and the goods wait", async () => {
  for (const whose of ["card", "id"] as const) {
    await two();
    await people.give(other, "600.00", "mvideo");
    const orders = new TestOrders(ledger);
    const whom = whose === "card" ? { identifier: other.card } : { memberId: other.memberId };
    const parts = await orders.ready({ ...whom, spend: "60.00" });
    const receipt = await orders.collect(parts);
    const { mergeId } = await people.join(anna, other);
    expect(await people.ask(reversal, { receipt, kind: "purchase" })).toMatchObject({
      outcome: "reversed",
      memberId: anna.memberId,
      orderStatus: "ready",
    });
    expect((await people.wallet(anna)).totals.get("mvideo")).toMatchObject({ available: 540_00n, held: 60_00n });
    await people.part(mergeId);
    expect((await people.wallet(other)).totals.get("mvideo")).toMatchObject({ available: 540_00n, held: 60_00n });
    await orders.collect({ ...parts, pickupCode: await orders.newCode(parts.orderId) });
    await expectProof(ledger);
  }
});

describe("debts", () => {
  it("to different entities go along, and come back with whose they are", async () => {
    await two();
    const owing = async (person: Person, store: string) => {
      const bought = await people.buy({ identifier: person.card }, "2000.00", "0.00", store);
      later(15 * DAY);
      await people.redeem({ identifier: person.card }, "60.00");
      await people.bring(bought, 2, store);
    };
    await owing(anna, "M-1");
    await owing(other, "E-1");
    const before = [await people.wallet(anna), await people.wallet(other)];
    expect(before.map(({ totals }) => [...totals].map(([entity, { debt }]) => [entity, debt]))).toEqual([
      [["mvideo", 60_00n]],
      [["eldorado", 60_00n]],
    ]);
    const { mergeId } = await people.join(anna, other);
    expect(await balanceOf(ledger.service, anna.memberId)).toMatchObject({ debt: "120.00" });
    await people.part(mergeId);
    expect([await people.wallet(anna), await people.wallet(other)]).toEqual(before);
  });

  it("that the survivor's bonuses have repaid are owed again, and the bonuses are there again", async () => {
    await two();
    const bought = await people.buy({ identifier: other.card }, "2000.00", "0.00", "E-1");
    later(15 * DAY);
    await people.redeem({ identifier: other.card }, "60.00");
    await people.bring(bought, 2);
    await people.give(anna, "100.00", "mvideo", 5);
    const before = [await people.wallet(anna), await people.wallet(other)];
    const { mergeId } = await people.join(anna, other);
    expect(await balanceOf(ledger.service, anna.memberId)).toMatchObject({ available: "40.00", debt: "0.00" });
    await people.part(mergeId);
    expect([await people.wallet(anna), await people.wallet(other)]).toEqual(before);
  });
});

describe("what was bought together", () => {
  it("is brought back half before and half after the parting, and nobody gains or loses by it", async () => {
    await two();
    await people.give(anna, "100.00", "mvideo", 30);
    await people.give(other, "100.00", "mvideo", 60);
    const { mergeId } = await people.join(anna, other);
    // All of both, at the other brand, by the card of the one.
    const bought = await people.buy({ identifier: other.card }, "400.00", "200.00", "E-1");
    expect(await people.available(anna)).toBe(0n);
    const first = await people.bring(bought, 1, "M-9");
    expect(first).toMatchObject({ bonusesBack: "100.00", memberId: anna.memberId });
    const before = await worth(anna);
    const parted = await people.part(mergeId);
    expect(await worth(anna, other)).toEqual(before);
    // The first half was paid with hers, which came back; the other half with his own.
    expect(parted.madeGood).toEqual([]);
    expect(await people.available(anna)).toBe(100_00n);
    const second = await people.bring(bought, 1, "M-1");
    expect(second).toMatchObject({ bonusesBack: "100.00", memberId: other.memberId });
    expect(await people.available(other)).toBe(100_00n);
    expect(await people.available(anna)).toBe(100_00n);
  });

  it("with the other's bonuses comes back to whoever has made it good", async () => {
    await two();
    await people.give(anna, "100.00", "mvideo", 30);
    const { mergeId } = await people.join(anna, other);
    const bought = await people.buy({ identifier: other.card }, "400.00", "100.00");
    const parted = await people.part(mergeId);
    expect(parted.madeGood).toEqual([{ entity: "mvideo", to: "staying", paid: "0.00", owed: "100.00" }]);
    await people.bring(bought, 2);
    expect(await people.available(anna)).toBe(100_00n);
    expect(await balanceOf(ledger.service, other.memberId)).toMatchObject({ available: "0.00", debt: "0.00" });
  });

  it("by whoever was named by id goes back to the lots that were burnt", async () => {
    await two();
    await people.give(anna, "100.00", "mvideo", 60);
    await people.give(other, "50.00", "mvideo", 30);
    const { mergeId } = await people.join(anna, other);
    const bought = await people.buy({ memberId: anna.memberId }, "400.00", "100.00");
    expect((await people.part(mergeId)).madeGood).toEqual([]);
    expect([await people.available(anna), await people.available(other)]).toEqual([50_00n, 0n]);
    await people.bring(bought, 2);
    expect([await people.available(anna), await people.available(other)]).toEqual([100_00n, 50_00n]);
  });

  it("with a lot that was earned together, and has ended since, is made good all the same", async () => {
    await two();
    const { mergeId } = await people.join(anna, other);
    await people.give(other, "100.00", "eldorado", 2);
    await people.redeem({ identifier: anna.card }, "100.00");
    later(3 * DAY);
    await people.give(anna, "1.00");
    const parted = await people.part(mergeId);
    expect(parted.madeGood).toEqual([{ entity: "eldorado", to: "leaving", paid: "0.00", owed: "100.00" }]);
    expect(await people.available(other)).toBe(100_00n);
  });

  it("leaves nobody with free bonuses beside a debt, whoever leaves", async () => {
    for (const spends of ["leaving", "staying"] as const) {
      await two();
      const [owner, spender] = spends === "leaving" ? [anna, other] : [other, anna];
      await people.give(owner, "100.00", "eldorado", 30);
      await people.give(spender, "30.00", "mvideo", 60);
      const { mergeId } = await people.join(anna, other);
      await people.redeem({ identifier: spender.card }, "100.00");
      await people.part(mergeId);
      expect(await balanceOf(ledger.service, spender.memberId)).toMatchObject({ available: "0.00", debt: "70.00" });
    }
  });

  it("keeps the ends that it gave to the lots of both", async () => {
    await two();
    const [first, second] = [
      await people.buy({ identifier: anna.card }, "2000.00", "0.00"),
      await people.buy({ identifier: other.card }, "2000.00", "0.00"),
    ];
    expect([first, second]).toHaveLength(2);
    const { mergeId } = await people.join(anna, other);
    later(40 * DAY);
    await people.buy({ identifier: other.card }, "10.00", "0.00");
    const ends = (await people.wallet(anna)).lots.map(({ id, expiresAt }) => [id, expiresAt] as const);
    await people.part(mergeId);
    const after = [...(await people.wallet(anna)).lots, ...(await people.wallet(other)).lots].filter(
      ({ closed }) => !closed,
    );
    expect(new Map(after.map(({ id, expiresAt }) => [id, expiresAt]))).toEqual(new Map(ends));
  });
});

describe("what a third has had, who has left since,", () => {
  let third: Person;

  /** Of 100.00 that are the other's alone, and 60.00 each of Anna's and the third's that end later. */
  async function three(): Promise<{ readonly first: MergeAnswer; readonly second: MergeAnswer }> {
    await two();
    third = await people.person();
    await people.give(anna, "60.00", "eldorado", 60);
    await people.give(third, "60.00", "eldorado", 60);
    await people.give(other, "100.00", "eldorado", 30);
    return { first: await people.join(anna, other), second: await people.join(anna, third) };
  }

  const had = () => Promise.all([anna, other, third].map((each) => people.available(each)));

  it.each(["spent", "held"])("is made good once, where it was %s", async (how) => {
    const { first, second } = await three();
    if (how === "spent") await people.redeem({ identifier: third.card }, "30.00");
    else await people.pin({ identifier: third.card }, "30.00");
    await people.redeem({ identifier: anna.card }, "50.00");
    await people.part(second.mergeId);
    const parted = await people.part(first.mergeId);
    expect(parted.madeGood).toEqual([{ entity: "eldorado", to: "leaving", paid: "50.00", owed: "0.00" }]);
    expect(await had()).toEqual([10_00n, 100_00n, 30_00n]);
  });

  it("does not hide what the two have had of each other's", async () => {
    const { first, second } = await three();
    await people.redeem({ identifier: other.card }, "100.00");
    await people.redeem({ identifier: third.card }, "20.00");
    await people.redeem({ identifier: other.card }, "10.00");
    await people.part(second.mergeId);
    await people.part(first.mergeId);
    expect(await balanceOf(ledger.service, other.memberId)).toMatchObject({ available: "0.00", debt: "10.00" });
    expect(await had()).toEqual([60_00n, 0n, 40_00n]);
  });

  it("of whose bonuses one of them has had some, is not paid by the other", async () => {
    const { first, second } = await three();
    await people.redeem({ identifier: anna.card }, "220.00");
    await people.give(other, "70.00", "eldorado", 10);
    await people.part(second.mergeId);
    await people.part(first.mergeId);
    expect(await people.available(other)).toBe(170_00n);
    expect(await people.available(third)).toBe(60_00n);
    expect(await balanceOf(ledger.service, anna.memberId)).toMatchObject({ available: "0.00", debt: "160.00" });
  });
});

describe("an id that was absorbed", () => {
  it("leads to the survivor, for all that was made before and for all that comes late", async () => {
    await two();
    await people.give(other, "100.00");
    const bought = await people.buy({ identifier: other.card }, "400.00", "100.00");
    const then = ledger.clock.now();
    later(1000);
    await people.join(anna, other);
    later(1000);
    expect(await cardOf(ledger.service, LEDGER_ITSELF, other.memberId)).toMatchObject({
      memberId: anna.memberId,
      mergedInto: anna.memberId,
    });
    expect(await people.bring(bought, 2)).toMatchObject({ memberId: anna.memberId, bonusesBack: "100.00" });
    expect(await people.available(other)).toBe(100_00n);
    expect(await balanceOf(ledger.service, other.memberId, then)).toMatchObject({
      memberId: other.memberId,
      available: "0.00",
    });
  });

  it("has holds that had ended before: asking for one again says so", async () => {
    await two();
    await people.give(other, "10.00");
    const held = await people.pin({ identifier: other.card }, "5.00");
    await people.ask(holdCapture, {}, { holdId: held });
    await people.join(anna, other);
    expect(await ledger.ask(holdCapture, {}, { params: { holdId: held } })).toMatchObject({ code: "hold_not_open" });
  });

  it("stays with its bonuses when merges are undone in another order", async () => {
    await two();
    const third = await people.person();
    await people.give(anna, "10.00");
    await people.give(other, "20.00");
    await people.give(third, "30.00");
    const before = await Promise.all([anna, other, third].map((each) => people.wallet(each)));
    const first = await people.join(anna, other);
    const second = await people.join(third, other);
    expect(second).toMatchObject({ survivorId: anna.memberId, absorbedId: third.memberId });
    await people.part(first.mergeId);
    expect(await people.available(anna)).toBe(40_00n);
    await people.part(second.mergeId);
    expect(await Promise.all([anna, other, third].map((each) => people.wallet(each)))).toEqual(before);
  });

  it("goes along when whoever absorbed it is absorbed itself, and comes back alone", async () => {
    const eldest = await people.person();
    await two();
    await people.give(anna, "10.00");
    await people.give(other, "20.00");
    await people.give(eldest, "30.00");
    const first = await people.join(anna, other);
    await people.join(eldest, anna);
    expect(await people.available(other)).toBe(60_00n);
    expect((await people.part(first.mergeId)).leavingId).toBe(other.memberId);
    expect([await people.available(other), await people.available(anna)]).toEqual([20_00n, 40_00n]);
  });
});

describe("a profile that parts", () => {
  it("has its own card and what that has earned, and makes good what it has spent of the others'", async () => {
    anna = await people.person({ firstName: "Анна" });
    const second = await people.cardOf(anna, "eldorado");
    await people.give(anna, "100.00", "mvideo", 30);
    await people.give(second, "40.00", "mvideo", 60);
    await people.buy({ identifier: second.card }, "4000.00", "120.00", "E-1");
    const before = await worth(anna);
    const parted = await people.partProfile(second.profileId);
    other = { memberId: parted.leavingId, card: second.card };
    expect(parted).toMatchObject({ stayingId: anna.memberId, mergeId: null, moved: { profiles: [second.profileId] } });
    expect(parted.madeGood).toEqual([{ entity: "mvideo", to: "staying", paid: "20.00", owed: "80.00" }]);
    expect(await worth(anna, other)).toEqual(before);
    // What the purchase has earned is its own, and pays what it owes as soon as it is active.
    await people.redeem({ identifier: anna.card }, "100.00");
    later(15 * DAY);
    expect(await balanceOf(ledger.service, other.memberId)).toMatchObject({ available: "36.00", debt: "0.00" });
    const again = await ledger.ask(profileParting, { reason: "x" }, { params: { profileId: second.profileId } });
    expect(again).toMatchObject({ code: "nothing_to_part" });
    const outcome = await ledger.ask(merge, { memberIds: [anna.memberId, other.memberId], reason: "again" });
    expect(outcome).toMatchObject({ code: "merge_blocked", data: { blockers: [{ code: "cannot_link" }] } });
  });

  it("that a merge has brought is parted by undoing that", async () => {
    await two();
    const { mergeId, moved } = await people.join(anna, other);
    const [profileId = ""] = moved.profiles;
    expect(await ledger.ask(profileParting, { reason: "x" }, { params: { profileId } })).toMatchObject({
      code: "part_by_unmerge",
      data: { mergeId },
    });
  });
});

describe("a preview", () => {
  it("shows what would move, and what stands against it, and leaves no trace", async () => {
    anna = await people.person({ birthDate: "1990-01-31", firstName: "Анна" });
    other = await people.person({ birthDate: "1991-01-31", firstName: "Анна" });
    await people.give(anna, "10.00");
    await people.give(other, "20.00", "eldorado");
    const before = [await people.wallet(anna), await people.wallet(other)];
    const asked = { memberIds: [anna.memberId, other.memberId], reason: "same name" };
    expect(await people.look(merge, asked)).toMatchObject({
      survivorId: anna.memberId,
      moved: { lots: 1, amounts: [{ entity: "eldorado", available: "20.00" }] },
      blockers: [{ code: "birth_dates_differ" }],
      evidence: expect.arrayContaining([
        expect.objectContaining({ kind: "birthDate", rule: "conflicts" }),
        expect.objectContaining({ kind: "firstName", rule: "agrees" }),
      ]) as unknown,
    });
    expect([await people.wallet(anna), await people.wallet(other)]).toEqual(before);
  });

  it("of a parting says what would be made good, and is what then happens", async () => {
    await two();
    await people.give(anna, "100.00");
    await people.give(other, "30.00");
    const { mergeId } = await people.join(anna, other);
    await people.redeem({ identifier: other.card }, "70.00");
    const shown = (await people.look(unmerge, { reason: "two" }, { mergeId })) as PartingAnswer;
    expect(await people.available(anna)).toBe(60_00n);
    const { operationId: _, ...done } = await people.part(mergeId, "two");
    expect(shown).toMatchObject(done);
  });
});

describe("what is refused", () => {
  it("the same two, once they were parted: with who and why", async () => {
    await two();
    const { mergeId } = await people.join(anna, other);
    const { operationId } = await people.part(mergeId, "two sisters");
    const outcome = await ledger.ask(merge, { memberIds: [anna.memberId, other.memberId], reason: "again" });
    expect(outcome).toMatchObject({
      kind: "refused",
      code: "merge_blocked",
      data: { blockers: [{ code: "cannot_link", detail: "two sisters", operationId }] },
    });
    expect(await ledger.ask(unmerge, { reason: "again" }, { params: { mergeId } })).toMatchObject({
      code: "merge_undone",
      data: { operationId },
    });
  });

  it("two verified birth dates that differ", async () => {
    anna = await people.person({ birthDate: "1990-01-31" });
    other = await people.person({ birthDate: "1991-01-31" });
    const outcome = await ledger.ask(merge, { memberIds: [anna.memberId, other.memberId], reason: "again" });
    expect(outcome).toMatchObject({ code: "merge_blocked", data: { blockers: [{ code: "birth_dates_differ" }] } });
  });

  it("twice, and of nobody", async () => {
    await two();
    await people.join(anna, other);
    expect(await ledger.ask(merge, { memberIds: [other.memberId, anna.memberId], reason: "again" })).toMatchObject({
      code: "already_one_member",
      data: { memberId: anna.memberId },
    });
    const nobody = `mbr_${"0".repeat(12)}7${"0".repeat(3)}8${"0".repeat(15)}`;
    await expect(ledger.ask(merge, { memberIds: [nobody, anna.memberId], reason: "x" })).rejects.toThrow(
      "member_not_found",
    );
  });
});

it("a sale that was prepared before a parting is not judged upon the wallet of those who stayed", async () => {
  await two();
  await people.give(anna, "100.00");
  const { mergeId } = await people.join(anna, other);
  const { service } = ledger;
  const body = { identifier: other.card, amount: "50.00", brand: "mvideo", storeId: "M-1", reference: "test" };
  const request = requestOf(redemption, body);
  const input = await redemption.prepare(service, { ...request, params: {}, body: request.body as never });
  await people.part(mergeId);
  const { actor, idempotencyKey, received } = request;
  const { lookupKey } = service.personal;
  const common = { operation: redemption, actor, idempotencyKey, received, lookupKey, policies: service.policies };
  const submission = submissionOf({ ...common, input, brand: "mvideo" });
  expect(await service.engine.run(submission)).toMatchObject({ kind: "stale" });
  expect(await people.available(anna)).toBe(100_00n);
});

it("a request that a look-up has wrapped the service for is prepared again like any other", async () => {
  await two();
  await people.join(anna, other);
  const counting = Object.assign(Object.create(ledger.service) as typeof ledger.service, { foundNobody: () => {} });
  const body = {
    memberId: other.memberId,
    amount: "5.00",
    brand: "mvideo",
    kind: "promo",
    reason: "r",
    reference: "r",
  };
  expect(await ask(counting, accrual, body)).toMatchObject({ kind: "accepted" });
});

it("whoever was absorbed has nothing left for time to move", async () => {
  await two();
  await people.give(other, "10.00", "mvideo", 2);
  await people.join(anna, other);
  const [wallet] = await ledger.database.sql<{ next: string | null }[]>`
    select next_move_at as next from wallets where member_id = ${other.memberId.slice(4)}::uuid`;
  expect(wallet).toEqual({ next: null });
});

it("opposite merges at once, and three at once, have one outcome", async () => {
  const all = [await people.person(), await people.person(), await people.person()];
  for (const each of all) await people.give(each, "10.00");
  const asks = [
    [0, 1],
    [1, 0],
    [1, 2],
    [2, 0],
  ].map(([a = 0, b = 0]) => ledger.ask(merge, { memberIds: [all[a]?.memberId, all[b]?.memberId], reason: "at once" }));
  const outcomes = await Promise.all(asks);
  expect(outcomes.filter(({ kind }) => kind === "accepted")).toHaveLength(2);
  for (const each of all) expect(await people.available(each)).toBe(parseAmount("30.00"));
});
