/** What a till, a checkout and whoever asks later are shown of representatives. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { explanationOf } from "../../../src/finance/explain/explain.ts";
import { formatInstant } from "../../../src/kernel/clock.ts";
import { transfersOf } from "../../../src/members/reads/transfers.ts";
import { order } from "../../../src/orders/placing/order.ts";
import { pickup } from "../../../src/orders/pickup/pickup.ts";
import { sellerCard } from "../../../src/orders/reads/seller-card.ts";
import { purchase } from "../../../src/sales/purchase/purchase.ts";
import { quote } from "../../../src/sales/quote/quote.ts";
import { testLedger, type TestLedger, TILL } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { TestOrders } from "../../support/town-orders.ts";
import type { Person } from "../joining/people.ts";
import { Company } from "./company.ts";

let ledger: TestLedger;
let people: Company;
let orders: TestOrders;
beforeAll(async () => {
  ledger = await testLedger();
  people = new Company(ledger);
  orders = new TestOrders(ledger);
});
afterAll(async () => {
  await expectProof(ledger);
  await ledger.close();
});

const UP_TO = { see: true, spendUpTo: { perOperation: "30.00", perMonth: "50.00" } };
const BLIND = { ...UP_TO, see: false };
const acting = ({ card }: Person, { memberId }: Pick<Person, "memberId">) => ({
  identifier: card,
  actingFor: memberId,
});
const line = { lineId: "1", sku: "a", category: "tv", quantity: "2", unitPrice: "50.00" };

function quoted(who: object, spend: string) {
  const body = quote.body!.parse({ brand: "mvideo", storeId: "M-1", channel: "pos", ...who, lines: [line], spend });
  return quote.read(ledger.service, { actor: TILL, params: {}, query: {}, body });
}

const cardOf = ({ memberId }: Pick<Person, "memberId">) =>
  sellerCard.read(ledger.service, { actor: TILL, params: { memberId }, query: {}, body: undefined });

describe("a quote", () => {
  it("shows what a representative may spend, and why not more; a sale that cites it is sold so", async () => {
    const { company, buyer } = await people.withBuyer(UP_TO);
    const shown = await quoted(acting(buyer, company), "max");
    expect(shown).toMatchObject({
      maxSpend: "30.00",
      spend: "30.00",
      earn: { amount: "2.00" },
      reasons: [{ code: "limited_for_representative", amount: "30.00" }],
    });
    const body = { ...people.saleBody(buyer, company, "100.00", "30.00"), quoteId: shown.quoteId };
    expect(await people.ask(purchase, body)).toMatchObject({ spent: "30.00" });
    const again = { ...people.saleBody(buyer, company, "100.00", "30.00"), quoteId: shown.quoteId };
    expect(await people.refused(purchase, again)).toMatchObject({
      code: "quote_changed",
      data: { quote: { maxSpend: "20.00" } },
    });
  });

  it("of more than he may spend, or by whom nobody is represented, is refused as a sale would be", async () => {
    const { company, buyer } = await people.withBuyer(UP_TO);
    await expect(quoted(acting(buyer, company), "30.01")).rejects.toThrow("representative_limit");
    await expect(quoted(acting(company, buyer), "0.00")).rejects.toThrow("not_a_representative");
    await people.block(buyer);
    await expect(quoted(acting(buyer, company), "0.00")).rejects.toThrow("not_a_representative");
  });

  it("tells nothing of what waits to one who may not see it", async () => {
    const { company, buyer } = await people.withBuyer(BLIND, "10.00");
    await people.buy({ identifier: company.card }, "1000.00", "0.00");
    const { reasons } = await quoted(acting(buyer, company), "max");
    expect(reasons.map(({ code }) => code)).toEqual(["limited_by_balance"]);
    expect((await quoted({ identifier: company.card }, "max")).reasons.map(({ code }) => code)).toContain(
      "not_active_yet",
    );
  });
});

describe("an order", () => {
  it("counts what it puts aside against the limits, and is the member's when it is collected", async () => {
    const { company, buyer } = await people.withBuyer(BLIND);
    const placed = await orders.ready({ ...acting(buyer, company), lines: [line], spend: "max" });
    expect(await people.redeemRefused(buyer, company, "20.01")).toMatchObject({ data: { left: { most: "20.00" } } });
    await orders.collect(placed);
    await people.redeemFor(buyer, company, "20.00");
    expect(await people.available(company)).toBe(950_00n);
  });

  it("above his limit is refused, and tells no balance that he may not see", async () => {
    const { company, buyer } = await people.withBuyer(BLIND);
    const body = (number: string, spend: string) => ({
      ...acting(buyer, company),
      orderNumber: `R-${number}`,
      brand: "mvideo",
      channel: "web",
      pickup: { brand: "mvideo", storeId: "M-1" },
      lines: [line],
      spend,
    });
    expect(await people.refused(order, body("1", "30.01"))).toMatchObject({ code: "representative_limit" });
    expect(await people.ask(order, body("2", "30.00"))).toMatchObject({ held: "30.00", balance: null });
  });

  it("is collected with other goods beside it, for which none of the member's bonuses are spent", async () => {
    const { company, buyer } = await people.withBuyer(UP_TO);
    const placed = await orders.ready({ ...acting(buyer, company), lines: [line], spend: "10.00" });
    const visit = (number: string, spend: string) => ({
      storeId: "E-1",
      code: placed.pickupCode,
      occurredAt: formatInstant(ledger.clock.now()),
      receipt: { brand: "eldorado", storeId: "E-1", terminalId: "1", shift: "1", number },
      added: { lines: [{ ...line, lineId: "9" }], spend },
    });
    const params = { orderId: placed.orderId };
    expect(await people.refused(pickup, visit("A-1", "1.00"), params)).toMatchObject({ code: "representative_limit" });
    expect(await people.ask(pickup, visit("A-2", "max"), params)).toMatchObject({ captured: "10.00", spent: "10.00" });
  });
});

describe("a representative's card", () => {
  it("names for whom he may act, with the first name, what is left, and the balance where he may see it", async () => {
    const buyer = await people.person({ firstName: "Борис" });
    const anna = await people.person({ firstName: "Анна", lastName: "Каренина" });
    const firm = await people.person();
    await people.give(anna, "100.00");
    const seen = await people.grant(anna, buyer, UP_TO);
    const blind = await people.grant(firm, buyer, { see: false });
    const { actsFor } = await cardOf(buyer);
    expect(actsFor).toEqual([
      {
        representationId: blind.representationId,
        memberId: firm.memberId,
        firstName: null,
        rights: { see: false, spendUpTo: null },
        left: { perOperation: null, perMonth: null, most: "0.00" },
        balance: null,
      },
      {
        representationId: seen.representationId,
        memberId: anna.memberId,
        firstName: "Анна",
        rights: UP_TO,
        left: { perOperation: "30.00", perMonth: "50.00", most: "30.00" },
        balance: { available: "100.00", spendable: { mvideo: "100.00", eldorado: "100.00" } },
      },
    ]);
    expect((await cardOf(anna)).actsFor).toEqual([]);
    expect(JSON.stringify(actsFor)).not.toContain("Каренина");
  });

  it("has nobody on it whose link is over or has not begun, nor anybody while he is blocked", async () => {
    const { company, buyer, link } = await people.withBuyer(UP_TO);
    const later = await people.person();
    await people.grant(later, buyer, UP_TO, { from: formatInstant(ledger.clock.now() + 600_000) });
    expect((await cardOf(buyer)).actsFor).toMatchObject([{ memberId: company.memberId }]);
    await people.block(buyer);
    expect((await cardOf(buyer)).actsFor).toEqual([]);
    await people.unblock(buyer);
    await people.end(link);
    expect((await cardOf(buyer)).actsFor).toEqual([]);
  });

  it("names whoever stands for the member by now", async () => {
    const { company, buyer } = await people.withBuyer(UP_TO);
    const head = await people.person();
    const { survivorId } = await people.join(head, company);
    expect((await cardOf(buyer)).actsFor).toMatchObject([{ memberId: survivorId }]);
    await people.redeemFor(buyer, { memberId: survivorId }, "1.00");
  });
});

it("transfers and explanations say who has acted, and by which link", async () => {
  const { company, buyer, link } = await people.withBuyer(UP_TO);
  await people.buyFor(buyer, company, "100.00", "20.00");
  const { representationId, representativeId } = link;
  const { items } = await transfersOf(ledger.service, TILL, company.memberId, { limit: 20, cursor: undefined });
  const spent = items.find(({ event }) => event === "spend");
  expect(spent?.operation.representative).toEqual({ representationId, representativeId });
  expect(items.find(({ event }) => event === "grant")?.operation).toMatchObject({ name: "purchase" });
  expect(items.at(-1)?.operation.representative).toBeNull();
  const told = await explanationOf(ledger.service, TILL, company.memberId, { transferId: spent?.transferId });
  expect(told.operation).toMatchObject({ name: "purchase", representative: { representationId, representativeId } });
});
