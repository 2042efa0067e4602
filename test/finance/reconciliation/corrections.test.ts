/** A break that is put right by an adjustment of its member: posted with the resolution, once, by the rules of adjustments. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { matchNext } from "../../../src/finance/reconciliation/matching/run-next.ts";
import { ledgerItself } from "../../../src/engine/group/submit.ts";
import { openService } from "../../../src/service.ts";
import { breakCorrection } from "../../../src/finance/adjustments/correction.ts";
import { adjustmentApproval } from "../../../src/finance/adjustments/approval.ts";
import { adjustmentRejection } from "../../../src/finance/adjustments/rejection.ts";
import { breakComment } from "../../../src/finance/reconciliation/breaks/comment.ts";
import { ManualClock } from "../../../src/kernel/clock.ts";
import type { MemberId } from "../../../src/kernel/ids.ts";
import { memberErase } from "../../../src/members/erasing/ask.ts";
import { eraseMembers } from "../../../src/members/erasing/job.ts";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { localDate } from "../../../src/kernel/zone.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { TEST_KEYS } from "../../support/keys.ts";
import { answerOf, ask as askOf, newTestKey, TILL } from "../../support/ledger.ts";
import { expectProof } from "../../support/proof.ts";
import { DAY_MS, lineOf, sellTo } from "../../support/town.ts";
import { Adjusting } from "../adjustments/asks.ts";
import { csvOf, upload } from "./files.ts";

let http: TestHttp;
let finance: string;
let adjusting: Adjusting;
let memberId: MemberId;
const MAPPING = {
  columns: {
    number: "number",
    store: "store",
    terminal: "till",
    shift: "shift",
    day: "day",
    member: "card",
    paid: "paid",
  },
};

beforeAll(async () => {
  http = await testHttp();
  finance = await http.newKey(["finance"]);
  adjusting = new Adjusting(http, finance);
  memberId = await http.newMember();
  await adjusting.staff("anna-1");
  await adjusting.staff("boris-2");
  await adjusting.staff("olga-4", memberId);
  for (const number of [0, 1, 2, 3, 9]) await adjusting.staff(`asker-${number}`);
}, 120_000);
afterAll(() => http.close());

interface Stood {
  readonly breakId: string;
  readonly status: string;
  readonly resolution: string | null;
  readonly correctedBy: string | null;
  readonly adjustmentId: string | null;
  readonly resolvedBy: string | null;
  readonly steps: readonly { readonly action: string; readonly staffId: string; readonly reason: string }[];
}
interface Corrected {
  readonly operationId: string;
  readonly adjustmentId: string;
  readonly state: string;
  readonly breakId: string;
  readonly code?: string;
  readonly because?: string;
  readonly break: Stood;
}

let numbers = 0;
/** A break of a receipt that the ledger has not, of the member; or a day that differs, of nobody. */
async function newBreak(kind: "missing_here" | "of_nobody" | "wrong_day" = "missing_here", whose = memberId) {
  numbers += 1;
  const number = `c${numbers}`;
  const sold = { brand: "mvideo", storeId: "M-1", terminalId: "1", shift: "1", number };
  if (kind === "wrong_day") await sellTo(http, memberId, { receipt: sold, lines: [lineOf("1", 500_00n)] });
  const tomorrow = localDate(http.clock.now() + DAY_MS, "Europe/Moscow");
  const line = { number, paid: "500.00", card: kind === "of_nobody" ? "" : whose };
  const file = csvOf([{ ...line, ...(kind === "wrong_day" ? { day: tomorrow } : {}) }]);
  // Of a day on which nothing else is missing there.
  const query = kind === "wrong_day" ? { from: tomorrow, to: tomorrow } : { from: "2026-02-20", to: "2026-02-20" };
  const sent = await upload(http, file, { key: finance, mapping: MAPPING, query });
  await matchNext({ target: http.database, clock: http.clock });
  const path = `/v1/reconciliations/${sent.body.reconciliationId}/breaks`;
  const { body } = await http.get<{ items: { breakId: string; kind: string }[] }>(path, { key: finance });
  expect(body.items).toMatchObject([{ kind: kind === "of_nobody" ? "missing_here" : kind }]);
  return body.items[0]!.breakId;
}

const FIELDS = {
  side: "there",
  amount: "50.00",
  direction: "credit",
  reason: "missing_bonuses",
  incident: "INC-1",
  comment: "the till was offline",
};
interface As {
  readonly key?: string;
  readonly staff?: string;
  readonly idempotencyKey?: string;
}
const correct = (breakId: string, fields: object = {}, { key = finance, staff = "anna-1", idempotencyKey }: As = {}) =>
  http.post<Corrected>(
    `/v1/breaks/${breakId}/correct`,
    { ...FIELDS, ...fields },
    { key, headers: { "x-staff-id": staff }, idempotencyKey: idempotencyKey ?? newTestKey() },
  );
