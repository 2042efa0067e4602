/** Every command that is posted, with a body that is in order, and where in it what stands; `form.test.ts` asks for those that are missing. */
import { expect } from "vitest";
import type { MemberId } from "../../../src/kernel/ids.ts";
import { type Asked, testHttp, type TestHttp } from "../../support/http.ts";
import { goodsBack, receipt, sale } from "../bodies.ts";

export type Body = Record<string, unknown>;

/** A ledger with a member who has bonuses, a sale and a hold. */
export interface World extends TestHttp {
  readonly memberId: MemberId;
  readonly purchaseId: string;
  readonly holdId: string;
  /** Waits at M-1, ready. */
  readonly orderId: string;
  /** Another member, who has absorbed a third by this merge. */
  readonly second: MemberId;
  readonly mergeId: string;
  /** By which somebody may act for the first. */
  readonly representationId: string;
  /** One of two of its member. */
  readonly profileId: string;
  /** Has a card. */
  readonly holderId: MemberId;
  readonly holderProfileId: string;
  /** A client that is bound to a brand and may not replay history. */
  readonly till: string;
}

export async function badWorld(options: Parameters<typeof testHttp>[0] = {}): Promise<World> {
  const http = await testHttp(options);
  const memberId = await http.newMember();
  await http.give(memberId, 100_000n);
  const till = await http.newKey(["pos", "crm", "support", "security"], "mvideo");
  const sold = await http.post<{ purchaseId: string }>("/v1/purchases", sale({ memberId }));
  const held = await http.post<{ holdId: string }>("/v1/holds", hold({ memberId }));
  const ordered = await http.post<{ orderId: string }>("/v1/orders", order({ memberId }));
  const { orderId } = ordered.body;
  await http.post(`/v1/orders/${orderId}/ready`, {});
  const joined = await joinedMembers(http);
  const rights = { see: false };
  const granted = await http.post<{ representationId: string }>(`/v1/members/${memberId}/representatives`, {
    representativeId: await http.newMember(),
    rights,
    reason: "r",
    reference: "r",
  });
  const { representationId } = granted.body;
  await http.put("/v1/staff/anna-1", { memberId: null, reason: "r" });
  return {
    ...http,
    ...joined,
    representationId,
    memberId,
    till,
    purchaseId: sold.body.purchaseId,
    holdId: held.body.holdId,
    orderId,
  };
}

async function joinedMembers(
  http: TestHttp,
): Promise<Pick<World, "second" | "mergeId" | "profileId" | "holderId" | "holderProfileId">> {
  const [second, third] = [await http.newMember(), await http.newMember()];
  const merged = await http.post<{ mergeId: string }>("/v1/merges", { memberIds: [second, third], reason: "r" });
  const identifiers = [{ kind: "card", value: "2900000077777", verified: true }];
  const profile = { brand: "mvideo", identifiers, person: {} };
  await http.post("/v1/profiles", { ...profile, externalId: "bad-1" });
  const added = await http.post<{ profileId: string }>("/v1/profiles", { ...profile, externalId: "bad-2" });
  const cards = [{ kind: "card", value: "2900000077700", verified: true }];
  const card = { ...profile, externalId: "bad-3", identifiers: cards };
  const { body: held } = await http.post<{ memberId: MemberId; profileId: string }>("/v1/profiles", card);
  const holder = { holderId: held.memberId, holderProfileId: held.profileId };
  return { second, mergeId: merged.body.mergeId, profileId: added.body.profileId, ...holder };
}

