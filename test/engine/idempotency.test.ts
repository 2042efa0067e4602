/**
 * An idempotency key has one effect for ever: whatever the form of the operation has become since, however the client
 * writes its JSON, and whichever way the request comes.
 */
import { z } from "@hono/zod-openapi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accrual } from "../../src/bonuses/accrual.ts";
import type { Module } from "../../src/engine/definition/module.ts";
import { type AnyOperation, defineOperation } from "../../src/engine/definition/operation.ts";
import { submit } from "../../src/engine/group/submit.ts";
import { type App, createApp } from "../../src/http/server/app.ts";
import { Brand, PositiveAmount, text } from "../../src/kernel/fields.ts";
import { requireMember } from "../../src/members/lookup.ts";
import { modules } from "../../src/modules.ts";
import { PurchaseBody } from "../../src/sales/purchase/purchase-body.ts";
import { purchase } from "../../src/sales/purchase/purchase.ts";
import { openService, type Service } from "../../src/service.ts";
import { goodsBack, sale } from "../http/bodies.ts";
import { testHttp, type TestHttp } from "../support/http.ts";
import { newTestKey, requestOf } from "../support/ledger.ts";
import { TEST_KEYS } from "../support/keys.ts";

const OldBody = z.strictObject({ memberId: text(64), amount: PositiveAmount, brand: Brand, reason: text(500) });
const NewBody = OldBody.extend({ channel: z.enum(["pos", "web"]).default("pos") });

/** A small operation, with the form that it has in a version of the service. */
const gift = (body: z.ZodType<z.output<typeof OldBody> & { readonly channel?: string }>) =>
  defineOperation({
    name: "test-gift",
    permission: "accruals.grant",
    http: {
      method: "post",
      path: "/v1/test-gifts",
      tag: "Bonuses",
      summary: "A gift",
      idempotencyKey: "required",
      batchItem: "test-gift",
    },
    body,
    answers: accrual.answers,
    problems: ["member_not_found"],
    facts: ({ channel, reason }) => ({ channel, reason }),
    prepare: async (look, { body: asked }) => ({ ...asked, ...(await requireMember(look, asked)) }),
    needs: ({ memberId }) => ({ wallets: [memberId] }),
    decide: (context, { memberId, profileId, amount, brand, reason }) =>
      accrual.decide(context, { memberId, profileId, amount, brand, reason, kind: "promo", reference: "test" }),
  });

/** The service as it is, with these operations instead of those of the same name, or beside the others. */
function withOperations(...own: readonly AnyOperation[]): Module[] {
  const names = new Set(own.map(({ name }) => name));
  const others = modules.map((module) => ({
    ...module,
    operations: module.operations.filter(({ name }) => !names.has(name)),
  }));
  return [...others, { name: "test", operations: own, reads: [] }];
}

const newPurchase = {
  ...purchase,
  body: PurchaseBody.safeExtend({ giftWrap: z.boolean().default(false) }),
} as unknown as AnyOperation;

let http: TestHttp;
/** The next version of the service, on the same database. */
let service: Service;
let next: App;
beforeAll(async () => {
  http = await testHttp({ modules: withOperations(gift(OldBody)) });
  const { database: target, clock } = http;
  service = await openService({
    personal: TEST_KEYS,
    target,
    clock,
    modules: withOperations(gift(NewBody), newPurchase),
  });
  next = createApp(service);
});
afterAll(async () => {
  await service.close();
  await http.close();
});

/** Asks the next version. */
async function askNext(path: string, body: unknown, idempotencyKey: string) {
  const authorization = `Bearer ${http.adminKey}`;
  const headers = { authorization, "content-type": "application/json", "idempotency-key": idempotencyKey };
  const answer = await next.request(path, { method: "POST", headers, body: JSON.stringify(body) });
  const replayed = answer.headers.get("idempotency-replayed") === "true";
  return { status: answer.status, replayed, body: (await answer.json()) as Record<string, unknown> };
}

const giftTo = (memberId: string) => ({ memberId, amount: "10.00", brand: "mvideo", reason: "test" });

async function countOf(table: "lots" | "purchases" | "returns", memberId: string): Promise<bigint | undefined> {
  const { sql } = http.database;
  const [row] = await sql<{ count: bigint }[]>`
    select count(*) from ${sql(table)} where member_id = ${memberId.slice(4)}::uuid`;
  return row?.count;
}

describe("a request that is repeated after its form has got a field with a default", () => {
  it("is told again what it was told, and does nothing", async () => {
    const memberId = await http.newMember();
    const key = newTestKey();
    const first = await http.post("/v1/test-gifts", giftTo(memberId), { idempotencyKey: key });
    expect(first.status).toBe(201);
    const again = await askNext("/v1/test-gifts", giftTo(memberId), key);
    expect(again).toEqual({ status: 201, replayed: true, body: first.body });
    const batch = await askNext("/v1/batches", { items: [item(key, giftTo(memberId))] }, newTestKey());
    expect(batch.body).toEqual({ results: [{ status: 201, body: first.body }] });
    expect(await countOf("lots", memberId)).toBe(1n);
  });

  it("also finds what it did by the receipt, under another key", async () => {
    const memberId = await http.newMember();
    const body = sale({ memberId });
    const first = await http.post("/v1/purchases", body);
    expect(first.status).toBe(201);
    expect(await askNext("/v1/purchases", body, newTestKey())).toEqual({
      status: 201,
      replayed: true,
      body: first.body,
    });
    expect(await countOf("purchases", memberId)).toBe(1n);
  });

  it("is another request where it states the new field", async () => {
    const memberId = await http.newMember();
    const key = newTestKey();
    await http.post("/v1/test-gifts", giftTo(memberId), { idempotencyKey: key });
    const other = await askNext("/v1/test-gifts", { ...giftTo(memberId), channel: "web" }, key);
    expect(other).toMatchObject({ status: 409, replayed: false, body: { code: "idempotency_mismatch" } });
    expect(await countOf("lots", memberId)).toBe(1n);
  });
});

