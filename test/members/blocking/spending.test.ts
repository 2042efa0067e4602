/** A blocked member spends nothing: what is refused, what goes on, and what becomes of what was promised before. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hold } from "../../../src/bonuses/hold/hold.ts";
import { holdCapture } from "../../../src/bonuses/hold/hold-capture.ts";
import { holdRelease } from "../../../src/bonuses/hold/hold-release.ts";
import { redemption } from "../../../src/bonuses/redemption.ts";
import { explanationOf } from "../../../src/finance/explain/explain.ts";
import { memberBlock } from "../../../src/members/blocking/block.ts";
import { memberUnblock } from "../../../src/members/blocking/unblock.ts";
import { balanceOf } from "../../../src/members/reads/balance.ts";
import { transfersOf } from "../../../src/members/reads/transfers.ts";
import { cancel } from "../../../src/orders/changes/order-cancel.ts";
import { pickup } from "../../../src/orders/pickup/pickup.ts";
import { order } from "../../../src/orders/placing/order.ts";
import { purchase } from "../../../src/sales/purchase/purchase.ts";
import { quote } from "../../../src/sales/quote/quote.ts";
import { reversal } from "../../../src/sales/reversal/reversal.ts";
import { newTestKey, testLedger, type TestLedger, TILL } from "../../support/ledger.ts";
import { addPolicy } from "../../support/policies.ts";
import { expectProof } from "../../support/proof.ts";
import { TestOrders } from "../../support/town-orders.ts";
import { Security } from "./security.ts";

let ledger: TestLedger;
let security: Security;
let orders: TestOrders;
beforeAll(async () => {
  ledger = await testLedger();
  security = new Security(ledger);
  orders = new TestOrders(ledger);
});
afterAll(async () => {
  await expectProof(ledger);
  await ledger.close();
});

const NOTHING = { code: "spending_unavailable", data: {} };
const line = { lineId: "1", sku: "a", category: "tv", quantity: "1", unitPrice: "1000.00" };
const now = () => new Date(ledger.clock.now()).toISOString();
let numbers = 0;
const sale = (who: object, spend: string, more: object = {}) => ({
  receipt: { brand: "mvideo", storeId: "M-1", terminalId: "7", shift: "1", number: `${(numbers += 1)}` },
  channel: "pos",
  ...who,
  lines: [line],
  spend,
  occurredAt: now(),
  ...more,
});
/** What a till is shown. */
function quoted(who: object, spend: string) {
  const asked = { brand: "mvideo", storeId: "M-1", channel: "pos", ...who, lines: [line], spend };
  const body = quote.body?.parse(asked) as never;
  return quote.read(ledger.service, { actor: TILL, params: {}, query: {}, body });
}

