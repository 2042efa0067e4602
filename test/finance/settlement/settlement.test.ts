/** Settlements: made of closed months, agreed by two people of two sides, paid; and nothing of them is billed twice. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Judged } from "../../../src/engine/outcome.ts";
import { settlementAgreement } from "../../../src/finance/settlement/agree.ts";
import { settlement } from "../../../src/finance/settlement/settle.ts";
import { openService } from "../../../src/service.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { TEST_KEYS } from "../../support/keys.ts";
import { ask, TILL } from "../../support/ledger.ts";
import { settled } from "../exports/settled.ts";
import { by, Settling } from "./settling.ts";

let http: TestHttp;
let finance: Settling;
beforeAll(async () => {
  http = await testHttp();
  finance = await Settling.of(http);
}, 120_000);
afterAll(() => http.close());

const refused = (code: string) => ({ status: 409, body: { code } });
const staff = (staffId: string) => ({ ...TILL, brand: null, staffId });
const closedThrough = async (month: string, until: string) => {
  finance.moveTo(until);
  await finance.close(month);
};
const told = (outcomes: readonly Judged[]): string[] =>
  outcomes
    .map((outcome) => (outcome.kind === "refused" ? outcome.code : `${outcome.status}`))
    .toSorted((a, b) => a.localeCompare(b));
/** What a lane of another process would do. */
const otherService = () => openService({ target: http.database, clock: http.clock, personal: TEST_KEYS, lanes: 1 });

const journalRows = async () =>
  (await http.database.sql<{ count: bigint }[]>`select count(*) from transfers`)[0]?.count;