const item = (idempotencyKey: string, body: object) => ({ op: "test-gift", idempotencyKey, body });

describe("a key", () => {
  it("is indifferent to the order in which the client writes the fields, at any depth", async () => {
    const memberId = await http.newMember();
    const idempotencyKey = newTestKey();
    const body = sale({ memberId });
    const first = await http.post("/v1/purchases", body, { idempotencyKey });
    expect(first.status).toBe(201);
    const turned = await http.post("/v1/purchases", turn(body), { idempotencyKey });
    expect(JSON.stringify(turn(body))).not.toBe(JSON.stringify(body));
    expect(turned.body).toEqual(first.body);
    expect(turned.headers.get("idempotency-replayed")).toBe("true");
  });

  it.each([
    ["another amount", { amount: "10.01" }, "idempotency_mismatch"],
    ["another reason, which is only kept", { reason: "tests" }, "idempotency_mismatch"],
    ["a field that nobody knows", { note: "?" }, "invalid_request"],
  ])("with %s in its body is refused, and has no effect", async (_, change, code) => {
    const memberId = await http.newMember();
    const idempotencyKey = newTestKey();
    const first = await http.post("/v1/test-gifts", giftTo(memberId), { idempotencyKey });
    const other = await http.post("/v1/test-gifts", { ...giftTo(memberId), ...change }, { idempotencyKey });
    expect(other.body["code"]).toBe(code);
    const again = await http.post("/v1/test-gifts", giftTo(memberId), { idempotencyKey });
    expect(again.body).toEqual(first.body);
    expect(await countOf("lots", memberId)).toBe(1n);
  });

  it("of one operation is a conflict for another", async () => {
    const memberId = await http.newMember();
    const idempotencyKey = newTestKey();
    await http.post("/v1/test-gifts", giftTo(memberId), { idempotencyKey });
    const other = await http.post(
      "/v1/accruals",
      { ...giftTo(memberId), kind: "promo", reference: "1" },
      { idempotencyKey },
    );
    expect(other).toMatchObject({ status: 409, body: { code: "idempotency_mismatch" } });
  });

  it("sent through the route and through a batch has one effect, whichever is first", async () => {
    const memberId = await http.newMember();
    for (const batchFirst of [true, false]) {
      const key = newTestKey();
      const body = giftTo(memberId);
      const byRoute = async () => (await http.post("/v1/test-gifts", body, { idempotencyKey: key })).body;
      const byBatch = async () => resultOf(await http.post("/v1/batches", { items: [item(key, body)] }));
      const [one, other] = batchFirst ? [await byBatch(), await byRoute()] : [await byRoute(), await byBatch()];
      expect(other).toEqual(one);
    }
    expect(await countOf("lots", memberId)).toBe(2n);
  });

  it("has one effect also where a part of the request stands in the path", async () => {
    const memberId = await http.newMember();
    for (const batchFirst of [true, false]) {
      const sold = await http.post<{ purchaseId: string }>("/v1/purchases", sale({ memberId }));
      const { purchaseId } = sold.body;
      const body = goodsBack();
      const key = newTestKey();
      const path = `/v1/purchases/${purchaseId}/returns`;
      const byRoute = async () => (await http.post(path, body, { idempotencyKey: key })).body;
      const items = [{ op: "return", idempotencyKey: key, body: { purchaseId, ...body } }];
      const byBatch = async () => resultOf(await http.post("/v1/batches", { items }));
      const [one, other] = batchFirst ? [await byBatch(), await byRoute()] : [await byRoute(), await byBatch()];
      expect(other).toEqual(one);
      expect(one).toHaveProperty("returnId");
    }
    expect(await countOf("returns", memberId)).toBe(2n);
  });

  it("of one client is nothing to another", async () => {
    const memberId = await http.newMember();
    const idempotencyKey = newTestKey();
    const keys = [await http.newKey(["crm"]), await http.newKey(["crm"])];
    for (const key of keys) {
      const answer = await http.post("/v1/test-gifts", giftTo(memberId), { key, idempotencyKey });
      expect(answer.headers.get("idempotency-replayed")).toBeNull();
    }
    expect(await countOf("lots", memberId)).toBe(2n);
  });
});

const resultOf = ({ body }: { readonly body: Record<string, unknown> }): unknown =>
  (body["results"] as { readonly body: unknown }[])[0]?.body;

/** The same value, with the fields of every object the other way round. */
function turn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turn);
  if (typeof value !== "object" || value === null) return value;
  const turned = Object.entries(value).toReversed();
  return Object.fromEntries(turned.map(([name, field]) => [name, turn(field)]));
}

describe("an operation that is a thing of the world", () => {
  it("says how a conflict about it is told: else a till would hear of a receipt", async () => {
    const silent = { ...purchase, conflict: undefined } as unknown as AnyOperation;
    const request = requestOf(purchase, sale());
    await expect(submit(http.service, silent, request)).rejects.toThrow("how a conflict about it is told");
  });
});
