import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accrual } from "../../src/bonuses/accrual.ts";
import { explanationOf } from "../../src/finance/explain/explain.ts";
import { OPERATIONS } from "../../src/finance/explain/words.ts";
import { formatAmount, parseAmount, sum } from "../../src/kernel/amount.ts";
import { formatInstant } from "../../src/kernel/clock.ts";
import { lotsOf } from "../../src/members/reads/lots.ts";
import { transfersOf } from "../../src/members/reads/transfers.ts";
import { modules } from "../../src/modules.ts";
import { People } from "../members/joining/people.ts";
import { testHttp, type TestHttp } from "../support/http.ts";
import { answerOf, START, TILL } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { bringBack, DAY_MS, holdFor, lineOf, liveThrough, release, sellTo, type Town } from "../support/town.ts";

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

  it("of what time has moved says so, and who has posted it, without that one's receipt and goods", async () => {
    const member = await ledger.newMember();
    const stated = { brand: "mvideo", kind: "promo", reason: "birthday", reference: "crm-3" };
    const life = {
      activeAt: formatInstant(ledger.clock.now() + DAY_MS),
      expiresAt: formatInstant(ledger.clock.now() + 9 * DAY_MS),
    };
    answerOf(await ledger.ask(accrual, { memberId: member, amount: "50.00", ...stated, ...life }));
    ledger.clock.moveTo(ledger.clock.now() + 2 * DAY_MS);
    await sellTo(ledger, member);
    await holdFor(ledger, member, 20_00n, { forMs: DAY_MS });
    ledger.clock.moveTo(ledger.clock.now() + 20 * DAY_MS);
    await sellTo(ledger, member);
    const { items } = await transfersOf(ledger.service, TILL, member, { limit: 200 });
    const told = async (event: string) => {
      const { transferId } = items.findLast((item) => item.event === event) ?? { transferId: "" };
      return explanationOf(ledger.service, TILL, member, { transferId });
    };
    for (const event of ["activation", "release", "expiry"]) {
      const { cause, operation, receipt, lines, words } = await told(event);
      expect([event, cause, operation.name, receipt, lines]).toEqual([event, "time", "purchase", null, []]);
      expect(words.en.slice(0, 3).join("\n")).toMatch(
        /Cause: the passing of time\.[^]*along with another operation: a purchase/,
      );
      expect(words.en.join("\n")).not.toMatch(/Receipt|Line /);
      expect(words.ru.join("\n")).toMatch(/Причина — наступил срок\.[^]*вместе с другой операцией: покупка/);
    }
    expect(await told("grant")).toMatchObject({ cause: "operation", operation: { name: "accrual" } });
    expect(await told("hold")).toMatchObject({ cause: "operation", operation: { name: "hold" } });
  });

  it("of what an operation has given back says that it has, also where it expired at once", async () => {
    const member = await ledger.newMember();
    const stated = { brand: "mvideo", kind: "promo", reason: "birthday", reference: "crm-4" };
    const expiresAt = formatInstant(ledger.clock.now() + 5 * DAY_MS);
    answerOf(await ledger.ask(accrual, { memberId: member, amount: "50.00", ...stated, expiresAt }));
    const held = await holdFor(ledger, member, 20_00n, { forMs: 20 * DAY_MS });
    ledger.clock.moveTo(ledger.clock.now() + 10 * DAY_MS);
    await release(ledger, held);
    const { items } = await transfersOf(ledger.service, TILL, member, { limit: 200 });
    const causes = await Promise.all(
      items.map(async ({ transferId, event, amount }) => {
        const { cause } = await explanationOf(ledger.service, TILL, member, { transferId });
        return `${event} ${amount}: ${cause}`;
      }),
    );
    expect(causes).toEqual([
      "expiry 20.00: operation",
      "release 20.00: operation",
      "expiry 30.00: time",
      "hold 20.00: operation",
      "activation 50.00: operation",
      "grant 50.00: operation",
    ]);
  });

  it("of who has become part of a member is found under either, wherever it lies", async () => {
    const people = new People(ledger);
    const [one, other] = [await people.person(), await people.person()];
    const lots = [await people.give(one, "10.00"), await people.give(other, "20.00")];
    const before = await Promise.all(
      [one, other].map(({ memberId }) => transfersOf(ledger.service, TILL, memberId, { limit: 9 })),
    );
    const { survivorId, absorbedId } = await people.join(one, other);
    const grants = before.flatMap(({ items }) => items);
    for (const named of [survivorId, absorbedId]) {
      for (const { transferId } of grants) {
        const told = await explanationOf(ledger.service, TILL, named, { transferId });
        expect(told).toMatchObject({ memberId: survivorId, transfer: { transferId } });
      }
      for (const lotId of lots) {
        const told = await explanationOf(ledger.service, TILL, named, { lotId });
        expect(told).toMatchObject({ memberId: survivorId, lot: { lotId, closed: false } });
      }
    }
  });

  it("says that there is more where a lot has had more ends than it shows", async () => {
    const people = new People(ledger);
    const lotId = await people.give(await people.person(), "10.00");
    const told = async () => {
      const [lot] = await ledger.database.sql<{ member: string }[]>`
        select 'mbr_' || replace(member_id::text, '-', '') as member from lots where lot_id = ${lotId.slice(4)}::uuid`;
      return (await explanationOf(ledger.service, TILL, lot?.member ?? "", { lotId })).truncated;
    };
    expect(await told()).toBe(false);
    await ledger.database.sql`
      insert into lot_terms (bucket, member_id, lot_id, operation_id, ordinal, posted_at, wallet_version, former_end, new_end, reason)
      select l.bucket, l.member_id, l.lot_id, l.operation_id, n, now(), 1, l.expires_at - interval '1 day', l.expires_at, 'extension'
      from lots l, generate_series(1, 1001) n where l.lot_id = ${lotId.slice(4)}::uuid`;
    expect(await told()).toBe(true);
    await ledger.database.sql.unsafe(`alter table lot_terms disable trigger user;
      delete from lot_terms where lot_id = '${lotId.slice(4)}' and ordinal > 0; alter table lot_terms enable trigger user`);
  });

  it("has words for every operation that can move bonuses, or post what was due", async () => {
    const operations = modules.flatMap(({ operations: asked, ownOperations = [] }) => [...asked, ...ownOperations]);
    // Loads no wallet, so that nothing is posted in one.
    const without = operations.filter((operation) => {
      return !/wallets|needs|Needs/.test(operation.needs.toString().replace(/^\s*needs/, ""));
    });
    const told = operations.filter((operation) => !without.includes(operation));
    expect(told.map(({ name }) => name).filter((name) => !(name in OPERATIONS))).toEqual([]);
    expect(without.map(({ name }) => name).filter((name) => name in OPERATIONS)).toEqual([]);
    const moved = await ledger.database.sql<
      { name: string }[]
    >`select distinct o.name from operations o join transfers using (operation_id)`;
    expect(moved.map(({ name }) => name).filter((name) => !told.some((operation) => operation.name === name))).toEqual(
      [],
    );
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
