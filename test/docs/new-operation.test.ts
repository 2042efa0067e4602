/** The guide for a new operation: its example is the code that runs here, and all that it promises follows from it. */
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openApiDocument } from "../../src/http/routes/document.ts";
import { modules } from "../../src/modules.ts";
import { testHttp, type TestHttp } from "../support/http.ts";
import { goodwill } from "./goodwill.ts";

const withGoodwill = [...modules, { name: "example", operations: [goodwill], reads: [] }];

let http: TestHttp;
beforeAll(async () => {
  http = await testHttp({ modules: withGoodwill });
});
afterAll(() => http.close());

it("shows the very code that runs", async () => {
  const guide = await readFile(new URL("../../docs/new-operation.md", import.meta.url), "utf8");
  const code = await readFile(new URL("goodwill.ts", import.meta.url), "utf8");
  expect(guide).toContain(code.replaceAll("../../src/", "../"));
});

it("is served, told again, kept with its reason, and documented", async () => {
  const memberId = await http.newMember();
  const body = { memberId, brand: "mvideo", reason: "a queue of an hour" };
  const first = await http.post("/v1/goodwill", body, { idempotencyKey: "sorry-1" });
  expect(first).toMatchObject({ status: 201, body: { balance: { available: "100.00" } } });
  const again = await http.post("/v1/goodwill", body, { idempotencyKey: "sorry-1" });
  expect(again.body).toEqual(first.body);
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect(await http.post("/v1/goodwill", { ...body, brand: "nobody" })).toMatchObject({
    status: 422,
    body: { code: "unknown_brand" },
  });
  const batch = await http.post("/v1/batches", { items: [{ op: "goodwill", idempotencyKey: "sorry-1", body }] });
  expect(batch.body).toEqual({ results: [{ status: 201, body: first.body }] });
  const { body: page } = await http.get(`/v1/members/${memberId}/transfers`);
  expect(page).toMatchObject({ items: [{ event: "activation" }, { operation: { reason: "a queue of an hour" } }] });
  expect(openApiDocument(withGoodwill).paths).toHaveProperty("/v1/goodwill.post.operationId", "goodwill");
});
