/** What a client of one brand sees of the other brand: the one rule of src/engine/definition/visibility.ts, over every route. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Scope } from "../../src/kernel/permissions.ts";
import { routes } from "../support/contract.ts";
import { newTestKey } from "../support/ledger.ts";
import { testHttp, type TestHttp } from "../support/http.ts";
import { matchNext } from "../../src/finance/reconciliation/matching/run-next.ts";
import { csvOf, upload } from "../finance/reconciliation/files.ts";
import { goodsBack, receipt, sale } from "./bodies.ts";

/** Everything but administration, which belongs to no brand. */
const SCOPES: readonly Scope[] = ["pos", "checkout", "crm", "support", "security", "finance"];
const CARD = "2900000031337";

/** What is Eldorado's own, as it would stand in an answer. */
const CARD_SECRETS = ["eld-customer-77", "***1122", "s***@***.org"];
const REFERENCES = ["eld-accrual-ref", "eld-accrual-reason", "eld-spend-ref", "eld-hold-ref", "eld-return-reason"];
const SECRETS = [
  ...CARD_SECRETS,
  ...REFERENCES,
  "eld-parked-reason",
  "eld-order-number",
  "eld-match-reason",
  "eld-purpose",
  "eld-consent-reason",
  "eld-maker",
  "eld-adjustment",
  "ELD-77",
  '"label":"eldorado',
  "eld-break-reason",
];

let http: TestHttp;
/** Clients of M.Video, of Eldorado, and of both. */
const keys: Record<"mvideo" | "eldorado" | "both", string> = { mvideo: "", eldorado: "", both: "" };
/** What there is: a member of both brands, and what Eldorado did with it. */
const known: Record<string, string> = {};

const eldorado = { brand: "eldorado" };
const granted = {
  ...eldorado,
  amount: "700.00",
  kind: "promo",
  reason: "eld-accrual-reason",
  reference: "eld-accrual-ref",
};

beforeAll(async () => {
  http = await testHttp();
  for (const brand of ["mvideo", "eldorado"] as const) keys[brand] = await http.newKey(SCOPES, brand);
  keys.both = await http.newKey(SCOPES);
  const card = { kind: "card", value: CARD, verified: true };
  const person = { firstName: "Анна", birthDate: "1990-12-31" };
  const mine = { brand: "mvideo", externalId: "mv-customer-1", identifiers: [card], person };
  const theirs = [
    { kind: "phone", value: "+7 916 000-11-22", verified: true },
    { kind: "email", value: "secret@example.org", verified: true },
  ];
  const theirProfile = { ...mine, ...eldorado, externalId: "eld-customer-77", identifiers: [card, ...theirs] };
  known["theirProfileId"] = (await asked("eldorado", "/v1/profiles", theirProfile))["profileId"] ?? "";
  const consents = { consents: { "eld-purpose": true }, channel: "paper", reason: "eld-consent-reason" };
  await asked("eldorado", `/v1/profiles/${known["theirProfileId"]}/consents`, consents);
  known["profileId"] = (await asked("mvideo", "/v1/profiles", mine))["profileId"] ?? "";
  known["memberId"] =
    (await asked("both", "/v1/members/lookup", { identifier: { kind: "card", value: CARD } }))["memberId"] ?? "";
  await eldoradoActs({ memberId: known["memberId"] });
  for (const name of ["second", "third", "fourth"]) {
    const body = { externalId: newTestKey(), identifiers: [], person: {}, brand: "mvideo" };
    known[name] = (await asked("mvideo", "/v1/profiles", body))["memberId"] ?? "";
  }
  const link = { representativeId: known["fourth"], rights: { see: false }, reason: "r", reference: "r" };
  known["representationId"] =
    (await asked("both", `/v1/members/${known["second"]}/representatives`, link))["representationId"] ?? "";
  known["month"] = "2026-02";
  known["adjustmentId"] = await adjustedBy("eldorado");
  await eldoradoReconciles();
  const joined = { memberIds: [known["third"], known["fourth"]], reason: "r" };
  known["mergeId"] = (await asked("both", "/v1/merges", joined))["mergeId"] ?? "";
});
afterAll(() => http.close());

