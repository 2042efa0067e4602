/** Accounts adjusted by hand: for a reason, by two people where it is much, and undone. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adjustment } from "../../../src/finance/adjustments/request.ts";
import { adjustmentApproval } from "../../../src/finance/adjustments/approval.ts";
import type { MemberId } from "../../../src/kernel/ids.ts";
import { ledgerItself } from "../../../src/engine/group/submit.ts";
import { eraseMembers } from "../../../src/members/erasing/job.ts";
import { memberErase } from "../../../src/members/erasing/ask.ts";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { unmerge } from "../../../src/members/joining/parting/unmerge.ts";
import { openService } from "../../../src/service.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { TEST_KEYS } from "../../support/keys.ts";
import { answerOf, ask, TILL } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { DAY_MS, sellTo } from "../../support/town.ts";
import { Adjusting } from "./asks.ts";

let http: TestHttp;
let finance: string;
let adjusting: Adjusting;
beforeAll(async () => {
  http = await testHttp();
  finance = await http.newKey(["finance"]);
  adjusting = new Adjusting(http, finance);
  await adjusting.staff("anna-1");
  await adjusting.staff("boris-2");
  await adjusting.staff("vera-3");
}, 120_000);
afterAll(() => http.close());

const by = (staffId: string) => ({ ...TILL, brand: null, staffId });
const balanceOf = async (memberId: string) =>
  (await http.get<{ available: string; debt: string }>(`/v1/members/${memberId}/balance`)).body;
const transfersOf = async (operationId: string) =>
  (
    await http.database.sql<{ text: string }[]>`
      select entity || ' ' || debit || ' ' || credit || ' ' || amount || ' ' || event as text
      from transfers where operation_id = ${operationId.slice(4)}::uuid order by ordinal`
  ).map(({ text }) => text);

describe("a credit", () => {
  it("is charged to its reason and is there at once, until the rules' end of a compensation", async () => {
    const memberId = await http.newMember();
    const { status, body } = await adjusting.ask(memberId);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      state: "applied",
      memberId,
      category: "service_failure",
      lot: { activeAt: "2026-03-02T09:00:00.000Z", expiresAt: "2026-05-30T21:00:00.000Z" },
      alreadyPaid: [],
      balance: { available: "100.00" },
    });
    expect(await transfersOf(body.operationId)).toEqual([
      "mvideo adjustment:late_delivery available 10000 credit_adjustment",
    ]);
    expect((await expectProof(http)).holds).toBe(true);
  });

  it("pays first what the member owes", async () => {
    const memberId = await http.newMember();
    const given = await adjusting.ask(memberId, { amount: "40.00" });
    await sellTo(http, memberId, { spend: 40_00n });
    await adjusting.change(given.body.adjustmentId, "reverse");
    expect(await balanceOf(memberId)).toMatchObject({ available: "0.00", debt: "40.00" });
    const { body } = await adjusting.ask(memberId, { amount: "100.00" });
    expect(body.balance).toMatchObject({ available: "60.00", debt: "0.00" });
    expect(await transfersOf(body.operationId)).toEqual([
      "mvideo adjustment:late_delivery available 10000 credit_adjustment",
      "mvideo available debt 4000 repayment",
    ]);
  });
});

describe("a debit", () => {
  it("takes this brand's bonuses, soonest end first, and never more than there are", async () => {
    const memberId = await http.newMember();
    await http.give(memberId, 50_00n, "eldorado");
    await http.give(memberId, 30_00n);
    const debit = { direction: "debit", reason: "fraud_recovery" } as const;
    const later = await adjusting.ask(memberId, { amount: "20.00" });
    const refused = await adjusting.ask(memberId, { ...debit, amount: "50.01" });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: "insufficient_bonuses", available: "50.00", asked: "50.01" },
    });
    const { body } = await adjusting.ask(memberId, { ...debit, amount: "35.00" });
    expect(body.lots.map(({ issuer, amount }) => [issuer, amount])).toEqual([
      ["mvideo", "30.00"],
      ["mvideo", "5.00"],
    ]);
    expect(body.lots[1]?.lotId).toBe(later.body.lots[0]?.lotId);
    expect(await transfersOf(body.operationId)).toEqual([
      "mvideo available adjustment:fraud_recovery 3000 debit_adjustment",
      "mvideo available adjustment:fraud_recovery 500 debit_adjustment",
    ]);
    expect(body.balance).toMatchObject({ available: "65.00", debt: "0.00" });
  });
});

describe("what is more than one person may do", () => {
  const much = { amount: "3000.01" } as const;

  it("waits for another: never who has asked, not even behind another client or another id of theirs", async () => {
    const memberId = await http.newMember();
    expect((await adjusting.ask(memberId, { amount: "3000.00" })).status).toBe(201);
    const asked = await adjusting.ask(memberId, { ...much, incident: "INC-2" });
    expect(asked).toMatchObject({
      status: 202,
      body: { state: "awaiting_approval", expiresAt: "2026-03-09T09:00:00.000Z", lots: [], balance: null },
    });
    const id = asked.body.adjustmentId;
    expect(await adjusting.change(id, "approve")).toMatchObject({ body: { code: "second_person_needed" } });
    const other = await http.newKey(["finance"]);
    expect(await adjusting.change(id, "approve", { key: other })).toMatchObject({
      body: { code: "second_person_needed" },
    });
    expect(await adjusting.change(id, "approve", { key: other, staff: "ANNA-1" })).toMatchObject({
      body: { code: "second_person_needed" },
    });
    // Two ids that are one person, by their members.
    const [one, two] = [await http.newMember(), await http.newMember()];
    await adjusting.staff("maria", one);
    await adjusting.staff("maria-night", two);
    const hers = await adjusting.ask(memberId, { ...much, incident: "INC-3" }, { staff: "maria" });
    answerOf(await http.ask(merge, { memberIds: [one, two], reason: "one card" }));
    expect(await adjusting.change(hers.body.adjustmentId, "approve", { staff: "maria-night" })).toMatchObject({
      body: { code: "second_person_needed" },
    });
    const agreed = await adjusting.change(id, "approve", { staff: "boris-2" });
    expect(agreed).toMatchObject({
      status: 200,
      body: {
        state: "applied",
        decidedBy: { staffId: "boris-2", comment: "to approve" },
        balance: { available: "6000.01" },
      },
    });
    expect(await adjusting.change(id, "approve", { staff: "vera-3" })).toMatchObject({
      status: 409,
      body: { code: "adjustment_ended", because: "applied" },
    });
  });

  it("is agreed to by finance alone, of that brand alone", async () => {
    const memberId = await http.newMember();
    const asked = await adjusting.ask(memberId, { ...much, brand: "eldorado" });
    const support = await http.newKey(["support"]);
    const foreign = await http.newKey(["finance"], "mvideo");
    const own = await http.newKey(["finance"], "eldorado");
    const approve = (key: string) => adjusting.change(asked.body.adjustmentId, "approve", { key, staff: "boris-2" });
    expect(await approve(support)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(await approve(foreign)).toMatchObject({ status: 404, body: { code: "adjustment_not_found" } });
    expect(await adjusting.ask(memberId, { brand: "eldorado" }, { key: foreign })).toMatchObject({
      status: 403,
      body: { code: "brand_forbidden" },
    });
    expect((await approve(own)).status).toBe(200);
  });

  it("is applied once where two agree at once, at two services", async () => {
    const memberId = await http.newMember();
    const other = await openService({ target: http.database, clock: http.clock, personal: TEST_KEYS, lanes: 1 });
    const { body } = await adjusting.ask(memberId, { ...much, incident: "INC-4" });
    const params = { adjustmentId: body.adjustmentId };
    const both = await Promise.all([
      ask(http.service, adjustmentApproval, { comment: "yes" }, { params, actor: by("boris-2") }),
      ask(other, adjustmentApproval, { comment: "yes" }, { params, actor: by("vera-3") }),
    ]);
    expect(new Set(both.map((each) => (each.kind === "refused" ? each.code : each.status)))).toEqual(
      new Set([200, "adjustment_ended"]),
    );
    expect(await balanceOf(memberId)).toMatchObject({ available: "3000.01" });
    await other.close();
  });

  it("is rejected, or left for a week, and then nothing of it is done any more", async () => {
    const memberId = await http.newMember();
    const [one, two] = [await adjusting.ask(memberId, much), await adjusting.ask(memberId, much)];
    const rejected = await adjusting.change(one.body.adjustmentId, "reject", { staff: "boris-2" });
    expect(rejected).toMatchObject({ status: 200, body: { state: "rejected", decidedBy: { staffId: "boris-2" } } });
    for (const action of ["approve", "reject"] as const) {
      expect(await adjusting.change(one.body.adjustmentId, action, { staff: "vera-3" })).toMatchObject({
        body: { code: "adjustment_ended", because: "rejected" },
      });
    }
    http.clock.moveTo(http.clock.now() + 7 * DAY_MS - 1);
    expect((await adjusting.change(two.body.adjustmentId, "reverse")).body.code).toBe("adjustment_not_reversible");
    http.clock.moveTo(http.clock.now() + 1);
    expect(await adjusting.change(two.body.adjustmentId, "approve", { staff: "boris-2" })).toMatchObject({
      body: { code: "adjustment_ended", because: "expired" },
    });
    expect(await balanceOf(memberId)).toMatchObject({ available: "0.00" });
  });

  it("of which a debit finds too little when it is agreed to is refused, and goes on waiting", async () => {
    const memberId = await http.newMember();
    await http.give(memberId, 4000_00n);
    const debit = { direction: "debit", reason: "fraud_recovery", ...much } as const;
    const { body } = await adjusting.ask(memberId, debit);
    await adjusting.ask(memberId, { ...debit, amount: "1000.00" });
    const approve = () => adjusting.change(body.adjustmentId, "approve", { staff: "boris-2" });
    expect((await approve()).body.code).toBe("insufficient_bonuses");
    await http.give(memberId, 1_00n);
    expect((await approve()).body).toMatchObject({ state: "applied", balance: { available: "0.99" } });
  });
});

describe("nobody adjusts an account of their own", () => {
  it("neither theirs, nor one that theirs has become one with, nor as the second person", async () => {
    const [own, home, stranger] = [await http.newMember(), await http.newMember(), await http.newMember()];
    await adjusting.staff("olga", own);
    expect((await adjusting.ask(own, {}, { staff: "olga" })).body.code).toBe("own_account");
    expect((await adjusting.ask(own, {}, { staff: "Olga", preview: true })).body.code).toBe("own_account");
    expect((await adjusting.ask(home, {}, { staff: "olga" })).status).toBe(201);
    // Whichever of the two stands for both.
    await adjusting.staff("irina", home);
    const much = await adjusting.ask(home, { amount: "5000.00" });
    const { body } = await adjusting.ask(stranger, {}, { staff: "olga" });
    const merged = answerOf(await http.ask(merge, { memberIds: [own, home], reason: "one card" })) as {
      mergeId: string;
    };
    for (const named of [own, home]) {
      for (const staff of ["olga", "irina"]) {
        expect((await adjusting.ask(named, {}, { staff })).body.code).toBe("own_account");
      }
    }
    expect((await adjusting.change(much.body.adjustmentId, "approve", { staff: "olga" })).body.code).toBe(
      "own_account",
    );
    const given = await adjusting.ask(home);
    expect((await adjusting.change(given.body.adjustmentId, "reverse", { staff: "olga" })).body.code).toBe(
      "own_account",
    );
    expect((await adjusting.change(body.adjustmentId, "reverse", { staff: "olga" })).status).toBe(201);
    answerOf(await http.ask(unmerge, { reason: "they are two" }, { params: { mergeId: merged.mergeId } }));
    expect((await adjusting.ask(own, {}, { staff: "olga" })).body.code).toBe("own_account");
    expect((await adjusting.ask(home, {}, { staff: "olga" })).status).toBe(201);
  });

  it("and nobody of whom it is not known which member they are", async () => {
    const memberId = await http.newMember();
    expect(await adjusting.ask(memberId, {}, { staff: "invented" })).toMatchObject({
      status: 422,
      body: { code: "unknown_staff" },
    });
    const { body } = await adjusting.ask(memberId, { amount: "3000.01" });
    expect((await adjusting.change(body.adjustmentId, "approve", { staff: "invented" })).body.code).toBe(
      "unknown_staff",
    );
    const fields = { amount: "1.00", direction: "credit", brand: "mvideo", reason: "goodwill", comment: "x" };
    const unnamed = await http.post("/v1/adjustments", { memberId, ...fields });
    expect(unnamed).toMatchObject({ status: 403, body: { code: "staff_required" } });
  });
});

describe("limits of a day", () => {
  it("hold under a race: of forty at once, at two services, never more than the rules let one person", async () => {
    const other = await openService({ target: http.database, clock: http.clock, personal: TEST_KEYS, lanes: 2 });
    await adjusting.staff("fast");
    const members = await Promise.all(Array.from({ length: 40 }, () => http.newMember()));
    const actor = { ...by("fast"), scopes: new Set(["support"] as const) };
    const outcomes = await Promise.all(
      members.map((memberId, index) =>
        ask(
          index % 2 === 0 ? http.service : other,
          adjustment,
          { memberId, amount: "1100.00", direction: "credit", brand: "mvideo", reason: "goodwill", comment: "sorry" },
          { actor },
        ),
      ),
    );
    // 27 of them are 29,700.00; one more would be above 30,000.00.
    expect(outcomes.filter(({ kind }) => kind === "accepted")).toHaveLength(27);
    const codes = new Set(outcomes.flatMap((each) => (each.kind === "refused" ? [each.code] : [])));
    expect(codes).toEqual(new Set(["adjustment_limit"]));
    const [row] = await http.database.sql<{ sum: bigint; count: bigint }[]>`
      select sum(amount)::bigint as sum, count(*) as count from adjustments where staff_id = 'fast'`;
    expect(row).toEqual({ sum: 29_700_00n, count: 27n });
    await other.close();
  });

  it("are of the programme's day, in number and in amount, and of whoever asks behind whichever client", async () => {
    await adjusting.staff("slow");
    const memberId = await http.newMember();
    const support = await http.newKey(["support"]);
    const give = (amount: string, key = support) => adjusting.ask(memberId, { amount }, { key, staff: "slow" });
    for (let number = 1; number <= 30; number += 1) expect((await give("1.00")).status).toBe(201);
    expect(await give("1.00")).toMatchObject({
      status: 409,
      body: { code: "adjustment_limit", count: 30, mostCount: 30, amount: "30.00", mostAmount: "30000.00" },
    });
    expect((await give("1.00", await http.newKey(["support"]))).body.code).toBe("adjustment_limit");
    // Midnight in Moscow.
    http.clock.moveTo(Date.parse("2026-03-09T20:59:59.999Z"));
    expect((await give("1.00")).body.code).toBe("adjustment_limit");
    http.clock.moveTo(Date.parse("2026-03-09T21:00:00.000Z"));
    expect((await give("1.00")).status).toBe(201);
    expect((await give("29999.00")).status).toBe(202);
    expect((await give("0.01")).body.code).toBe("adjustment_limit");
  });
});

describe("a request that comes twice", () => {
  it("under the same key is done and counted once, and told the same again", async () => {
    await adjusting.staff("nina");
    const memberId = await http.newMember();
    const terms = { amount: "10.00", direction: "credit", brand: "mvideo", reason: "goodwill", comment: "sorry" };
    const send = () =>
      http.post(
        "/v1/adjustments",
        { memberId, ...terms },
        { key: finance, headers: { "x-staff-id": "nina" }, idempotencyKey: "adjusted-once" },
      );
    const [first, ...others] = await Promise.all([send(), send(), send()]);
    for (const other of [...others, await send()]) expect(other.body).toEqual(first?.body);
    expect(await balanceOf(memberId)).toMatchObject({ available: "10.00" });
    const [row] = await http.database.sql<{ count: number }[]>`
      select adjusted_count as count from staff where staff_id = 'nina'`;
    expect(row?.count).toBe(1);
  });
});

describe("a preview", () => {
  it("shows what is then done, and changes nothing", async () => {
    const memberId = await http.newMember();
    await http.give(memberId, 50_00n);
    for (const fields of [{}, { direction: "debit", reason: "wrong_bonuses", amount: "20.00" }] as const) {
      const shown = await adjusting.ask(memberId, fields, { preview: true });
      expect(shown.status).toBe(200);
      const before = await balanceOf(memberId);
      const done = await adjusting.ask(memberId, fields);
      const { adjustmentId: _a, operationId: _o, lots, ...rest } = done.body;
      expect(shown.body).toMatchObject(
        JSON.parse(
          JSON.stringify({ ...rest, lots: lots.map(({ lotId: _l, ...part }) => part), lot: undefined }),
        ) as object,
      );
      expect(await balanceOf(memberId)).not.toEqual(before);
      const seen = await adjusting.change(done.body.adjustmentId, "reverse", { preview: true });
      const undone = await adjusting.change(done.body.adjustmentId, "reverse");
      const { adjustmentId: _i, operationId: _p, ...undoneRest } = undone.body;
      expect(seen.body).toMatchObject(undoneRest);
    }
    const missing = await adjusting.ask(
      memberId,
      { direction: "debit", reason: "wrong_bonuses", amount: "999.00" },
      { preview: true },
    );
    expect(missing).toMatchObject({ status: 409, body: { code: "insufficient_bonuses" } });
  });
});

describe("a reversal", () => {
  it("of a credit that was spent takes what is left, and the rest is owed", async () => {
    const memberId = await http.newMember();
    const { body } = await adjusting.ask(memberId);
    await sellTo(http, memberId, { spend: 70_00n, brand: "eldorado" });
    const undone = await adjusting.change(body.adjustmentId, "reverse", { staff: "boris-2" });
    expect(undone).toMatchObject({
      status: 201,
      body: {
        direction: "debit",
        reverses: body.adjustmentId,
        debtAdded: "70.00",
        balance: { available: "0.00", debt: "70.00" },
      },
    });
    expect(await transfersOf(undone.body.operationId)).toEqual([
      "mvideo available adjustment:late_delivery 3000 credit_reversal",
      "mvideo debt adjustment:late_delivery 7000 credit_reversal",
    ]);
    expect((await adjusting.change(body.adjustmentId, "reverse")).body).toMatchObject({
      code: "adjustment_not_reversible",
      because: "reversed",
    });
    expect((await adjusting.change(undone.body.adjustmentId, "reverse")).body).toMatchObject({
      code: "adjustment_not_reversible",
      because: "is_a_reversal",
    });
  });

  it("of a debit gives back to the lots that it came from, which live on for the grace where they have ended", async () => {
    const memberId = await http.newMember();
    await http.give(memberId, 30_00n);
    const { body } = await adjusting.ask(memberId, { direction: "debit", reason: "wrong_bonuses", amount: "20.00" });
    http.clock.moveTo(http.clock.now() + 120 * DAY_MS);
    expect(await balanceOf(memberId)).toMatchObject({ available: "0.00" });
    const undone = await adjusting.change(body.adjustmentId, "reverse");
    expect(undone.body.lots).toEqual(body.lots);
    expect(undone.body.balance).toMatchObject({ available: "20.00" });
    http.clock.moveTo(http.clock.now() + 15 * DAY_MS);
    expect(await balanceOf(memberId)).toMatchObject({ available: "0.00" });
  });

  it("of much takes two people as well, and of two that wait one is done", async () => {
    const memberId = await http.newMember();
    const { body } = await adjusting.ask(memberId, { amount: "4000.00" });
    await adjusting.change(body.adjustmentId, "approve", { staff: "boris-2" });
    const asked = [
      await adjusting.change(body.adjustmentId, "reverse"),
      await adjusting.change(body.adjustmentId, "reverse"),
    ];
    expect(asked.map(({ status }) => status)).toEqual([202, 202]);
    const [one, two] = asked.map(({ body: { adjustmentId } }) => adjustmentId);
    const done = await adjusting.change(one ?? "", "approve", { staff: "boris-2" });
    expect(done.body).toMatchObject({ state: "applied", balance: { available: "0.00" } });
    expect((await adjusting.change(two ?? "", "approve", { staff: "boris-2" })).body.code).toBe(
      "adjustment_not_reversible",
    );
  });
});

describe("members who become one, and part", () => {
  it("take with them what they were given, and what is undone of it", async () => {
    const [one, two] = [await http.newMember(), await http.newMember()];
    const given = await adjusting.ask(two, { amount: "100.00" });
    const waiting = await adjusting.ask(two, { amount: "4000.00", incident: "INC-9" });
    const taken = await adjusting.ask(two, { amount: "10.00", direction: "debit", reason: "wrong_bonuses" });
    const merged = answerOf(await http.ask(merge, { memberIds: [one, two], reason: "one card" })) as {
      mergeId: string;
    };
    const agreed = await adjusting.change(waiting.body.adjustmentId, "approve", { staff: "boris-2" });
    expect(agreed.body.balance).toMatchObject({ available: "4090.00" });
    const meanwhile = await adjusting.ask(two, { amount: "7.00", incident: "INC-10" });
    expect((await adjusting.change(taken.body.adjustmentId, "reverse")).body.balance).toMatchObject({
      available: "4107.00",
    });
    answerOf(await http.ask(unmerge, { reason: "they are two" }, { params: { mergeId: merged.mergeId } }));
    expect([await balanceOf(one), await balanceOf(two)]).toMatchObject([
      { available: "0.00" },
      { available: "4107.00" },
    ]);
    for (const each of [given, meanwhile]) {
      expect((await adjusting.change(each.body.adjustmentId, "reverse")).status).toBe(201);
    }
    expect([await balanceOf(one), await balanceOf(two)]).toMatchObject([
      { available: "0.00" },
      { available: "4000.00" },
    ]);
    expect((await expectProof(http)).holds).toBe(true);
  });
});

describe("an incident that is paid twice", () => {
  it("is told in the answer: of the member, and of whoever is one with it, by whatever reason, be it only asked for", async () => {
    const [one, two] = [await http.newMember(), await http.newMember()];
    const first = await adjusting.ask(one, { incident: "INC-77" });
    expect(first.body.alreadyPaid).toEqual([]);
    expect((await adjusting.ask(two, { incident: "INC-77", reason: "goodwill" })).body.alreadyPaid).toEqual([]);
    const again = await adjusting.ask(one, { incident: "INC-77", reason: "service_complaint", amount: "4000.00" });
    expect(again.body.alreadyPaid).toMatchObject([
      { adjustmentId: first.body.adjustmentId, state: "applied", reason: "late_delivery", amount: "100.00" },
    ]);
    answerOf(await http.ask(merge, { memberIds: [one, two], reason: "one card" }));
    const agreed = await adjusting.change(again.body.adjustmentId, "approve", { staff: "boris-2" });
    expect(agreed.body.alreadyPaid.map(({ reason }) => reason)).toEqual(["late_delivery", "goodwill"]);
    await adjusting.change(first.body.adjustmentId, "reverse");
    const last = await adjusting.ask(two, { incident: "INC-77" }, { preview: true });
    expect(last.body.alreadyPaid.map(({ reason }) => reason)).toEqual(["goodwill", "service_complaint"]);
  });

  it("is told to a client of one brand as far as it stands in that brand's books", async () => {
    const memberId = await http.newMember();
    for (const brand of ["mvideo", "eldorado"]) await adjusting.ask(memberId, { incident: "INC-79", brand });
    const own = await http.newKey(["support"], "mvideo");
    const told = async (key: string) =>
      (await adjusting.ask(memberId, { incident: "INC-79" }, { key, preview: true })).body.alreadyPaid.length;
    expect([await told(own), await told(finance)]).toEqual([1, 2]);
  });

  it("is told to the second of two who give at once", async () => {
    const memberId = await http.newMember();
    const both = await Promise.all([
      adjusting.ask(memberId, { incident: "INC-78" }),
      adjusting.ask(memberId, { incident: "INC-78" }),
    ]);
    expect(new Set(both.map(({ body }) => body.alreadyPaid.length))).toEqual(new Set([0, 1]));
  });
});

describe("what is asked for wrongly", () => {
  it.each([
    [{ reason: "no_such_reason" }, 422, "unknown_reason"],
    [{ reason: "fraud_recovery" }, 422, "unknown_reason"],
    [{ reason: "late_delivery", direction: "debit" }, 422, "unknown_reason"],
    [{ incident: undefined }, 422, "incident_required"],
    [{ incident: "Ivan Petrov" }, 400, "invalid_request"],
    [{ incident: "+79161234567" }, 400, "invalid_request"],
    [{ amount: "0.00" }, 422, "unprocessable_request"],
    [{ amount: "-5.00" }, 400, "invalid_request"],
    [{ brand: "nobrand" }, 422, "unknown_brand"],
  ] as const)("is refused with a clear problem: %o", async (fields, status, code) => {
    const memberId = await http.newMember();
    expect(await adjusting.ask(memberId, fields)).toMatchObject({ status, body: { code } });
    const [row] = await http.database.sql<{ count: bigint }[]>`
      select count(*) as count from operations where member_id = ${memberId.slice(4)}::uuid and name = 'adjustment'`;
    expect(row?.count).toBe(0n);
  });

  it("is refused of who is not there or erased, and goes on of who is blocked", async () => {
    expect((await adjusting.ask("mbr_0195560d2a0070008a30f1c2d3e4f000")).body.code).toBe("member_not_found");
    const blocked = await http.newMember();
    await http.post(`/v1/members/${blocked}/block`, { reason: "x", reference: "SEC-1" });
    expect((await adjusting.ask(blocked)).status).toBe(201);
    expect((await adjusting.ask(blocked, { direction: "debit", reason: "fraud_recovery" })).status).toBe(201);
    const erased: MemberId = await http.newMember();
    const given = await adjusting.ask(erased);
    answerOf(await http.ask(memberErase, { reason: "asked in writing" }, { params: { memberId: erased } }));
    http.clock.moveTo(http.clock.now() + 13 * DAY_MS);
    const { body } = await adjusting.ask(erased, { amount: "5000.00" });
    http.clock.moveTo(http.clock.now() + 1 * DAY_MS);
    expect((await eraseMembers(ledgerItself(http.service))).erased).toBe(1);
    expect((await adjusting.ask(erased)).body.code).toBe("member_erased");
    expect((await adjusting.change(body.adjustmentId, "approve", { staff: "boris-2" })).body.code).toBe(
      "member_erased",
    );
    expect((await adjusting.change(given.body.adjustmentId, "reverse")).body.code).toBe("member_erased");
    expect((await adjusting.change(body.adjustmentId, "reject", { staff: "boris-2" })).status).toBe(200);
  });
});
