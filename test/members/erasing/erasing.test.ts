/** A member is erased: what it had goes, what is recorded stays, and nothing leads to it any more. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accrual } from "../../../src/bonuses/accrual.ts";
import { readCardOf } from "./reading.ts";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { unmerge } from "../../../src/members/joining/parting/unmerge.ts";
import { memberErase } from "../../../src/members/erasing/ask.ts";
import { memberEraseCancel } from "../../../src/members/erasing/cancel.ts";
import { memberBlock } from "../../../src/members/blocking/block.ts";
import { testLedger, type TestLedger } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { DAY_MS, DAYS, Erasers } from "./erasers.ts";

let ledger: TestLedger;
let staff: Erasers;
beforeAll(async () => {
  ledger = await testLedger();
  staff = new Erasers(ledger);
});
afterAll(async () => {
  await expectProof(ledger);
  await ledger.close();
});

const WHY = { reason: "r" };

describe("asking that a member be erased", () => {
  it("tells what would go, and does nothing until it is due", async () => {
    const anna = await staff.person();
    await staff.give(anna, "100.00");
    const asked = await staff.askErase(anna);
    expect(asked).toMatchObject({
      memberId: anna.memberId,
      goes: { amounts: [{ entity: "mvideo", available: "100.00" }], members: [anna.memberId], identifiers: 1 },
    });
    await staff.run();
    await staff.redeem({ identifier: anna.card }, "10.00");
    staff.later(DAYS * DAY_MS - 60_000);
    expect(await staff.run()).toMatchObject({ erased: 0 });
    staff.later();
    expect(await staff.run()).toMatchObject({ erased: 1 });
    expect(await staff.available(anna)).toBe(0n);
    expect(await staff.run()).toMatchObject({ erased: 0 });
  });

  it("is asked once, and taken back until it is done", async () => {
    const anna = await staff.person();
    const params = { memberId: anna.memberId };
    const { erasureId } = await staff.askErase(anna);
    expect(await staff.refused(memberErase, WHY, params)).toMatchObject({
      code: "erasure_pending",
      data: { erasureId },
    });
    expect(await staff.cancel(anna)).toMatchObject({ erasureId, status: "cancelled" });
    expect(await staff.refused(memberEraseCancel, WHY, params)).toMatchObject({ code: "no_erasure_pending" });
    staff.later(DAYS * DAY_MS);
    expect(await staff.run()).toMatchObject({ erased: 0 });
    await staff.erase(anna);
    expect(await staff.refused(memberEraseCancel, WHY, params)).toMatchObject({ code: "member_erased" });
  });

  it("is refused with open holds and under review, and waits for what was put aside since", async () => {
    const [anna, boris] = [await staff.person(), await staff.blocked()];
    await staff.give(anna, "100.00");
    await staff.pin({ identifier: anna.card }, "30.00", 60);
    const params = { memberId: anna.memberId };
    const held = { code: "erasure_blocked", data: { blockers: [{ code: "open_holds" }] } };
    expect(await staff.refused(memberErase, WHY, params)).toMatchObject(held);
    expect(await staff.look(memberErase, WHY, params)).toMatchObject({ blockers: [{ code: "open_holds" }] });
    const blocked = { code: "erasure_blocked", data: { blockers: [{ code: "blocked_by_security" }] } };
    expect(await staff.refused(memberErase, WHY, { memberId: boris.memberId })).toMatchObject(blocked);
    staff.later(60 * 60_000);
    await staff.askErase(anna);
    staff.later(DAYS * DAY_MS);
    await staff.pin({ identifier: anna.card }, "30.00", 60);
    expect(await staff.run()).toMatchObject({ erased: 0 });
    staff.later(60 * 60_000);
    expect(await staff.run()).toMatchObject({ erased: 1 });
  });

  it("lets nobody be joined with it, nor part from it, from then on", async () => {
    const [anna, boris, clara] = [await staff.person(), await staff.person(), await staff.person()];
    const mergeId = (await staff.join(anna, boris)).mergeId;
    await staff.askErase(boris);
    const body = { memberIds: [anna.memberId, clara.memberId], reason: "r" };
    const pending = { code: "merge_blocked", data: { blockers: [{ code: "erasure_pending" }] } };
    expect(await staff.refused(merge, body)).toMatchObject(pending);
    expect(await staff.refused(unmerge, WHY, { mergeId })).toMatchObject({ code: "erasure_pending" });
    staff.later(DAYS * DAY_MS);
    await staff.run();
    const erased = { code: "merge_blocked", data: { blockers: [{ code: "member_erased" }] } };
    expect(await staff.refused(merge, body)).toMatchObject(erased);
    expect(await staff.refused(unmerge, WHY, { mergeId })).toMatchObject({ code: "member_erased" });
  });
});

describe("a member who is erased", () => {
  it("erase the absorbed: it takes all who are one with it along, and both ids resolve, to nobody known", async () => {
    const [anna, boris] = [await staff.person({ firstName: "Анна" }), await staff.person({ firstName: "Борис" })];
    for (const each of [anna, boris]) await staff.give(each, "50.00");
    await staff.join(anna, boris);
    expect(await staff.erase(boris)).toMatchObject({ memberId: anna.memberId, goes: { identifiers: 2 } });
    for (const { memberId } of [anna, boris]) {
      expect(await readCardOf(ledger, memberId)).toMatchObject({
        memberId: anna.memberId,
        status: "erased",
        firstName: null,
        identifiers: [],
        balance: { available: "0.00", debt: "0.00" },
      });
    }
  });

  it("is changed by nobody", async () => {
    const anna = await staff.person();
    await staff.erase(anna);
    const { memberId } = anna;
    const gift = { memberId, amount: "1.00", brand: "mvideo", kind: "promo", reason: "r", reference: "r" };
    expect(await staff.refused(accrual, gift)).toMatchObject({ code: "member_erased" });
    expect(await staff.refused(memberBlock, WHY, { memberId })).toMatchObject({ code: "member_erased" });
    expect(await staff.refused(memberErase, WHY, { memberId })).toMatchObject({ code: "member_erased" });
  });

  it("has what goods bring back for no longer than until the ledger clears it; and owes nothing", async () => {
    const anna = await staff.person();
    await staff.give(anna, "100.00");
    const spent = await staff.buyOnly({ identifier: anna.card }, 40_00n);
    const earned = await staff.buy({ identifier: anna.card }, "2000.00", "0.00");
    await staff.erase(anna);
    expect(await staff.bring(spent, 1)).toMatchObject({ memberId: anna.memberId, bonusesBack: "20.00" });
    expect(await staff.available(anna)).toBe(20_00n);
    expect(await staff.clear()).toBe(1);
    expect(await staff.bring(earned, 1)).toMatchObject({ debtAdded: "30.00" });
    expect(await staff.clear()).toBe(1);
    expect((await staff.wallet(anna)).totals.size).toBe(0);
    expect(await staff.clear()).toBe(0);
  });
});