export interface Subject {
  readonly name: string;
  path(world: World): string;
  body(world: World): Body;
  /** Fields that may be left out. */
  readonly optional?: readonly string[];
  /** Fields that may be `null`. */
  readonly nullable?: readonly string[];
  /** Where amounts, positive amounts, quantities and instants stand. */
  readonly amounts?: readonly string[];
  readonly positive?: readonly string[];
  readonly quantities?: readonly string[];
  readonly instants?: readonly string[];
  readonly texts?: readonly string[];
  readonly keyless?: boolean;
  /** Asked by the administrator. */
  readonly isAdministrators?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

const UNKNOWN = "0195560d2a0070008a30f1c2d3e4f000";

const hold = ({ memberId }: Pick<World, "memberId">): Body => ({
  memberId,
  amount: "1.00",
  brand: "mvideo",
  expiresAt: "2026-03-02T12:15:00+03:00",
  reference: "r",
});
const order = ({ memberId }: Pick<World, "memberId">): Body => ({
  orderNumber: "bad",
  brand: "mvideo",
  channel: "web",
  pickup: { brand: "mvideo", storeId: "M-1" },
  memberId,
  lines: sale().lines,
  spend: "1.00",
});
const LINE_TEXTS = ["lines.0.lineId"];
const RECEIPT_TEXTS = ["receipt.brand", "receipt.storeId", "receipt.terminalId", "receipt.shift", "receipt.number"];

export const subjects: readonly Subject[] = [
  {
    name: "a sale",
    path: () => "/v1/purchases",
    body: ({ memberId }) => sale({ memberId }),
    optional: ["memberId"],
    amounts: ["lines.0.unitPrice", "spend"],
    quantities: ["lines.0.quantity"],
    instants: ["occurredAt"],
    texts: [...RECEIPT_TEXTS, ...LINE_TEXTS, "lines.0.sku", "lines.0.category", "memberId"],
  },
  {
    name: "a return",
    path: ({ purchaseId }) => `/v1/purchases/${purchaseId}/returns`,
    body: () => goodsBack(),
    quantities: ["lines.0.quantity"],
    instants: ["occurredAt"],
    texts: [...RECEIPT_TEXTS, ...LINE_TEXTS],
  },
  {
    name: "a dry run of a return",
    path: ({ purchaseId }) => `/v1/purchases/${purchaseId}/returns?dryRun=true`,
    body: () => goodsBack(),
    quantities: ["lines.0.quantity"],
    instants: ["occurredAt"],
    texts: RECEIPT_TEXTS,
    keyless: true,
  },
  {
    name: "a return by receipt",
    path: () => "/v1/returns",
    body: () => ({ original: { receipt: receipt() }, ...goodsBack() }),
    quantities: ["lines.0.quantity"],
    instants: ["occurredAt"],
    texts: [...RECEIPT_TEXTS, "original.receipt.number"],
  },
  {
    name: "a reversal",
    path: () => "/v1/reversals",
    body: () => ({ receipt: receipt(), kind: "purchase" }),
    texts: RECEIPT_TEXTS,
  },
  {
    name: "an accrual",
    path: () => "/v1/accruals",
    body: ({ memberId }) => ({ memberId, amount: "1.00", brand: "mvideo", kind: "promo", reason: "r", reference: "r" }),
    amounts: ["amount"],
    positive: ["amount"],
    instants: ["activeAt", "expiresAt"],
    texts: ["brand", "reason", "reference", "memberId"],
  },
  {
    name: "a redemption",
    path: () => "/v1/redemptions",
    body: ({ memberId }) => ({ memberId, amount: "1.00", brand: "mvideo", storeId: "M-1", reference: "r" }),
    amounts: ["amount"],
    positive: ["amount"],
    texts: ["brand", "storeId", "reference", "memberId"],
  },
  {
    name: "a hold",
    path: () => "/v1/holds",
    body: hold,
    optional: ["expiresAt"],
    amounts: ["amount"],
    positive: ["amount"],
    instants: ["expiresAt"],
    texts: ["reference"],
  },
  {
    name: "a capture",
    path: ({ holdId }) => `/v1/holds/${holdId}/capture`,
    body: () => ({ amount: "1.00" }),
    optional: ["amount"],
    amounts: ["amount"],
    positive: ["amount"],
  },
  {
    name: "an order",
    path: () => "/v1/orders",
    body: order,
    optional: ["memberId"],
    amounts: ["lines.0.unitPrice", "spend"],
    quantities: ["lines.0.quantity"],
    texts: ["orderNumber", "brand", ...LINE_TEXTS, "memberId"],
  },
  {
    name: "a pickup",
    path: ({ orderId }) => `/v1/orders/${orderId}/pickups`,
    body: () => ({ storeId: "M-1", code: "000000", ...goodsBack() }),
    optional: ["lines"],
    quantities: ["lines.0.quantity"],
    instants: ["occurredAt"],
    texts: [...RECEIPT_TEXTS, ...LINE_TEXTS],
  },
  {
    name: "a cancelling",
    path: ({ orderId }) => `/v1/orders/${orderId}/cancel`,
    body: () => ({ lines: [{ lineId: "1", quantity: "1" }], reason: "r" }),
    optional: ["lines", "reason"],
    quantities: ["lines.0.quantity"],
    texts: [...LINE_TEXTS, "reason"],
  },
  {
    name: "an identifier to add",
    path: ({ holderId }) => `/v1/members/${holderId}/identifiers`,
    body: ({ holderProfileId }) => ({
      profileId: holderProfileId,
      identifier: { kind: "phone", value: "+79120000017" },
      verified: true,
      reason: "r",
      reference: "CRM-1",
    }),
    optional: ["reference"],
    texts: ["identifier.kind", "identifier.value", "reason", "reference"],
  },
  {
    name: "the end of an identifier",
    path: ({ holderId }) => `/v1/members/${holderId}/identifiers/end`,
    body: () => ({ identifier: { kind: "card", value: "2900000077700" }, reason: "r", reference: "CRM-1" }),
    optional: ["reference"],
    texts: ["identifier.kind", "identifier.value", "reason", "reference"],
  },
  {
    name: "a block",
    path: ({ memberId }) => `/v1/members/${memberId}/block`,
    body: () => ({ reason: "r", reference: "SEC-1" }),
    optional: ["reference"],
    texts: ["reason", "reference"],
  },
  {
    name: "the end of a block",
    path: ({ memberId }) => `/v1/members/${memberId}/unblock`,
    body: () => ({ reason: "r", reference: "SEC-1" }),
    optional: ["reference"],
    texts: ["reason", "reference"],
  },
  {
    name: "an erasure",
    path: ({ second }) => `/v1/members/${second}/erase`,
    body: () => ({ reason: "r", reference: "PD-1" }),
    optional: ["reference"],
    texts: ["reason", "reference"],
  },
  {
    name: "the end of an erasure",
    path: ({ second }) => `/v1/members/${second}/erase/cancel`,
    body: () => ({ reason: "r", reference: "PD-1" }),
    optional: ["reference"],
    texts: ["reason", "reference"],
  },
  {
    name: "a representative",
    path: ({ memberId }) => `/v1/members/${memberId}/representatives`,
    body: ({ second }) => ({
      representativeId: second,
      rights: { see: true, spendUpTo: { perOperation: "1.00", perMonth: "2.00" } },
      from: "2026-03-02T12:00:00+03:00",
      until: "2027-03-02T12:00:00+03:00",
      reason: "r",
      reference: "r",
    }),
    optional: ["from", "until", "rights.spendUpTo", "rights.spendUpTo.perOperation", "rights.spendUpTo.perMonth"],
    amounts: ["rights.spendUpTo.perOperation", "rights.spendUpTo.perMonth"],
    positive: ["rights.spendUpTo.perOperation", "rights.spendUpTo.perMonth"],
    instants: ["from", "until"],
    texts: ["representativeId", "reason", "reference"],
  },
  {
    name: "the end of a representative",
    path: ({ representationId }) => `/v1/representatives/${representationId}/end`,
    body: () => ({ reason: "r", reference: "r" }),
    optional: ["reference"],
    texts: ["reason", "reference"],
  },
  {
    name: "a merge",
    path: () => "/v1/merges",
    body: ({ memberId, second }) => ({ memberIds: [memberId, second], reason: "r" }),
    texts: ["reason"],
  },
  {
    name: "an unmerge",
    path: ({ mergeId }) => `/v1/merges/${mergeId}/unmerge`,
    body: () => ({ reason: "r" }),
    texts: ["reason"],
  },
  {
    name: "the parting of a profile",
    path: ({ profileId }) => `/v1/profiles/${profileId}/part`,
    body: () => ({ reason: "r" }),
    texts: ["reason"],
  },
  {
    name: "a pair to review",
    path: () => "/v1/match-candidates",
    body: ({ memberId, second }) => ({ memberIds: [memberId, second], reason: "r" }),
    texts: ["reason"],
  },
  {
    name: "who reviews a pair",
    path: () => `/v1/match-candidates/cnd_${UNKNOWN}/assign`,
    body: () => ({ assignee: "reviewer-7" }),
    nullable: ["assignee"],
  },
  {
    name: "what a reviewer decides",
    path: () => `/v1/match-candidates/cnd_${UNKNOWN}/decision`,
    body: () => ({ decision: "link", reason: "r" }),
    texts: ["decision", "reason"],
  },
  {
    name: "a merge in spite of a blocker",
    path: () => "/v1/merge-overrides",
    body: ({ memberId, second }) => ({ memberIds: [memberId, second], blocker: "birth_dates_differ", reason: "r" }),
    texts: ["blocker", "reason"],
    isAdministrators: true,
  },
  {
    name: "who agrees to it",
    path: () => `/v1/merge-overrides/ovr_${UNKNOWN}/approve`,
    body: () => ({ reason: "r" }),
    texts: ["reason"],
    isAdministrators: true,
  },
  {
    name: "a link",
    path: () => "/v1/links",
    body: ({ memberId }) => ({ memberId, identifier: { kind: "phone", value: "+79120000018" } }),
    texts: ["memberId", "identifier.kind", "identifier.value"],
    isAdministrators: true,
  },
  {
    name: "the codes of a link",
    path: () => `/v1/links/lnk_${UNKNOWN}/confirm`,
    body: () => ({ codes: { own: "402917", other: "118203" } }),
    texts: ["codes.own", "codes.other"],
    isAdministrators: true,
  },
  { name: "goods that are ready", path: ({ orderId }) => `/v1/orders/${orderId}/ready`, body: () => ({}) },
  {
    name: "another place for an order",
    path: ({ orderId }) => `/v1/orders/${orderId}/reroute`,
    body: () => ({ pickup: { brand: "mvideo", storeId: "M-1" } }),
    texts: ["pickup.brand", "pickup.storeId"],
  },
  { name: "a new code", path: ({ orderId }) => `/v1/orders/${orderId}/code`, body: () => ({}) },
  {
    name: "a client",
    path: () => "/v1/clients",
    body: () => ({ name: "bad", scopes: ["pos"], brand: "mvideo" }),
    optional: ["brand"],
    nullable: ["brand"],
    texts: ["name"],
    isAdministrators: true,
  },
  {
    name: "an adjustment",
    path: () => "/v1/adjustments",
    headers: { "x-staff-id": "anna-1" },
    body: ({ memberId }) => ({
      memberId,
      amount: "1.00",
      direction: "credit",
      brand: "mvideo",
      reason: "goodwill",
      incident: "INC-1",
      comment: "r",
    }),
    optional: ["incident"],
    amounts: ["amount"],
    positive: ["amount"],
    texts: ["brand", "reason", "comment", "memberId"],
  },
  ...(
    [
      ["the close of a month", "/v1/periods/2026-02/close", { reason: "r" }],
      ["the reopening of a month", "/v1/periods/2026-02/reopen", { reason: "r" }],
      ["a settlement", "/v1/settlements", { from: "2026-02", to: "2026-02" }],
      ["who agrees to a settlement", `/v1/settlements/stm_${UNKNOWN}/agree`, { entity: "mvideo", reason: "r" }],
      ["a draft to drop", `/v1/settlements/stm_${UNKNOWN}/drop`, { reason: "r" }],
      ["a payment", `/v1/settlements/stm_${UNKNOWN}/paid`, { reference: "r", paidOn: "2026-04-01" }],
      ["a file to drop", `/v1/reconciliations/rec_${UNKNOWN}/cancel`, { reason: "r" }],
      ["who has a break", `/v1/breaks/brk_${UNKNOWN}/assign`, { reason: "r" }],
      ["what is said of a break", `/v1/breaks/brk_${UNKNOWN}/comment`, { reason: "r" }],
      ["the end of a break", `/v1/breaks/brk_${UNKNOWN}/resolve`, { resolution: "no_correction", reason: "r" }],
      [
        "the correction of a break",
        `/v1/breaks/brk_${UNKNOWN}/correct`,
        { side: "here", amount: "1.00", direction: "credit", reason: "goodwill", comment: "r" },
      ],
      ["the end of a known reason", `/v1/break-rules/rul_${UNKNOWN}/end`, { reason: "r" }],
      ["who agrees to an adjustment", `/v1/adjustments/adj_${UNKNOWN}/approve`, { comment: "r" }],
      ["who rejects an adjustment", `/v1/adjustments/adj_${UNKNOWN}/reject`, { comment: "r" }],
      ["an adjustment to undo", `/v1/adjustments/adj_${UNKNOWN}/reverse`, { comment: "r" }],
    ] as const
  ).map(
    ([name, path, body]): Subject => ({
      name,
      path: () => path,
      body: () => body,
      texts: Object.keys(body),
      headers: { "x-staff-id": "anna-1" },
      isAdministrators: true,
    }),
  ),
  { name: "a release", path: ({ holdId }) => `/v1/holds/${holdId}/release`, body: () => ({}) },
  {
    name: "a profile",
    path: () => "/v1/profiles",
    body: () => ({
      brand: "mvideo",
      externalId: "bad",
      identifiers: [{ kind: "card", value: "2900000099", verified: true }],
      person: { firstName: "А", birthDate: "1990-01-01" },
      consents: { sms: true },
    }),
    optional: ["consents"],
    texts: ["brand", "externalId", "identifiers.0.value", "person.firstName"],
  },
  {
    name: "consents",
    path: ({ profileId }) => `/v1/profiles/${profileId}/consents`,
    body: () => ({ consents: { sms: true }, channel: "app", occurredAt: "2026-03-02T12:00:00+03:00", reason: "r" }),
    optional: ["occurredAt", "reason"],
    instants: ["occurredAt"],
    texts: ["reason"],
  },
  {
    name: "a lookup",
    path: () => "/v1/members/lookup",
    body: () => ({ identifier: { kind: "card", value: "2900000098" } }),
    texts: ["identifier.value"],
    keyless: true,
  },
  {
    name: "a lookup of a receipt",
    path: () => "/v1/purchases/lookup",
    body: () => ({ receipt: receipt() }),
    texts: RECEIPT_TEXTS,
    keyless: true,
  },
  {
    name: "a batch",
    path: () => "/v1/batches",
    body: () => ({ items: [] as unknown[] }),
    keyless: true,
  },
];

export const subjectNamed = (name: string): Subject => subjects.find((subject) => subject.name === name)!;

/** Sends each of many bodies; each must get the same refusal. */
export async function refused(
  world: World,
  subject: Subject,
  bodies: Iterable<unknown>,
  status: number,
  code: string,
  asked: Asked = {},
): Promise<void> {
  for (const body of bodies) {
    const key = subject.isAdministrators === true ? world.adminKey : world.till;
    const answer = await world.post(subject.path(world), body, { key, headers: subject.headers ?? {}, ...asked });
    const shown = typeof body === "string" ? body.slice(0, 80) : JSON.stringify(body).slice(0, 400);
    expect({ shown, status: answer.status, code: answer.body["code"] }).toEqual({ shown, status, code });
  }
}

/** Which counts have changed of all that a command could have written: `{}` where nothing was. */
export async function writtenBy(
  { database: { sql } }: World,
  work: () => Promise<void>,
): Promise<Record<string, string>> {
  const count = async () => {
    const [counts] = await sql<Record<string, bigint>[]>`select
      (select count(*) from operations) as operations, (select count(*) from transfers) as transfers,
      (select count(*) from command_keys) as keys, (select count(*) from purchases) as purchases,
      (select count(*) from returns) as returns, (select count(*) from orders) as orders, (select count(*) from parked_returns) as parked,
      (select count(*) from profiles) as profiles, (select count(*) from identifiers) as identifiers,
      (select count(*) from lots) as lots, (select count(*) from merges) as merges, (select count(*) from profile_links) as links,
      (select count(*) from member_blocks) as blocks, (select count(*) from adjustments) as adjustments, (select count(*) from erasures) as erasures, (select count(*) from identifier_history) as identified, (select count(*) from profile_consents) as consents, (select count(*) from representative_links) as representatives, (select coalesce(sum(version), 0)::bigint from wallets) as versions`;
    return counts ?? {};
  };
  const before = await count();
  await work();
  const after = await count();
  const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
  return Object.fromEntries(changed.map((name) => [name, `${before[name]} → ${after[name]}`]));
}

/** The body with something else at a place; `undefined` takes the field away. */
export function withAt(body: Body, place: string, value: unknown): Body {
  const copy = structuredClone(body);
  const steps = place.split(".");
  let at = copy;
  for (const step of steps.slice(0, -1)) at = at[step] as Body;
  const last = steps.at(-1) ?? "";
  if (value === undefined) Reflect.deleteProperty(at, last);
  else at[last] = value;
  return copy;
}