const stands = async (breakId: string) => (await http.get<Stood>(`/v1/breaks/${breakId}`, { key: finance })).body;
const available = async () => (await http.get<{ available: string }>(`/v1/members/${memberId}/balance`)).body.available;
const adjustmentsOf = async (breakId: string) => {
  const [row] = await http.database.sql<{ asked: number; applied: number }[]>`
    select count(*)::int as asked, count(applied_by)::int as applied from adjustments where break_id = ${breakId.slice(4)}::uuid`;
  return row;
};
const MUCH = { amount: "4000.00" };

describe("a correction that one person may make", () => {
  it("is posted with the resolution, which names it; a retry is told the same, and it is posted once", async () => {
    const breakId = await newBreak();
    const before = Number(await available());
    const key = newTestKey();
    const made = await correct(breakId, {}, { idempotencyKey: key });
    expect(made).toMatchObject({ status: 201, body: { state: "applied", breakId } });
    const { operationId, adjustmentId } = made.body;
    const resolved = { status: "resolved", resolution: "corrected", correctedBy: operationId, resolvedBy: "anna-1" };
    expect(made.body.break).toMatchObject({ breakId, adjustmentId, ...resolved });
    expect(await stands(breakId)).toMatchObject({
      adjustmentId,
      ...resolved,
      steps: [{ action: "correct", staffId: "anna-1", reason: "the till was offline" }],
    });
    expect((await correct(breakId, {}, { idempotencyKey: key })).body).toEqual(made.body);
    expect(await correct(breakId)).toMatchObject({ status: 409, body: { code: "break_resolved" } });
    expect(Number(await available())).toBe(before + 50);
    expect(await adjustmentsOf(breakId)).toEqual({ asked: 1, applied: 1 });
    const seen = await http.get(`/v1/adjustments/${adjustmentId}`, { key: finance });
    expect(seen.body).toMatchObject({ breakId, memberId, brand: "mvideo", amount: "50.00", incident: "INC-1" });
  });

  it("is posted once where two resolve at once, at two services", async () => {
    const breakId = await newBreak();
    const other = await openService({ target: http.database, clock: http.clock, personal: TEST_KEYS });
    const by = (staffId: string) => ({ actor: { ...TILL, brand: null, staffId }, params: { breakId } });
    const outcomes = await Promise.all([
      askOf(http.service, breakCorrection, FIELDS, by("anna-1")),
      askOf(other, breakCorrection, FIELDS, by("boris-2")),
      askOf(http.service, breakCorrection, FIELDS, by("boris-2")),
      askOf(other, breakCorrection, FIELDS, by("anna-1")),
    ]);
    await other.close();
    const kinds = outcomes.map((outcome) => (outcome.kind === "refused" ? outcome.code : outcome.kind));
    expect(kinds.toSorted((a, b) => a.localeCompare(b))).toEqual([
      "accepted",
      ...Array.from({ length: 3 }, () => "break_resolved"),
    ]);
    expect(await adjustmentsOf(breakId)).toEqual({ asked: 1, applied: 1 });
  });

  it("shown before, changes nothing", async () => {
    const breakId = await newBreak();
    const asked = { key: finance, headers: { "x-staff-id": "anna-1" }, idempotencyKey: null };
    const shown = await http.post<Corrected>(`/v1/breaks/${breakId}/correct?preview=true`, FIELDS, asked);
    expect(shown).toMatchObject({ status: 200, body: { state: "applied", break: { status: "resolved" } } });
    expect(await stands(breakId)).toMatchObject({ status: "open", steps: [] });
    expect(await adjustmentsOf(breakId)).toEqual({ asked: 0, applied: 0 });
  });
});