describe("a blocked member", () => {
  it("redeems nothing, and puts nothing aside", async () => {
    const { card } = await security.blocked();
    const terms = { identifier: card, amount: "10.00", brand: "mvideo", reference: "test" };
    expect(await security.refused(redemption, { ...terms, storeId: "M-1" })).toEqual(NOTHING);
    expect(await security.refused(hold, terms)).toEqual(NOTHING);
  });

  it("pays with money and earns; with bonuses it is refused, and told nothing of what it has", async () => {
    const { card, memberId } = await security.blocked();
    expect(await security.refused(purchase, sale({ identifier: card }, "10.00"))).toEqual({
      code: "spending_unavailable",
      data: { asked: "10.00", available: "0.00", maxSpend: "0.00" },
    });
    const sold = await security.ask(purchase, sale({ identifier: card }, "0.00"));
    expect(sold).toMatchObject({ spent: "0.00", earned: "30.00", balance: { spendable: { mvideo: "0.00" } } });
    expect(await balanceOf(ledger.service, memberId)).toMatchObject({
      available: "100.00",
      pending: "30.00",
      spendable: { mvideo: "0.00", eldorado: "0.00" },
    });
  });

  it("is refused as well where the receipt is of before the block, and comes after it", async () => {
    const person = await security.person();
    await security.give(person, "100.00");
    const late = sale({ identifier: person.card }, "10.00");
    security.later();
    await security.block(person);
    expect((await security.refused(purchase, late)).code).toBe("spending_unavailable");
  });

  it("who asks for as many as can be is sold without bonuses", async () => {
    const { card } = await security.blocked();
    expect(await security.ask(purchase, sale({ identifier: card }, "max"))).toMatchObject({ spent: "0.00" });
    const placed = await orders.place({ identifier: card, spend: "max" });
    expect(await orders.step(placed.orderId, cancel)).toMatchObject({ held: "0.00" });
  });

  it("is quoted nothing to spend, with a reason that says nothing of him", async () => {
    const { card } = await security.blocked();
    expect(await quoted({ identifier: card }, "max")).toMatchObject({
      maxSpend: "0.00",
      spend: "0.00",
      earn: { amount: "30.00" },
      reasons: [{ code: "spending_unavailable" }],
    });
    await expect(quoted({ identifier: card }, "10.00")).rejects.toThrow("spending_unavailable");
  });

  it("cites a quote of before: the till is shown a fresh one, with nothing to spend", async () => {
    const person = await security.person();
    await security.give(person, "100.00");
    const { quoteId } = await quoted({ identifier: person.card }, "10.00");
    await security.block(person);
    const asked = sale({ identifier: person.card }, "10.00", { quoteId });
    expect(await security.refused(purchase, asked)).toMatchObject({
      code: "quote_changed",
      data: { quote: { maxSpend: "0.00", reasons: [{ code: "spending_unavailable" }] } },
    });
  });

  it("orders with money only", async () => {
    const { card } = await security.blocked();
    const asked = { orderNumber: newTestKey(), brand: "mvideo", channel: "web", identifier: card, lines: [line] };
    const place = { pickup: { brand: "eldorado", storeId: "E-1" } };
    expect(await security.refused(order, { ...asked, ...place, spend: "10.00" })).toMatchObject({ code: NOTHING.code });
    await security.ask(order, { ...asked, ...place, spend: "0.00" });
  });

  it("is granted bonuses, brings goods back, and has a receipt undone, as anybody", async () => {
    const person = await security.person();
    await security.give(person, "100.00");
    const sold = await security.buy({ identifier: person.card }, "200.00", "100.00");
    const other = sale({ identifier: person.card }, "0.00");
    await security.ask(purchase, other);
    await security.block(person);
    await security.give(person, "5.00");
    expect(await security.bring(sold, 1)).toMatchObject({ bonusesBack: "50.00" });
    expect(await security.ask(reversal, { receipt: other.receipt, kind: "purchase" })).toMatchObject({
      outcome: "reversed",
    });
    expect(await security.available(person)).toBe(55_00n);
  });

  it("spends again once it is let go", async () => {
    const person = await security.blocked();
    expect(await security.unblock(person)).toMatchObject({ memberId: person.memberId, status: "active" });
    await security.redeem({ identifier: person.card }, "60.00");
    expect(await security.available(person)).toBe(40_00n);
  });
});

describe("what was put aside before the block", () => {
  it("is told to whoever blocks, soonest end first, and can be given back", async () => {
    const person = await security.person();
    await security.give(person, "100.00");
    const { orderId } = await orders.place({ identifier: person.card, spend: "20.00" });
    const holdId = await security.pin({ identifier: person.card }, "30.00");
    const { openHolds, balance } = await security.block(person);
    expect(openHolds).toMatchObject([
      { holdId, orderId: null, brand: "mvideo", amount: "30.00" },
      { orderId, brand: "eldorado", amount: "20.00" },
    ]);
    expect(balance).toMatchObject({ available: "50.00", held: "50.00" });
    await security.ask(holdRelease, {}, { holdId });
    await orders.step(orderId, cancel);
    expect(await security.available(person)).toBe(100_00n);
  });

  it("stays promised: a hold is captured, in parts as well", async () => {
    const person = await security.person();
    await security.give(person, "100.00");
    const holdId = await security.pin({ identifier: person.card }, "30.00");
    await security.block(person);
    await security.ask(holdCapture, { amount: "10.00", final: false }, { holdId });
    expect(await security.ask(holdCapture, {}, { holdId })).toMatchObject({ captured: "20.00", status: "captured" });
  });

  it("stays promised: an order is handed out, and goods that are added to it are paid with money", async () => {
    const person = await security.person();
    await security.give(person, "100.00");
    const placed = await orders.ready({ identifier: person.card, spend: "20.00" });
    await security.block(person);
    const receipt = { brand: "eldorado", storeId: "E-1", terminalId: "9", shift: "1", number: newTestKey() };
    const visit = { storeId: "E-1", code: placed.pickupCode, receipt, occurredAt: now() };
    const added = (spend: string) => ({ ...visit, added: { lines: [{ ...line, lineId: "a" }], spend } });
    expect(await security.refused(pickup, added("5.00"), { orderId: placed.orderId })).toMatchObject({
      code: NOTHING.code,
    });
    expect(await orders.step(placed.orderId, pickup, added("max"))).toMatchObject({
      spent: "20.00",
      captured: "20.00",
    });
  });
});