/** What comes of a command that must be accepted. */
async function asked(client: keyof typeof keys, path: string, body: unknown): Promise<Record<string, string>> {
  const answer = await http.post<Record<string, string>>(path, body, { key: keys[client] });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}

async function adjustedBy(brand: "eldorado"): Promise<string> {
  await http.put("/v1/staff/anna-1", { memberId: null, reason: "r" });
  const terms = {
    amount: "1.00",
    direction: "credit",
    reason: "goodwill",
    incident: "ELD-77",
    comment: "eld-adjustment",
  };
  const body = { memberId: known["memberId"], brand, ...terms };
  const by = { key: keys[brand], headers: { "x-staff-id": "anna-1" } };
  const answer = await http.post<{ adjustmentId: string }>("/v1/adjustments", body, by);
  expect(answer.status).toBe(201);
  return answer.body.adjustmentId;
}

async function eldoradoActs(member: { memberId: string }): Promise<void> {
  known["lotId"] = (await asked("eldorado", "/v1/accruals", { ...member, ...granted }))["lotId"] ?? "";
  const spent = { ...member, ...eldorado, amount: "5.00" };
  await asked("eldorado", "/v1/redemptions", { ...spent, storeId: "E-1", reference: "eld-spend-ref" });
  const held = { ...spent, expiresAt: "2026-03-02T13:00:00+03:00", reference: "eld-hold-ref" };
  known["holdId"] = (await asked("eldorado", "/v1/holds", held))["holdId"] ?? "";
  const pickup = { ...eldorado, storeId: "E-1" };
  const order = {
    ...eldorado,
    channel: "web",
    pickup,
    lines: sale().lines,
    spend: "1.00",
    orderNumber: "eld-order-number",
  };
  known["orderId"] = (await asked("eldorado", "/v1/orders", { ...member, ...order }))["orderId"] ?? "";
  const sold = sale({ ...member, receipt: receipt("eldorado") });
  known["purchaseId"] = (await asked("eldorado", "/v1/purchases", sold))["purchaseId"] ?? "";
  known["number"] = sold.receipt.number;
  const back = goodsBack({ receipt: receipt("eldorado"), reason: "eld-return-reason" });
  known["returnId"] = (await asked("eldorado", `/v1/purchases/${known["purchaseId"]}/returns`, back))["returnId"] ?? "";
  const early = goodsBack({ receipt: receipt("eldorado"), reason: "eld-parked-reason" });
  const unseen = { original: { receipt: receipt("eldorado") }, ...early };
  const profile = { externalId: newTestKey(), identifiers: [], person: {} };
  known["other"] = (await asked("mvideo", "/v1/profiles", { ...profile, brand: "mvideo" }))["memberId"] ?? "";
  const third = (await asked("eldorado", "/v1/profiles", { ...profile, ...eldorado }))["memberId"];
  const proposal = { memberIds: [member.memberId, third], reason: "eld-match-reason" };
  known["candidateId"] = (await asked("eldorado", "/v1/match-candidates", proposal))["candidateId"] ?? "";
  known["parkedId"] = (await asked("eldorado", "/v1/returns", unseen))["returnId"] ?? "";
  known["settlementId"] = await settled();
}

const staffed = (staffId: string) => ({ "x-staff-id": staffId });

/** February, as it is settled between Эльдорадо and a third brand, by Эльдорадо. */
async function settled(): Promise<string> {
  await http.put("/v1/brands/third", { name: "Третий", legalEntity: "ООО «Третий»" });
  for (const staffId of ["anna-1", "boris-2"]) {
    await http.post("/v1/periods/2026-02/close", { reason: "r" }, { key: keys.both, headers: staffed(staffId) });
  }
  const asking = { key: keys.eldorado, headers: staffed("eld-maker") };
  const made = await http.post<{ settlements: { settlementId: string; between: string[] }[] }>(
    "/v1/settlements",
    { from: "2026-02", to: "2026-02" },
    asking,
  );
  const ours = made.body.settlements.find(({ between }) => between.includes("third"));
  return ours?.settlementId ?? "";
}