describe("a correction of much", () => {
  it("waits for a second person, and the break with it; it is resolved when another agrees", async () => {
    const breakId = await newBreak();
    const asked = await correct(breakId, MUCH);
    expect(asked).toMatchObject({ status: 202, body: { state: "awaiting_approval" } });
    const { adjustmentId } = asked.body;
    expect(await stands(breakId)).toMatchObject({ status: "awaiting_approval", adjustmentId, correctedBy: null });
    const meanwhile = await correct(breakId);
    expect(meanwhile).toMatchObject({ status: 409, body: { code: "break_awaits_approval", adjustmentId } });
    const resolve = { resolution: "no_correction", reason: "no" };
    const named = { key: finance, headers: { "x-staff-id": "anna-1" } };
    expect(await http.post(`/v1/breaks/${breakId}/resolve`, resolve, named)).toMatchObject({
      status: 409,
      body: { code: "break_awaits_approval" },
    });
    expect(await adjusting.change(adjustmentId, "approve")).toMatchObject({
      status: 409,
      body: { code: "second_person_needed" },
    });
    const approved = await adjusting.change(adjustmentId, "approve", { staff: "boris-2" });
    expect(approved).toMatchObject({ status: 200, body: { state: "applied", breakId } });
    expect(await stands(breakId)).toMatchObject({
      status: "resolved",
      resolution: "corrected",
      correctedBy: approved.body.operationId,
      adjustmentId,
      resolvedBy: "boris-2",
      awaitsUntil: null,
      steps: [
        { action: "approve", staffId: "boris-2", reason: "to approve" },
        { action: "correct", staffId: "anna-1", reason: "the till was offline" },
      ],
    });
    expect(await adjustmentsOf(breakId)).toEqual({ asked: 1, applied: 1 });
  });

  it("that is rejected leaves the break open, and it may be put right otherwise", async () => {
    const breakId = await newBreak();
    const { body } = await correct(breakId, MUCH);
    expect(await adjusting.change(body.adjustmentId, "reject", { staff: "boris-2" })).toMatchObject({ status: 200 });
    expect(await stands(breakId)).toMatchObject({ status: "open", adjustmentId: null, correctedBy: null });
    expect(await correct(breakId)).toMatchObject({ status: 201 });
    expect(await adjustmentsOf(breakId)).toEqual({ asked: 2, applied: 1 });
  });

  it("that nobody agrees to in time leaves it open; what has expired by one clock is never applied by another's", async () => {
    const breakId = await newBreak();
    const { body } = await correct(breakId, MUCH);
    const late = http.clock.now();
    http.clock.moveTo(late + 7 * DAY_MS);
    expect(await stands(breakId)).toMatchObject({ status: "open", adjustmentId: null });
    const path = `/v1/reconciliations/${(await http.get<{ reconciliationId: string }>(`/v1/breaks/${breakId}`)).body.reconciliationId}/breaks`;
    const count = async (status: string) =>
      (await http.get<{ items: unknown[] }>(`${path}?status=${status}`, { key: finance })).body.items.length;
    expect([await count("open"), await count("awaiting_approval")]).toEqual([1, 0]);
    expect(await correct(breakId)).toMatchObject({ status: 201 });
    const behind = await openService({ target: http.database, clock: new ManualClock(late), personal: TEST_KEYS });
    const by = { actor: { ...TILL, brand: null, staffId: "boris-2" }, params: { adjustmentId: body.adjustmentId } };
    const outcome = await askOf(behind, adjustmentApproval, { comment: "late" }, by);
    await behind.close();
    expect(outcome).toMatchObject({ kind: "refused", code: "adjustment_ended" });
    expect(await adjustmentsOf(breakId)).toEqual({ asked: 2, applied: 1 });
  });
});

describe("a correction keeps the rules of adjustments", () => {
  it.each<[string, object, As, number, string]>([
    ["an account of one's own", {}, { staff: "olga-4" }, 409, "own_account"],
    ["somebody who is not known", {}, { staff: "nobody" }, 422, "unknown_staff"],
    ["a reason that the rules do not have", { reason: "because" }, {}, 422, "unknown_reason"],
    ["a reason without its incident", { incident: undefined }, {}, 422, "incident_required"],
    ["more than a day's limit", { amount: "1000001.00" }, {}, 409, "adjustment_limit"],
    [
      "more than there is",
      { direction: "debit", reason: "wrong_bonuses", amount: "2999.00" },
      {},
      409,
      "insufficient_bonuses",
    ],
    ["a side that has no member", { side: "here" }, {}, 422, "break_not_correctable"],
    ["a field that is not known", { brand: "mvideo" }, {}, 400, "invalid_request"],
  ])("and is refused, and the break stays open: %s", async (_, fields, as, status, code) => {
    const breakId = await newBreak("missing_here", as.staff === undefined ? await http.newMember() : memberId);
    expect(await correct(breakId, fields, as)).toMatchObject({ status, body: { code } });
    expect(await stands(breakId)).toMatchObject({ status: "open", steps: [] });
    expect(await adjustmentsOf(breakId)).toEqual({ asked: 0, applied: 0 });
  });
});

it("is refused of a break that is about no bonuses, and of one that names nobody", async () => {
  const late = await newBreak("wrong_day");
  expect(await correct(late)).toMatchObject({
    status: 422,
    body: { code: "break_not_correctable", because: "no_bonuses" },
  });
  const nobodys = await newBreak("of_nobody");
  expect(await correct(nobodys)).toMatchObject({
    status: 422,
    body: { code: "break_not_correctable", because: "no_member" },
  });
});

it("is for whoever may both reconcile and adjust, of the break's brand", async () => {
  const breakId = await newBreak();
  const support = await http.newKey(["support"]);
  const ofEldorado = await http.newKey(["finance"], "eldorado");
  expect(await correct(breakId, {}, { key: support })).toMatchObject({ status: 403, body: { code: "forbidden" } });
  expect(await correct(breakId, {}, { key: ofEldorado })).toMatchObject({
    status: 404,
    body: { code: "break_not_found" },
  });
});

