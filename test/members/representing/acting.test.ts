/** A company's buyer acts for it: the company's bonuses are spent, it earns, and the buyer keeps to his limits. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redemption } from "../../../src/bonuses/redemption.ts";
import { purchase } from "../../../src/sales/purchase/purchase.ts";
import { testLedger, type TestLedger } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { Company } from "./company.ts";

let ledger: TestLedger;
let people: Company;
beforeAll(async () => {
  ledger = await testLedger();
  people = new Company(ledger);
});
afterAll(async () => {
  await expectProof(ledger);
  await ledger.close();
});

const UP_TO = { see: true, spendUpTo: { perOperation: "300.00", perMonth: "500.00" } };
const left = (perMonth: string, most: string) => ({ perOperation: "300.00", perMonth, most });

describe("whoever acts for a member", () => {
  it("spends the member's bonuses, and none of his own", async () => {
    const { company, buyer, link } = await people.withBuyer(UP_TO);
    await people.give(buyer, "70.00");
    const spent = await people.redeemFor(buyer, company, "300.00");
    expect(spent).toMatchObject({ memberId: company.memberId, balance: { available: "700.00" } });
    expect(await people.available(company)).toBe(700_00n);
    expect(await people.available(buyer)).toBe(70_00n);
    expect(spent).toMatchObject({ representative: { representationId: link.representationId } });
  });

  it("buys for it: what it earns is the member's, and goods come back to the member, whoever brings them", async () => {
    const { company, buyer } = await people.withBuyer(UP_TO);
    const sold = await people.buyFor(buyer, company, "1000.00", "100.00");
    expect(sold).toMatchObject({ memberId: company.memberId, spent: "100.00", earned: "27.00" });
    expect(await people.bring(sold.purchaseId, 1)).toMatchObject({ memberId: company.memberId, bonusesBack: "50.00" });
    expect(await people.available(company)).toBe(950_00n);
  });

  it("is refused above what one operation may spend, and told what is left", async () => {
    const { company, buyer } = await people.withBuyer(UP_TO);
    const refused = { code: "representative_limit", data: { asked: "300.01", left: left("500.00", "300.00") } };
    expect(await people.redeemRefused(buyer, company, "300.01")).toEqual(refused);
    expect(await people.refused(purchase, people.saleBody(buyer, company, "1000.00", "300.01"))).toMatchObject(refused);
  });

  it("is refused above what a month may spend, until the next one begins in the programme's zone", async () => {
    const { company, buyer } = await people.withBuyer(UP_TO);
    await people.redeemFor(buyer, company, "300.00");
    await people.buyFor(buyer, company, "1000.00", "150.00");
    expect(await people.redeemRefused(buyer, company, "50.01")).toEqual({
      code: "representative_limit",
      data: { asked: "50.01", left: left("50.00", "50.00") },
    });
    await people.redeemFor(buyer, company, "50.00");
    const { clock } = ledger;
    const april = Date.parse("2026-04-01T00:00:00+03:00");
    clock.moveTo(april - 1);
    expect(await people.redeemRefused(buyer, company, "0.01")).toMatchObject({ data: { left: left("0.00", "0.00") } });
    clock.moveTo(april);
    await people.redeemFor(buyer, company, "300.00");
  });

  it("is sold as much as his limit lets where a till asks for the most", async () => {
    const { company, buyer } = await people.withBuyer({ see: false, spendUpTo: { perMonth: "60.00" } });
    expect(await people.buyFor(buyer, company, "100.00", "max")).toMatchObject({ spent: "50.00" });
    expect(await people.buyFor(buyer, company, "100.00", "max")).toMatchObject({
      spent: "10.00",
      memberId: company.memberId,
    });
    expect(await people.buyFor(buyer, company, "100.00", "max")).toMatchObject({ spent: "0.00" });
  });

  it("spends nothing by a link without a limit, and earns for the member", async () => {
    const { company, buyer } = await people.withBuyer({ see: true });
    expect(await people.buyFor(buyer, company, "1000.00", "0.00")).toMatchObject({ earned: "30.00" });
    expect(await people.redeemRefused(buyer, company, "0.01")).toMatchObject({ code: "representative_limit" });
  });

  it("is not told the balance that he may not see, neither by what is made nor by what is refused", async () => {
    const { company, buyer } = await people.withBuyer({ see: false, spendUpTo: { perOperation: "9000.00" } });
    expect(await people.redeemFor(buyer, company, "1.00")).toMatchObject({ balance: null });
    expect(await people.buyFor(buyer, company, "10.00", "1.00")).toMatchObject({ balance: null });
    expect(await people.holdFor(buyer, company, "1.00")).toMatchObject({ balance: null });
    expect(await people.redeemRefused(buyer, company, "8000.00")).toEqual({
      code: "insufficient_bonuses",
      data: { asked: "8000.00" },
    });
    const body = people.saleBody(buyer, company, "18000.00", "8000.00");
    expect((await people.refused(purchase, body)).data).not.toHaveProperty("available");
  });

  it("gets what comes back to spend again in the month in which it was spent, and not in a later one", async () => {
    const { company, buyer } = await people.withBuyer({ see: true, spendUpTo: { perMonth: "100.00" } });
    const sold = await people.buyFor(buyer, company, "400.00", "100.00");
    await people.bring(sold.purchaseId, 1);
    await people.redeemFor(buyer, company, "50.00");
    expect(await people.redeemRefused(buyer, company, "0.01")).toMatchObject({ code: "representative_limit" });
    await people.undo(sold.receipt);
    const again = await people.buyFor(buyer, company, "400.00", "50.00");
    ledger.clock.moveTo(ledger.clock.now() + 31 * 86_400_000);
    await people.redeemFor(buyer, company, "100.00");
    await people.bring(again.purchaseId, 2);
    expect(await people.redeemRefused(buyer, company, "0.01")).toMatchObject({ code: "representative_limit" });
  });

  it("has spent again what a return gave back and that was undone, be it above his limit", async () => {
    const { company, buyer } = await people.withBuyer({ see: true, spendUpTo: { perMonth: "100.00" } });
    const sold = await people.buyFor(buyer, company, "400.00", "100.00");
    const receipt = await people.bringWith(sold.purchaseId, 2);
    await people.redeemFor(buyer, company, "30.00");
    await people.undo(receipt, "return");
    expect(await people.redeemRefused(buyer, company, "0.01")).toMatchObject({
      data: { left: { perMonth: "0.00", most: "0.00" } },
    });
    await people.undo(sold.receipt);
    expect(await people.redeemRefused(buyer, company, "70.01")).toMatchObject({
      data: { left: { perMonth: "70.00" } },
    });
    await people.redeemFor(buyer, company, "70.00");
  });
});

describe("nobody acts", () => {
  const NOT = { code: "not_a_representative", data: {} };

  it("for whom no link lets him, nor for himself", async () => {
    const [company, stranger] = [await people.person(), await people.person()];
    await people.give(company, "10.00");
    expect(await people.redeemRefused(stranger, company, "1.00")).toEqual(NOT);
    expect(await people.redeemRefused(company, company, "1.00")).toEqual(NOT);
    expect(await people.refused(purchase, people.saleBody(stranger, company, "10.00", "0.00"))).toEqual(NOT);
  });

  it("the other way round: a link has a direction", async () => {
    const { company, buyer } = await people.withBuyer(UP_TO);
    await people.give(buyer, "10.00");
    expect(await people.redeemRefused(company, buyer, "1.00")).toEqual(NOT);
  });

  it("before a link begins, once its time is over, and once somebody has ended it", async () => {
    const [company, buyer] = [await people.person(), await people.person()];
    await people.give(company, "10.00");
    const now = ledger.clock.now();
    const dates = { from: new Date(now + 60_000).toISOString(), until: new Date(now + 120_000).toISOString() };
    await people.grant(company, buyer, UP_TO, dates);
    expect(await people.redeemRefused(buyer, company, "1.00")).toEqual(NOT);
    people.later(60_000);
    await people.redeemFor(buyer, company, "1.00");
    people.later(60_000);
    expect(await people.redeemRefused(buyer, company, "1.00")).toEqual(NOT);
    const link = await people.grant(company, buyer, UP_TO);
    await people.redeemFor(buyer, company, "1.00");
    await people.end(link);
    expect(await people.redeemRefused(buyer, company, "1.00")).toEqual(NOT);
  });

  it("who is blocked; and nothing is spent for a member who is", async () => {
    const { company, buyer } = await people.withBuyer(UP_TO);
    await people.block(buyer);
    expect(await people.redeemRefused(buyer, company, "1.00")).toEqual(NOT);
    await people.unblock(buyer);
    await people.block(company);
    expect(await people.redeemRefused(buyer, company, "1.00")).toMatchObject({ code: "spending_unavailable" });
    expect(await people.buyFor(buyer, company, "1000.00", "max")).toMatchObject({ spent: "0.00", earned: "30.00" });
    await people.unblock(company);
    await people.redeemFor(buyer, company, "1.00");
  });

  it("with a card that nobody knows, nor for a member who is not there", async () => {
    const { company, buyer } = await people.withBuyer(UP_TO);
    const unknown = { ...people.spent(buyer, company, "1.00"), identifier: { kind: "card", value: "2911111111111" } };
    expect(await people.refused(redemption, unknown).catch(({ code }: { code: string }) => code)).toBe(
      "member_not_found",
    );
    const nobody = { memberId: `mbr_${"0".repeat(12)}7${"0".repeat(3)}8${"0".repeat(15)}` } as never;
    expect(await people.redeemRefused(buyer, nobody, "1.00")).toMatchObject({ code: "member_not_found" });
  });
});