/** A file of Eldorado's that has a break. */
async function eldoradoReconciles(): Promise<void> {
  const key = keys.eldorado;
  const sent = await upload(http, csvOf([{ number: "eld-9", store: "E-1", paid: "5.00" }]), { key, query: eldorado });
  await matchNext({ target: http.database, clock: http.clock });
  known["reconciliationId"] = sent.body.reconciliationId;
  const path = `/v1/reconciliations/${known["reconciliationId"]}/breaks?kind=missing_here`;
  const { body } = await http.get<{ items: { breakId: string }[] }>(path, { key });
  known["breakId"] = body.items[0]?.breakId ?? "";
  const rule = { resolution: "no_correction", reason: "eld-break-reason", rule: { system: "tills" } };
  const named = { key, headers: { "x-staff-id": "eld-person" } };
  expect(await http.post(`/v1/breaks/${known["breakId"]}/resolve`, rule, named)).toMatchObject({ status: 200 });
  const rules = await http.get<{ items: { ruleId: string }[] }>("/v1/break-rules", { key });
  known["ruleId"] = rules.body.items[0]?.ruleId ?? "";
}

/** How each route is asked about what there is. */
interface Way {
  readonly path?: () => string;
  readonly body?: () => unknown;
  /** What a client of the other brand is answered; absent: as whoever sees everything. */
  readonly hidden?: number;
  /** Which secrets the route tells those who may know them. */
  readonly tells?: readonly string[];
}

const member = () => ({ memberId: known["memberId"] });
const amount = { amount: "1.00", brand: "mvideo", reference: "r" };
const soon = { expiresAt: "2026-03-02T12:15:00+03:00" };

const twoPeople: Way = { body: () => ({ reason: "r" }) };
// It is said of nobody that he asks.
const byNobody: Way = { hidden: 404, body: () => ({ comment: "r" }) };