it("stands for whom the member has become by then, and the books prove", async () => {
  const [survivor, absorbed] = [await http.newMember(), await http.newMember()];
  const breakId = await newBreak("missing_here", absorbed);
  answerOf(await http.ask(merge, { memberIds: [survivor, absorbed], reason: "the same" }));
  expect(await correct(breakId)).toMatchObject({ status: 201, body: { memberId: survivor } });
  const much = await newBreak("missing_here", absorbed);
  expect(await correct(much, MUCH)).toMatchObject({ status: 202 });
  expect((await expectProof(http)).holds).toBe(true);
});

it("ends once where one agrees, one rejects and others note something at the same moment, at two services", async () => {
  const other = await openService({ target: http.database, clock: http.clock, personal: TEST_KEYS });
  try {
    for (let round = 0; round < 4; round += 1) {
      const breakId = await newBreak("missing_here", await http.newMember());
      const { body } = await correct(breakId, MUCH, { staff: `asker-${round}` });
      const actor = { ...TILL, brand: null, staffId: "boris-2" };
      const decided = { actor, params: { adjustmentId: body.adjustmentId } };
      const noted = { actor, params: { breakId } };
      const [agreed, rejected] = await Promise.all([
        askOf(http.service, adjustmentApproval, { comment: "yes" }, decided),
        askOf(other, adjustmentRejection, { comment: "no" }, decided),
        askOf(other, breakComment, { reason: "seen" }, noted),
        askOf(http.service, breakComment, { reason: "seen too" }, noted),
      ]);
      expect([agreed.kind, rejected.kind].toSorted()).toEqual(["accepted", "refused"]);
      const isAgreed = agreed.kind === "accepted";
      const found = await stands(breakId);
      expect(found).toMatchObject({ status: isAgreed ? "resolved" : "open" });
      expect(found.steps).toHaveLength(4);
      expect(await adjustmentsOf(breakId)).toEqual({ asked: 1, applied: isAgreed ? 1 : 0 });
    }
  } finally {
    await other.close();
  }
  expect((await expectProof(http)).holds).toBe(true);
});

it("of somebody who was erased while it waited is applied by nobody, and may be rejected", async () => {
  const erased = await http.newMember();
  const breakId = await newBreak("missing_here", erased);
  answerOf(await http.ask(memberErase, { reason: "asked in writing" }, { params: { memberId: erased } }));
  http.clock.moveTo(http.clock.now() + 13 * DAY_MS);
  const { body } = await correct(breakId, MUCH, { staff: "asker-9" });
  http.clock.moveTo(http.clock.now() + DAY_MS);
  expect((await eraseMembers(ledgerItself(http.service))).erased).toBe(1);
  const second = { staff: "boris-2" };
  expect((await adjusting.change(body.adjustmentId, "approve", second)).body.code).toBe("member_erased");
  expect(await stands(breakId)).toMatchObject({ status: "awaiting_approval" });
  expect((await adjusting.change(body.adjustmentId, "reject", second)).status).toBe(200);
  expect(await stands(breakId)).toMatchObject({ status: "open", adjustmentId: null });
  expect((await correct(breakId, {}, { staff: "asker-9" })).body.code).toBe("member_erased");
  expect((await expectProof(http)).holds).toBe(true);
});

it("is explained by no rule before that was learnt, though the process that has learnt it is ahead", async () => {
  const breakId = await newBreak();
  const before = http.clock.now();
  const terms = { key: finance, mapping: MAPPING, query: { from: "2026-02-20", to: "2026-02-20" } };
  const sent = await upload(http, csvOf([{ number: "ahead", paid: "500.00", card: memberId }]), terms);
  http.clock.moveTo(before + 5_000);
  const body = { resolution: "no_correction", reason: "a test of the till", rule: { system: "tills" } };
  const learnt = await http.post(`/v1/breaks/${breakId}/resolve`, body, {
    key: finance,
    headers: { "x-staff-id": "anna-1" },
  });
  expect(learnt).toMatchObject({ status: 200 });
  const matched = await matchNext({ target: http.database, clock: new ManualClock(before) });
  expect(matched).toMatchObject({ reconciliationId: sent.body.reconciliationId, outcome: "done" });
  const [row] = await http.database.sql<{ explained: boolean; late: boolean }[]>`
    select b.rule_id is not null as explained, b.found_at >= r.learnt_at as late
    from reconciliation_breaks b left join break_rules r on r.rule_id = b.rule_id where b.there->>'number' = 'ahead'`;
  expect(row).toEqual({ explained: true, late: true });
  expect((await expectProof(http)).holds).toBe(true);
});