describe("a settlement", () => {
  it("is made of a closed month, agreed by both sides, and paid", async () => {
    const member = await http.newMember();
    await http.give(member, 1_000_00n);
    await finance.sell(member, "eldorado", "E-1", 500_00n, 123_45n);
    expect(await finance.settle("2026-03")).toMatchObject(refused("period_not_closed"));
    await closedThrough("2026-03", "2026-04-02");
    const made = await finance.settled("2026-03");
    const { settlementId: id } = made;
    expect(made).toMatchObject({ number: 1, between: ["eldorado", "mvideo"], lines: 1 });
    expect(made.owes).toEqual({ mvideo: "123.45", eldorado: "0.00" });
    expect(await finance.pay(id)).toMatchObject(refused("settlement_not_open"));
    expect(await finance.agree(id, "mvideo")).toMatchObject({ status: 202, body: { status: "draft" } });
    expect(await finance.agree(id, "mvideo", { staff: "vera-3" })).toMatchObject(refused("settlement_not_open"));
    expect(await finance.agree(id, "eldorado")).toMatchObject({ status: 200, body: { status: "agreed" } });
    expect(await finance.drop(id)).toMatchObject(refused("settlement_not_open"));
    for (const paidOn of ["2026-03-31", "2026-04-03", "2026-02-30"]) {
      const errors = [{ path: "paidOn" }];
      const status = paidOn === "2026-02-30" ? 400 : 422;
      expect(await finance.pay(id, { paidOn })).toMatchObject({ status, body: { errors } });
    }
    expect((await finance.list("agreed")).items).toMatchObject([{ settlementId: id, paidOn: null }]);
    const booked = await journalRows();
    const paid = await finance.pay(id, { paidOn: "2026-04-01" });
    expect(paid).toMatchObject({ status: 200, body: { status: "paid", paidOn: "2026-04-01" } });
    // Paying posts nothing.
    expect(await journalRows()).toBe(booked);
    expect(await finance.pay(id)).toMatchObject(refused("settlement_not_open"));
    const { body } = await finance.read(id);
    expect(body).toMatchObject({
      status: "paid",
      balance: "123.45",
      balanceInWords: "Сто двадцать три рубля 45 копеек",
    });
    expect(body).toMatchObject({
      made: { staffId: "maker-1" },
      paid: { reference: "payment order 481", paidOn: "2026-04-01" },
    });
    expect((await finance.list("paid")).items).toMatchObject([{ settlementId: id, paidOn: "2026-04-01" }]);
    expect(await finance.page(id)).toContain("Расчёты завершены 01.04.2026: payment order 481 (отмечено 02.04.2026");
    const [payment] = await http.database.sql<{ events: readonly { data: object }[] }[]>`
      select events from operations where name = 'settlement-payment' and refusal is null`;
    expect(payment?.events).toMatchObject([{ name: "settlement.paid", version: 2, data: { paidOn: "2026-04-01" } }]);
    await settled(http.database);
    const exported = await http.get<string>("/v1/exports/settlement", { key: finance.key });
    expect(exported.body).toMatch(/,paid_on\n.*,2026-04-01\n$/);
    expect(finance.linesOf(body, "mvideo")).toMatchObject([
      {
        section: "spent",
        kind: "promo",
        price: "1.00",
        vatRate: "0.22",
        bonuses: "123.45",
        total: "123.45",
        vat: "22.26",
      },
    ]);
  });

  it("of months that have one is not made again, nor out of turn, nor of months that overlap", async () => {
    expect(await finance.settle("2026-03")).toMatchObject(refused("settlement_exists"));
    await closedThrough("2026-04", "2026-06-01");
    await finance.close("2026-05");
    const outOfOrder = { status: 409, body: { code: "settlement_out_of_order", next: "2026-04" } };
    expect(await finance.settle("2026-05")).toMatchObject(outOfOrder);
    expect(await finance.settle("2026-03", "2026-04")).toMatchObject(outOfOrder);
    expect(await finance.settle("2026-02")).toMatchObject(outOfOrder);
    const april = await finance.settled("2026-04");
    // A draft comes first: what it has may still be dropped.
    expect(await finance.settle("2026-05")).toMatchObject({ body: { code: "settlement_out_of_order", next: null } });
    expect(await finance.drop(april.settlementId)).toMatchObject({ status: 200, body: { status: "dropped" } });
    expect(await finance.agree(april.settlementId, "mvideo")).toMatchObject(refused("settlement_not_open"));
    // Several months at once, under a number of their own.
    expect(await finance.settled("2026-04", "2026-05")).toMatchObject({ number: 3 });
  });

  it("whose sum is zero is one, too: nothing has happened, or all has come back", async () => {
    const [waiting] = (await finance.list("draft")).items;
    const empty = await finance.read(waiting!.settlementId);
    expect(empty.body).toMatchObject({ balance: "0.00", balanceInWords: "Ноль рублей 00 копеек" });
    expect(await finance.page(waiting!.settlementId)).toContain("Взаимные требования равны: к уплате 0,00 руб.");
    await finance.agreed({ ...waiting!, number: 3, lines: 0 });
    expect(await finance.pay(waiting!.settlementId)).toMatchObject({ status: 200 });
    const member = await http.newMember();
    await http.give(member, 1_000_00n);
    const sold = await finance.sell(member, "eldorado", "E-1", 500_00n, 200_00n);
    await finance.bringBack(sold, "mvideo", "M-1", "2");
    await closedThrough("2026-06", "2026-07-01");
    const june = await finance.settled("2026-06");
    expect(june).toMatchObject({ owes: { mvideo: "0.00", eldorado: "0.00" }, lines: 2 });
    expect(finance.linesOf((await finance.read(june.settlementId)).body, "mvideo")).toMatchObject([
      { section: "spent", bonuses: "200.00", total: "200.00", vat: "36.07" },
      { section: "returned", bonuses: "-200.00", total: "-200.00", vat: "-36.07" },
    ]);
    await finance.agreed(june);
  });
});