const WAYS: Readonly<Record<string, Way>> = {
  "post /v1/profiles": {
    body: () => ({
      brand: "mvideo",
      externalId: newTestKey(),
      person: { firstName: "Анна" },
      identifiers: [{ kind: "card", value: CARD, verified: true }],
    }),
  },
  "post /v1/members/lookup": { body: () => ({ identifier: { kind: "card", value: CARD } }), tells: CARD_SECRETS },
  "get /v1/members/{memberId}": { tells: CARD_SECRETS },
  "get /v1/members/{memberId}/balance": {},
  "get /v1/members/{memberId}/lots": {},
  "get /v1/members/{memberId}/transfers": { tells: REFERENCES },
  "get /v1/members/{memberId}/explain": {
    path: () => `/v1/members/${known["memberId"]}/explain?lotId=${known["lotId"]}`,
    tells: ["eld-accrual-ref", "eld-accrual-reason"],
  },
  "post /v1/members/{memberId}/identifiers": {
    hidden: 404,
    path: () => `/v1/members/${known["memberId"]}/identifiers`,
    body: () => ({
      profileId: known["theirProfileId"],
      identifier: { kind: "phone", value: "+7 916 000-11-22" },
      verified: true,
      reason: "r",
    }),
  },
  "post /v1/members/{memberId}/identifiers/end": {
    hidden: 404,
    path: () => `/v1/members/${known["memberId"]}/identifiers/end`,
    body: () => ({ identifier: { kind: "email", value: "secret@example.org" }, reason: "r" }),
  },
  "get /v1/members/{memberId}/identifiers": { tells: ["***1122"] },
  // A block concerns both brands, and is known to nobody who may not block.
  "post /v1/members/{memberId}/block": {
    hidden: 403,
    path: () => `/v1/members/${known["second"]}/block`,
    body: () => ({ reason: "r" }),
  },
  "post /v1/members/{memberId}/unblock": {
    hidden: 403,
    path: () => `/v1/members/${known["second"]}/unblock`,
    body: () => ({ reason: "r" }),
  },
  "get /v1/members/{memberId}/blocks": { hidden: 403 },
  // Both brands' profiles go with a member.
  "post /v1/members/{memberId}/erase": {
    hidden: 403,
    path: () => `/v1/members/${known["second"]}/erase`,
    body: () => ({ reason: "r" }),
  },
  "post /v1/members/{memberId}/erase/cancel": {
    hidden: 403,
    path: () => `/v1/members/${known["second"]}/erase/cancel`,
    body: () => ({ reason: "r" }),
  },
  "get /v1/members/{memberId}/erasure": { hidden: 403 },
  "post /v1/profiles/{profileId}/consents": { body: () => ({ consents: { sms: true }, channel: "pos" }) },
  "get /v1/members/{memberId}/consents": { tells: ["eld-purpose", "eld-consent-reason"] },
  "get /v1/members/{memberId}/accesses": { hidden: 403 },
  "get /v1/accesses": { hidden: 403, path: () => "/v1/accesses?staffId=nobody" },
  // Nor does either own who may act for whom.
  "post /v1/members/{memberId}/representatives": {
    hidden: 403,
    path: () => `/v1/members/${known["other"]}/representatives`,
    body: () => ({ representativeId: known["third"], rights: { see: false }, reason: "r", reference: "r" }),
  },
  "get /v1/members/{memberId}/representatives": { hidden: 403 },
  "post /v1/representatives/{representationId}/end": { hidden: 403, body: () => ({ reason: "r" }) },
  // Joining concerns what both brands know of people.
  "post /v1/merges": {
    hidden: 403,
    path: () => "/v1/merges?preview=true",
    body: () => ({ memberIds: [known["second"], known["third"]], reason: "r" }),
  },
  "get /v1/merges/{mergeId}": { hidden: 403 },
  "post /v1/merges/{mergeId}/unmerge": {
    hidden: 403,
    path: () => `/v1/merges/${known["mergeId"]}/unmerge?preview=true`,
    body: () => ({ reason: "r" }),
  },
  "get /v1/members/{memberId}/merges": { hidden: 403 },
  "post /v1/profiles/{profileId}/part": {
    hidden: 403,
    path: () => `/v1/profiles/${known["profileId"]}/part?preview=true`,
    body: () => ({ reason: "r" }),
  },
  "post /v1/merge-overrides": {
    hidden: 403,
    body: () => ({ memberIds: [known["second"], known["third"]], blocker: "birth_dates_differ", reason: "r" }),
  },
  "get /v1/merge-overrides": { hidden: 403 },
  "post /v1/merge-overrides/{overrideId}/approve": {
    hidden: 403,
    path: () => "/v1/merge-overrides/ovr_0195560d2a0070008a30f1c2d3e4f000/approve",
    body: () => ({ reason: "r" }),
  },
  "post /v1/links": {
    hidden: 403,
    body: () => ({ memberId: known["memberId"], identifier: { kind: "phone", value: "+79120001133" } }),
  },
  "post /v1/links/{linkId}/confirm": {
    hidden: 403,
    path: () => "/v1/links/lnk_0195560d2a0070008a30f1c2d3e4f000/confirm",
    body: () => ({ codes: { own: "000000", other: "000000" } }),
  },
  "post /v1/quotes": {
    body: () => {
      const { channel, lines, spend } = sale();
      return { brand: "mvideo", storeId: "M-1", channel, lines, spend, ...member() };
    },
  },
  "post /v1/purchases": { body: () => sale(member()) },
  "get /v1/purchases/{purchaseId}": {},
  "post /v1/purchases/lookup": { body: () => ({ receipt: { ...receipt("eldorado"), number: known["number"] } }) },
  "post /v1/purchases/{purchaseId}/returns": { body: () => goodsBack() },
  "post /v1/returns": { body: () => ({ original: { receipt: receipt("eldorado") }, ...goodsBack() }) },
  "get /v1/returns/{returnId}": { tells: ["eld-return-reason"] },
  "post /v1/reversals": { body: () => ({ receipt: receipt(), kind: "purchase" }) },
  "post /v1/accruals": { body: () => ({ ...member(), ...amount, kind: "promo", reason: "r" }) },
  "post /v1/redemptions": { body: () => ({ ...member(), ...amount, storeId: "M-1" }) },
  "post /v1/holds": { body: () => ({ ...member(), ...amount, ...soon }) },
  "post /v1/holds/{holdId}/capture": { body: () => ({ amount: "99.00" }), hidden: 404 },
  "post /v1/holds/{holdId}/release": { body: () => ({}), hidden: 404 },
  "get /v1/holds/{holdId}": { hidden: 404, tells: ["eld-hold-ref"] },
  "get /v1/proof": { tells: ['"label":"eldorado'] },
  "post /v1/periods/{month}/close": { hidden: 403, ...twoPeople },
  "post /v1/periods/{month}/reopen": { hidden: 403, ...twoPeople },
  "get /v1/periods": {},
  "post /v1/settlements": { body: () => ({ from: "2026-02", to: "2026-02" }) },
  "post /v1/settlements/{settlementId}/agree": { hidden: 404, body: () => ({ entity: "mvideo", reason: "r" }) },
  "post /v1/settlements/{settlementId}/drop": { hidden: 404, body: () => ({ reason: "r" }) },
  "post /v1/settlements/{settlementId}/paid": { hidden: 404, body: () => ({ reference: "r", paidOn: "2026-04-01" }) },
  "get /v1/settlements": {},
  "get /v1/settlements/{settlementId}": { hidden: 404, tells: ["eld-maker"] },
  "get /v1/settlements/{settlementId}/statement": { hidden: 404, tells: ["eld-maker"] },
  "get /v1/exports/settlement": {},
  "get /v1/exports/settlement/totals": {},
  "post /v1/adjustments": {
    hidden: 422,
    body: () => ({
      ...member(),
      amount: "1.00",
      brand: "mvideo",
      direction: "credit",
      reason: "goodwill",
      comment: "r",
    }),
  },
  "get /v1/adjustments": { tells: ["eld-adjustment", "ELD-77"] },
  "get /v1/adjustments/{adjustmentId}": { hidden: 404, tells: ["eld-adjustment", "ELD-77"] },
  "post /v1/adjustments/{adjustmentId}/approve": byNobody,
  "post /v1/adjustments/{adjustmentId}/reject": byNobody,
  "post /v1/adjustments/{adjustmentId}/reverse": byNobody,
  "get /v1/adjustment-reasons": {},
  "get /v1/adjustment-costs": { tells: ["ELD-77"] },
  "get /v1/adjustment-costs/page": { tells: ["ELD-77"] },
  "get /v1/exports/adjustments": { tells: ["ELD-77"] },
  "get /v1/exports/adjustments/totals": {},
  "post /v1/reconciliations": { hidden: 400 },
  "get /v1/reconciliations": {},
  "get /v1/reconciliations/{reconciliationId}": { hidden: 404 },
  "get /v1/reconciliations/{reconciliationId}/breaks": { hidden: 404 },
  "post /v1/reconciliations/{reconciliationId}/cancel": { hidden: 404, body: () => ({ reason: "r" }) },
  "get /v1/breaks/{breakId}": { hidden: 404, tells: ["eld-break-reason"] },
  "post /v1/breaks/{breakId}/assign": { hidden: 404, body: () => ({ owner: null, reason: "r" }) },
  "post /v1/breaks/{breakId}/comment": { hidden: 404, body: () => ({ reason: "r" }) },
  "post /v1/breaks/{breakId}/resolve": { hidden: 404, body: () => ({ resolution: "no_correction", reason: "r" }) },
  "post /v1/breaks/{breakId}/correct": {
    hidden: 404,
    body: () => ({ side: "there", amount: "1.00", direction: "credit", reason: "goodwill", comment: "r" }),
  },
  "get /v1/break-rules": {},
  "post /v1/break-rules/{ruleId}/end": { hidden: 404, body: () => ({ reason: "r" }) },
  "get /v1/measures": {},
  "get /v1/exports/measures": {},
  "get /v1/exports/measures/totals": {},
  "get /v1/exports/journal": { tells: REFERENCES.filter((text) => text !== "eld-return-reason") },
  "get /v1/exports/journal/totals": {},
  "get /v1/exports/categories": {},
  "get /v1/exports/categories/totals": {},
  "get /v1/exports/trial-balance": {},
  "get /v1/exports/trial-balance/totals": {},
  "get /v1/exports/ageing": {},
  "get /v1/exports/ageing/totals": {},
  "get /v1/exports/breakage": {},
  "get /v1/exports/breakage/totals": {},
  "get /v1/exports/cohorts": {},
  "get /v1/exports/cohorts/totals": {},
  "get /v1/exports/entries": { path: () => "/v1/exports/entries?entity=mvideo&month=2026-03" },
  "get /v1/exports/entries/totals": { path: () => "/v1/exports/entries/totals?entity=mvideo&month=2026-03" },
  "get /v1/exports/liability": {},
  "get /v1/exports/liability/totals": {},
  "get /v1/members/{memberId}/card": { tells: CARD_SECRETS },
  "post /v1/orders": {
    body: () => {
      const { lines } = sale();
      const pickup = { brand: "mvideo", storeId: "M-1" };
      return { orderNumber: newTestKey(), brand: "mvideo", channel: "web", pickup, lines, spend: "0.00", ...member() };
    },
  },
  "get /v1/orders/{orderId}": { hidden: 404, tells: ["eld-order-number"] },
  "post /v1/orders/{orderId}/ready": { body: () => ({}), hidden: 404 },
  "post /v1/orders/{orderId}/pickups": {
    body: () => ({ storeId: "M-1", code: "000000", receipt: receipt(), occurredAt: "2026-03-02T12:00:00+03:00" }),
    hidden: 404,
  },
  "post /v1/orders/{orderId}/reroute": {
    body: () => ({ pickup: { brand: "mvideo", storeId: "M-1" } }),
    hidden: 404,
  },
  "post /v1/orders/{orderId}/cancel": { body: () => ({}), hidden: 404 },
  "post /v1/orders/{orderId}/code": { body: () => ({}), hidden: 404 },
  "get /v1/pickups": { path: () => "/v1/pickups?storeId=E-1&status=placed", hidden: 422, tells: ["eld-order-number"] },
  "get /v1/match-candidates": {},
  "get /v1/match-candidates/{candidateId}": { tells: ["eld-match-reason"] },
  "post /v1/match-candidates": { body: () => ({ memberIds: [known["memberId"], known["other"]], reason: "r" }) },
  "post /v1/match-candidates/{candidateId}/assign": { body: () => ({ assignee: "r" }) },
  "post /v1/match-candidates/{candidateId}/decision": { body: () => ({ decision: "later", reason: "r" }) },
  "post /v1/batches": {
    body: () => ({
      items: [{ op: "redemption", idempotencyKey: newTestKey(), body: { ...member(), ...amount, storeId: "M-1" } }],
    }),
  },
};