describe("a block that is asked for", () => {
  it("twice with one key is answered twice the same, and happens once", async () => {
    const person = await security.person();
    const asked = { params: { memberId: person.memberId }, idempotencyKey: newTestKey() };
    const first = await ledger.ask(memberBlock, { reason: "r" }, asked);
    await security.unblock(person);
    const second = await ledger.ask(memberBlock, { reason: "r" }, asked);
    expect(second).toEqual({ ...first, replayed: true });
    expect((await security.refused(memberUnblock, { reason: "r" }, { memberId: person.memberId })).code).toBe(
      "not_blocked",
    );
  });

  it("of one who is blocked is refused, and says since when; so is the end of none", async () => {
    const person = await security.person();
    const params = { memberId: person.memberId };
    expect(await security.refused(memberUnblock, { reason: "r" }, params)).toEqual({
      code: "not_blocked",
      data: { operationId: null, since: null },
    });
    const { operationId, since } = await security.block(person);
    security.later();
    expect(await security.refused(memberBlock, { reason: "another" }, params)).toEqual({
      code: "already_blocked",
      data: { operationId, since },
    });
  });

  it("ten times at once happens once", async () => {
    const { memberId } = await security.person();
    const asked = Array.from({ length: 10 }, () => ledger.ask(memberBlock, { reason: "r" }, { params: { memberId } }));
    const told = (await Promise.all(asked)).map((one) => (one.kind === "refused" ? one.code : one.kind)).toSorted();
    expect(told).toEqual(["accepted", ...Array.from({ length: 9 }, () => "already_blocked")]);
  });

  it("in one group with its end and the next is kept with both", async () => {
    const { memberId } = await security.person();
    const asked = { params: { memberId } };
    const told = await Promise.all([
      ledger.ask(memberBlock, { reason: "r" }, asked),
      ledger.ask(memberUnblock, { reason: "r" }, asked),
      ledger.ask(memberBlock, { reason: "r" }, asked),
    ]);
    expect(told.map(({ kind }) => kind)).toEqual(["accepted", "accepted", "accepted"]);
  });

  it("of nobody finds nobody", async () => {
    for (const memberId of ["mbr_x", "mbr_0195560d2a0070008a30f1c2d3e4f000"]) {
      await expect(security.ask(memberBlock, { reason: "r" }, { memberId })).rejects.toThrow("member_not_found");
    }
  });
});

describe("a balance as of an instant", () => {
  it("is what it was then: blocked or not, and the same amounts", async () => {
    const person = await security.person();
    await security.give(person, "100.00");
    const before = security.later();
    security.later();
    await security.block(person);
    const during = security.later();
    security.later();
    await security.unblock(person);
    security.later();
    await security.give(person, "1.00");
    const at = async (instant: number) => {
      const { available, spendable } = await balanceOf(ledger.service, person.memberId, instant);
      return { available, spendable: spendable["mvideo"] };
    };
    expect(await at(before)).toEqual({ available: "100.00", spendable: "100.00" });
    expect(await at(during)).toEqual({ available: "100.00", spendable: "0.00" });
    expect(await at(security.later())).toEqual({ available: "101.00", spendable: "101.00" });
  });
});

describe("where the rules say that the blocked earn nothing", () => {
  it("a sale, a quote and a pickup of theirs earn nothing, and say so in words that tell nothing of them", async () => {
    const person = await security.person();
    await security.give(person, "100.00");
    const placed = await orders.ready({ identifier: person.card, spend: "20.00" });
    await security.block(person);
    await addPolicy(ledger.database, 2, security.later(), "{earning,blockedMembersEarn}", false);
    security.later();
    const who = { identifier: person.card };
    expect(await security.ask(purchase, sale(who, "0.00"))).toMatchObject({ earned: "0.00", earn: null });
    expect(await quoted(who, "max")).toMatchObject({
      earn: null,
      reasons: [{ code: "spending_unavailable" }, { code: "earning_unavailable" }],
    });
    await orders.collect(placed);
    const page = { limit: 50, cursor: undefined };
    const { items } = await transfersOf(ledger.service, TILL, person.memberId, page);
    const transferId = items.find(({ event }) => event === "spend")?.transferId;
    const explained = await explanationOf(ledger.service, TILL, person.memberId, { transferId });
    expect(explained.lines).toMatchObject([{ earned: "0.00", rate: "0" }, {}]);
    await security.unblock(person);
    expect(await security.ask(purchase, sale(who, "0.00"))).toMatchObject({
      earned: "30.00",
      balance: { pending: "30.00" },
    });
  });
});