describe("what is agreed", () => {
  it("takes different people for the two sides, whatever clients they come by", async () => {
    await closedThrough("2026-07", "2026-08-01");
    const { settlementId: id } = await finance.settled("2026-07");
    const other = await http.newKey(["finance"]);
    const ofMvideo = await http.newKey(["finance"], "mvideo");
    expect(await finance.agree(id, "mvideo", { staff: "anna-1", key: ofMvideo })).toMatchObject({ status: 202 });
    expect(await finance.agree(id, "eldorado", { staff: "anna-1" })).toMatchObject(refused("second_person_needed"));
    expect(await finance.agree(id, "eldorado", { staff: "Anna-1", key: other })).toMatchObject(
      refused("second_person_needed"),
    );
    const nobody = await http.post(`/v1/settlements/${id}/agree`, { entity: "eldorado", reason: "x" }, { key: other });
    expect(nobody).toMatchObject({ status: 403, body: { code: "staff_required" } });
    expect(await finance.agree(id, "technosila")).toMatchObject({
      status: 404,
      body: { code: "settlement_not_found" },
    });
    expect(await finance.agree(id, "eldorado", { staff: "boris-2", key: other })).toMatchObject({ status: 200 });
  });

  it("of two who agree at once, at two services, is agreed once for each side", async () => {
    await closedThrough("2026-08", "2026-09-01");
    const { settlementId } = await finance.settled("2026-08");
    const other = await otherService();
    const agree = (service: typeof other, entity: string, staffId: string) =>
      ask(service, settlementAgreement, { entity, reason: "x" }, { params: { settlementId }, actor: staff(staffId) });
    const sides = await Promise.all([agree(http.service, "mvideo", "anna-1"), agree(other, "mvideo", "boris-2")]);
    expect(told(sides)).toEqual(["202", "settlement_not_open"]);
    const both = await Promise.all([agree(http.service, "eldorado", "vera-3"), agree(other, "eldorado", "vera-3")]);
    expect(told(both)).toEqual(["200", "settlement_not_open"]);
    await other.close();
  });

  it("is made once where two services make it at once", async () => {
    await closedThrough("2026-09", "2026-10-01");
    const other = await otherService();
    const make = (service: typeof other) =>
      ask(service, settlement, { from: "2026-09", to: "2026-09" }, { actor: staff("maker-1") });
    const both = await Promise.all([make(http.service), make(other)]);
    expect(told(both)).toEqual(["201", "settlement_exists"]);
    expect((await finance.list("draft")).items).toHaveLength(1);
    await other.close();
  });

  it("keeps its months closed, and a draft of months that were opened again is not agreed", async () => {
    // September waits as a draft: it may be opened again, August may not.
    expect((await finance.changeBooks("2026-09", "reopen")).map(({ status }) => status)).toEqual([202, 200]);
    expect((await finance.changeBooks("2026-08", "reopen"))[0]).toMatchObject(refused("period_settled"));
    await finance.close("2026-09");
    const [draft] = (await finance.list("draft")).items;
    expect(await finance.agree(draft!.settlementId, "mvideo")).toMatchObject(refused("settlement_outdated"));
    await finance.drop(draft!.settlementId);
    await finance.agreed(await finance.settled("2026-09"));
    expect((await finance.changeBooks("2026-09", "reopen"))[0]).toMatchObject(refused("period_settled"));
  });

  it("never changes, whoever writes it", async () => {
    const written = (text: string) =>
      http.database.sql.unsafe(text).then(
        () => "done",
        (error: { code: string }) => error.code,
      );
    const agreed = "where status = 'agreed'";
    expect((await finance.list("agreed")).items.length).toBeGreaterThan(0);
    expect(await written(`update settlements set one_owes = one_owes + 1 ${agreed}`)).toBe("23001");
    expect(await written(`update settlements set status = 'dropped', dropped_by = operation_id ${agreed}`)).toBe(
      "23001",
    );
    expect(await written(`delete from settlements ${agreed}`)).toBe("23001");
    expect(await written("update settlement_lines set total = 0")).toBe("23001");
    expect(await written("delete from settlement_lines")).toBe("23001");
    expect(await written("update settlements set paid_by = null where status = 'paid'")).toBe("23001");
    expect(await written("update settlements set paid_on = '2026-04-02' where status = 'paid'")).toBe("23001");
  });

  it("is told again to whoever repeats it under its key", async () => {
    const asked = { key: finance.key, headers: by("maker-1"), idempotencyKey: "again" };
    const first = await http.post("/v1/settlements", { from: "2026-03", to: "2026-03" }, asked);
    const second = await http.post("/v1/settlements", { from: "2026-03", to: "2026-03" }, asked);
    expect(first.body).toMatchObject({ code: "settlement_out_of_order", next: "2026-10" });
    expect(second.body).toMatchObject({ code: "settlement_out_of_order", next: "2026-10" });
    expect(second.headers.get("idempotency-replayed")).toBe("true");
  });
});