const tested = routes.filter(({ permission }) => permission !== "administer");
const named = tested.map(({ method, path }) => ({ name: `${method} ${path}`, method, path }));

const reads = named.filter(({ method, path }) => method === "get" || path.endsWith("/lookup"));

async function ask({ name, method, path }: (typeof named)[number], key: string) {
  const way = WAYS[name] ?? {};
  const url = way.path?.() ?? path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => known[parameter] ?? "");
  const asking = { key, headers: staffed("mv-staff") };
  const answer = method === "get" ? await http.get(url, { key }) : await http.post(url, way.body?.(), asking);
  return { status: answer.status, text: JSON.stringify(answer.body) };
}

const toldIn = (text: string): string[] => SECRETS.filter((secret) => text.includes(secret));

it("every route that is not administration is tried here, and the table has no others", () => {
  expect(named.map(({ name }) => name).toSorted()).toEqual(Object.keys(WAYS).toSorted());
});

describe("a client of one brand is told nothing that is the other brand's own", () => {
  it.each(named)("by $name", async (route) => {
    const { hidden } = WAYS[route.name] ?? {};
    const { status, text } = await ask(route, keys.mvideo);
    const told = [...toldIn(text), ...(text.includes(await clientId("eldorado")) ? ["who asked"] : [])];
    expect(told).toEqual([]);
    expect(status < 300 ? "told" : status).toBe(hidden ?? "told");
  });

  it.each(reads)("while whoever may know is told, so that it is looked for rightly: $name", async (route) => {
    const { tells = [] } = WAYS[route.name] ?? {};
    for (const key of [keys.both, keys.eldorado]) {
      expect(toldIn((await ask(route, key)).text)).toEqual(expect.arrayContaining([...tells]));
    }
  });

  it("nor why a return is parked at the other one", async () => {
    const path = `/v1/returns/${known["parkedId"]}`;
    expect(await http.get(path, { key: keys.mvideo })).toMatchObject({
      status: 200,
      body: { status: "parked", reason: null },
    });
    expect(await http.get(path, { key: keys.eldorado })).toMatchObject({ body: { reason: "eld-parked-reason" } });
  });

  it("and what it is not shown is answered as what is not there", async () => {
    const theirs = await http.get(`/v1/holds/${known["holdId"]}`, { key: keys.mvideo });
    const nobodys = await http.get("/v1/holds/hld_0195560d2a0070008a30f1c2d3e4f000", { key: keys.mvideo });
    const said = ({ status, body: { requestId: _, instance: __, ...body } }: typeof theirs) => ({ status, body });
    expect(said(theirs)).toEqual(said(nobodys));
  });
});

