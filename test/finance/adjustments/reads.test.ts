/** Adjustments as they are shown: one, lists, reasons; to whom. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { merge } from "../../../src/members/joining/merging/merge.ts";
import { rulesWith } from "../../policy/rules.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { answerOf } from "../../support/ledger.ts";
import { DAY_MS } from "../../support/town.ts";
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
}, 120_000);
afterAll(() => http.close());

interface Reasons {
  readonly reasons: readonly { readonly code: string }[];
  readonly categories: unknown;
  readonly limits: unknown;
}

interface Page {
  readonly items: readonly { readonly adjustmentId: string; readonly state: string }[];
  readonly nextCursor: string | null;
}
const list = async (query: string, key = finance) => (await http.get<Page>(`/v1/adjustments?${query}`, { key })).body;
const idsIn = ({ items }: Page) => items.map(({ adjustmentId }) => adjustmentId);

describe("an adjustment", () => {
  it("is shown with who has asked, who has agreed, and what has undone it", async () => {
    const memberId = await http.newMember();
    const { body } = await adjusting.ask(memberId, { amount: "4000.00" });
    const read = async (key = finance) => http.get(`/v1/adjustments/${body.adjustmentId}`, { key });
    expect((await read()).body).toMatchObject({
      state: "awaiting_approval",
      staffId: "anna-1",
      decidedBy: null,
      appliedAt: null,
      expiresAt: "2026-03-09T09:00:00.000Z",
    });
    await adjusting.change(body.adjustmentId, "approve", { staff: "boris-2" });
    const undone = await adjusting.change(body.adjustmentId, "reverse");
    await adjusting.change(undone.body.adjustmentId, "approve", { staff: "boris-2" });
    expect((await read()).body).toMatchObject({
      state: "applied",
      memberId,
      amount: "4000.00",
      category: "service_failure",
      incident: "INC-1",
      decidedBy: { staffId: "boris-2", comment: "to approve" },
      appliedAt: "2026-03-02T09:00:00.000Z",
      reversedBy: undone.body.adjustmentId,
    });
    expect((await read(await http.newKey(["finance"], "mvideo"))).status).toBe(200);
    expect((await read(await http.newKey(["support"], "eldorado"))).status).toBe(404);
    expect((await read(await http.newKey(["pos"]))).status).toBe(403);
    for (const id of ["adj_0195560d2a0070008a30f1c2d3e4f000", "x"]) {
      expect((await http.get(`/v1/adjustments/${id}`)).status).toBe(404);
    }
  });
});

describe("a list", () => {
  it("is of a member and all who are one with it, of an incident, of a state, page by page", async () => {
    const [one, two] = [await http.newMember(), await http.newMember()];
    const ids: string[] = [];
    for (const [memberId, incident] of [
      [one, "INC-501"],
      [two, "INC-502"],
      [one, "INC-502"],
    ] as const) {
      ids.unshift((await adjusting.ask(memberId, { incident })).body.adjustmentId);
    }
    expect(idsIn(await list(`memberId=${one}`))).toEqual([ids[0], ids[2]]);
    answerOf(await http.ask(merge, { memberIds: [one, two], reason: "one card" }));
    for (const member of [one, two]) expect(idsIn(await list(`memberId=${member}`))).toEqual(ids);
    expect(idsIn(await list("incident=INC-502"))).toEqual(ids.slice(0, 2));
    const first = await list(`memberId=${one}&limit=2`);
    expect(idsIn(first)).toEqual(ids.slice(0, 2));
    expect(idsIn(await list(`memberId=${one}&limit=2&cursor=${first.nextCursor}`))).toEqual(ids.slice(2));
    expect((await http.get("/v1/adjustments?memberId=mbr_0195560d2a0070008a30f1c2d3e4f000")).status).toBe(404);
  });

  it("has each adjustment in one state", async () => {
    const memberId = await http.newMember();
    const much = { amount: "5000.00" };
    const ask = async (fields = {}) => (await adjusting.ask(memberId, fields)).body.adjustmentId;
    const [applied, expired] = [await ask(), await ask(much)];
    http.clock.moveTo(http.clock.now() + 7 * DAY_MS);
    const [rejected, waits] = [await ask(much), await ask(much)];
    await adjusting.change(rejected, "reject");
    for (const [state, id] of Object.entries({ applied, expired, rejected, awaiting_approval: waits })) {
      const found = await list(`memberId=${memberId}&state=${state}`);
      expect(found.items).toMatchObject([{ adjustmentId: id, state }]);
    }
  });

  it("shows a client of one brand what stands in that brand's books", async () => {
    const memberId = await http.newMember();
    const own = (await adjusting.ask(memberId)).body.adjustmentId;
    await adjusting.ask(memberId, { brand: "eldorado" });
    const support = await http.newKey(["support"], "mvideo");
    expect(idsIn(await list(`memberId=${memberId}`, support))).toEqual([own]);
  });
});

it("the reasons are those of the rules in force, in both languages, and an administrator publishes others", async () => {
  const read = async () => (await http.get<Reasons>("/v1/adjustment-reasons", { key: finance })).body;
  const before = await read();
  expect(before).toMatchObject({ policyVersion: 1, approvalAbove: "3000.00" });
  expect(before.reasons[0]).toMatchObject({
    code: "late_delivery",
    name: { ru: "Задержка доставки или выдачи заказа" },
  });
  const reason = { code: "lost_parcel", category: "service_failure", directions: ["credit"], needsIncident: true };
  const { categories, limits } = before;
  const adjustments = {
    categories,
    limits,
    approvalAbove: "100.00",
    reasons: [{ ...reason, name: { ru: "Потеряна посылка", en: "A parcel was lost" } }],
  };
  const published = (fields: object) =>
    http.put("/v1/policies/2", {
      effectiveFrom: new Date(http.clock.now() + 60_000).toISOString(),
      note: "test",
      rules: { ...rulesWith({}), adjustments: { ...adjustments, ...fields } },
    });
  const twice = [adjustments.reasons[0], adjustments.reasons[0]];
  expect((await published({ reasons: twice })).status).toBe(422);
  expect((await published({ categories: [{ code: "other", name: { ru: "х", en: "x" } }] })).status).toBe(422);
  expect((await published({})).status).toBe(200);
  const memberId = await http.newMember();
  expect((await adjusting.ask(memberId)).status).toBe(201);
  http.clock.moveTo(http.clock.now() + 60_000);
  expect((await adjusting.ask(memberId)).body.code).toBe("unknown_reason");
  expect((await adjusting.ask(memberId, { reason: "lost_parcel" })).status).toBe(201);
  expect((await adjusting.ask(memberId, { reason: "lost_parcel", amount: "100.01" })).status).toBe(202);
  expect((await read()).reasons.map(({ code }) => code)).toEqual(["lost_parcel"]);
});
