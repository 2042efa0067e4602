import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accrual } from "../../src/bonuses/accrual.ts";
import { explanationOf } from "../../src/finance/explain/explain.ts";
import { formatAmount, parseAmount, sum } from "../../src/kernel/amount.ts";
import { formatInstant } from "../../src/kernel/clock.ts";
import { lotsOf } from "../../src/members/reads/lots.ts";
import { transfersOf } from "../../src/members/reads/transfers.ts";
import { testHttp, type TestHttp } from "../support/http.ts";
import { answerOf, START, TILL } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { bringBack, DAY_MS, lineOf, liveThrough, sellTo, type Town } from "../support/town.ts";

let ledger: TestHttp;
let town: Town;
beforeAll(async () => {
  ledger = await testHttp();
  town = await liveThrough(ledger);
});
afterAll(() => ledger.close());

const sumOf = (step: { pending: string; available: string; held: string }) =>
  `${step.pending} ${step.available} ${step.held}`;

describe("an explanation", () => {
  it("of any lot ends with what the lot has, and begins with its grant", async () => {
    for (const memberId of [town.rich, town.debtor, town.late]) {
      const { items } = await lotsOf(ledger.service, memberId, { limit: 200 });
      expect(items.length).toBeGreaterThan(0);
      for (const lot of items) {
        const told = await explanationOf(ledger.service, TILL, memberId, { lotId: lot.lotId });
        expect(told.lot).toEqual(lot);
        const grants = told.history.filter(({ event }) => event === "grant" || event === "claim");
        expect(grants[0]).toBe(told.history[0]);
        expect(sum(grants.map(({ amount }) => parseAmount(amount)))).toBe(parseAmount(lot.granted));
        expect(sumOf(told.history.at(-1)?.after ?? { pending: "", available: "", held: "" })).toBe(sumOf(lot));
        expect(told.ends.at(-1)?.until).toBe(lot.expiresAt);
        expect(told.operation.operationId).toBe(lot.operationId);
        expect(told.words.ru).toHaveLength(told.words.en.length);
      }
    }
  });

  it("of any transfer names the operation that made it, and its lot", async () => {
    const { items } = await transfersOf(ledger.service, TILL, town.rich, { limit: 200 });
    for (const transfer of items) {
      const told = await explanationOf(ledger.service, TILL, town.rich, { transferId: transfer.transferId });
      expect(told.transfer).toEqual(transfer);
      expect(told.operation.operationId).toBe(transfer.operationId);
      expect(told.lot?.lotId ?? null).toBe(transfer.lotId);
    }
    expect(new Set(items.map(({ event }) => event)).size).toBeGreaterThan(6);
  });

  it("shows a receipt and its goods to whoever may read purchases, and to nobody else", async () => {
    const member = await ledger.newMember();
    const { purchaseId } = await sellTo(ledger, member, {});
    const lotId = `lot_${purchaseId.slice(4, -3)}001`;
    const asCrm = { ...TILL, scopes: new Set(["crm" as const]) };
    const told = await explanationOf(ledger.service, asCrm, member, { lotId });
    expect([told.receipt, told.lines, told.lot?.lotId]).toEqual([null, [], lotId]);
    expect(JSON.stringify(told.words)).not.toMatch(/Receipt|Чек \d/);
    expect((await explanationOf(ledger.service, TILL, member, { lotId })).receipt).not.toBeNull();
  });

  it("of what a sale earned shows its receipt, each line and the rate that applied", async () => {
    const member = await ledger.newMember();
    const lines = [
      lineOf("1", 99_99n),
      { ...lineOf("2", 50_000n), category: "gift-card" },
      { ...lineOf("3", 100_00n), noEarn: true },
    ];
    const sold = await sellTo(ledger, member, { lines });
    const told = await explanationOf(ledger.service, TILL, member, { lotId: sold.earn?.lotId ?? "" });
    expect(told).toMatchObject({
      operation: { name: "purchase", policyVersion: 1, storeId: "M-1", channel: "pos", clientId: TILL.clientId },
      receipt: sold.receipt,
      lines: [
        { lineId: "1", sku: "sku-1", money: "99.99", bonuses: "0.00", earned: "2.00", rate: "0.03" },
        { lineId: "2", category: "gift-card", earned: "0.00", rate: "0" },
        { lineId: "3", earned: "0.00", rate: "0" },
      ],
      ends: [{ since: null, why: "life" }],
    });
    expect(told.words.ru.join("\n")).toMatch(/покупка[^]*магазин M-1[^]*99\.99 руб[^]*2\.00 по ставке 0\.03/);
    expect(told.words.en.join("\n")).toMatch(/a purchase[^]*store M-1[^]*earned 2\.00 at a rate of 0\.03/);
  });

  it("says why a lot ends when it does: its life, a later purchase, a return, or what was stated", async () => {
    const member = await ledger.newMember();
    const now = ledger.clock.now();
    const first = await sellTo(ledger, member);
    const given = {
      memberId: member,
      amount: "50.00",
      brand: "mvideo",
      kind: "promo",
      reason: "birthday",
      reference: "crm-1",
    };
    const stated = { activeAt: formatInstant(now), expiresAt: formatInstant(now + 16 * DAY_MS) };
    const { lotId } = answerOf(await ledger.ask(accrual, { ...given, ...stated })) as { lotId: string };
    ledger.clock.moveTo(now + 15 * DAY_MS);
    const second = await sellTo(ledger, member, { spend: "max" });
    ledger.clock.moveTo(now + 17 * DAY_MS);
    await bringBack(ledger, second.purchaseId);
    const earned = await explanationOf(ledger.service, TILL, member, { lotId: first.earn?.lotId ?? "" });
    expect(earned.ends).toMatchObject([
      { since: null, until: first.earn?.expiresAt, why: "life", operationId: null },
      { since: formatInstant(now + 15 * DAY_MS), why: "extension", operationId: second.operationId },
    ]);
    const promo = await explanationOf(ledger.service, TILL, member, { lotId });
    expect(promo.ends).toMatchObject([
      { since: null, until: formatInstant(now + 16 * DAY_MS), why: "stated" },
      { since: formatInstant(now + 17 * DAY_MS), why: "grace" },
    ]);
    expect(promo.words.en.join("\n")).toMatch(/Reason: birthday[^]*Reference: crm-1[^]*the grace after a return/);
    const back = promo.history.find(({ event }) => event === "unspend");
    const ofReturn = await explanationOf(ledger.service, TILL, member, { transferId: back?.transferId ?? "" });
    expect(ofReturn).toMatchObject({ operation: { name: "return" }, lines: [{ lineId: "1", rate: null }] });
    expect(ofReturn.receipt?.number).not.toBe(second.receipt.number);
    expect(parseAmount(ofReturn.lines[0]?.bonuses ?? "")).toBeGreaterThanOrEqual(parseAmount(back?.amount ?? ""));
  });

  it("tells a client of one brand no more of the other's operation than that it was", async () => {
    const member = await ledger.newMember();
    const given = {
      memberId: member,
      amount: "50.00",
      brand: "eldorado",
      kind: "promo",
      reason: "apology",
      reference: "crm-2",
    };
    const { lotId } = answerOf(await ledger.ask(accrual, given)) as { lotId: string };
    const told = await explanationOf(ledger.service, { ...TILL, brand: "mvideo" }, member, { lotId });
    expect(told.operation).toMatchObject({
      name: "accrual",
      brand: "eldorado",
      reason: null,
      reference: null,
      clientId: null,
    });
    expect(JSON.stringify(told)).not.toMatch(/apology|crm-2/);
  });

  it("shows what time has made and nobody has posted, and writes nothing", async () => {
    const member = await ledger.newMember();
    await ledger.give(member, 30_00n);
    const { items } = await lotsOf(ledger.service, member, { limit: 1 });
    ledger.clock.moveTo(ledger.clock.now() + 100 * DAY_MS);
    const told = await explanationOf(ledger.service, TILL, member, { lotId: items[0]?.lotId });
    expect(told.history.at(-1)).toMatchObject({
      transferId: null,
      postedAt: null,
      event: "expiry",
      amount: formatAmount(30_00n),
      occurredAt: items[0]?.expiresAt,
      after: { pending: "0.00", available: "0.00", held: "0.00" },
    });
    expect((await transfersOf(ledger.service, TILL, member, { limit: 9 })).items).toHaveLength(2);
    await expectProof(ledger);
  });

  it("is given over HTTP for one of the two, of this member", async () => {
    const { items } = await transfersOf(ledger.service, TILL, town.rich, { limit: 1 });
    const path = `/v1/members/${town.rich}/explain`;
    const transferId = items[0]?.transferId ?? "";
    expect(await ledger.get(`${path}?transferId=${transferId}`)).toMatchObject({
      status: 200,
      body: { memberId: town.rich },
    });
    for (const query of ["", `?transferId=${transferId}&lotId=lot_1`]) {
      expect(await ledger.get(path + query)).toMatchObject({ status: 422, body: { code: "unprocessable_request" } });
    }
    const stranger = `/v1/members/${town.debtor}/explain?transferId=${transferId}`;
    for (const other of [
      `${path}?lotId=lot_1`,
      `${path}?transferId=trn_${"f".repeat(40)}`,
      `${path}?transferId=x`,
      stranger,
    ]) {
      expect(await ledger.get(other), other).toMatchObject({ status: 404, body: { code: "not_found" } });
    }
    const nobody = path.replace(town.rich, "mbr_1");
    expect(await ledger.get(`${nobody}?transferId=x`)).toMatchObject({
      status: 404,
      body: { code: "member_not_found" },
    });
    expect(ledger.clock.now()).toBeGreaterThan(START);
  });
});