describe("a client of one brand is told what is the programme's", () => {
  it("the bonuses of both brands, and the other brand's sales and returns", async () => {
    const key = keys.mvideo;
    const lots = await http.get<{ items: { issuer: string }[] }>(`/v1/members/${known["memberId"]}/lots`, { key });
    expect(new Set(lots.body.items.map(({ issuer }) => issuer))).toContain("eldorado");
    const transfers = await http.get(`/v1/members/${known["memberId"]}/transfers`, { key });
    expect(JSON.stringify(transfers.body)).toContain('"entity":"eldorado"');
    expect(await http.get(`/v1/purchases/${known["purchaseId"]}`, { key })).toMatchObject({
      status: 200,
      body: { receipt: { brand: "eldorado", storeId: "E-1" }, earned: "30.00" },
    });
    expect(await http.get(`/v1/returns/${known["returnId"]}`, { key })).toMatchObject({
      body: { moneyBack: "500.00" },
    });
  });

  it("its own customer number and identifiers", async () => {
    const { body } = await http.get(`/v1/members/${known["memberId"]}`, { key: keys.mvideo });
    expect(body["identifiers"]).toEqual([{ kind: "card", masked: "***1337", verified: true }]);
    expect(body["profiles"]).toContainEqual(expect.objectContaining({ brand: "mvideo", externalId: "mv-customer-1" }));
  });
});

/** The id of the client that acted for a brand. */
async function clientId(brand: string): Promise<string> {
  const [row] = await http.database.sql<{ id: string }[]>`
    select 'cli_' || replace(client_id::text, '-', '') as id from clients where brand = ${brand}`;
  return row?.id ?? "no such client";
}
