import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureAdministrator } from "../../../src/programme/clients/administrator.ts";
import { hashKey, newKey } from "../../../src/programme/clients/keys.ts";
import { openService } from "../../../src/service.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { TEST_KEYS } from "../../support/keys.ts";

let http: TestHttp;
beforeAll(async () => {
  http = await testHttp();
});
afterAll(() => http.close());

interface Given {
  readonly clientId: string;
  readonly key: string;
}
const TILLS = { name: "tills", scopes: ["pos"], brand: "mvideo" };
const NO_CLIENT = `cli_${"0".repeat(12)}70008${"0".repeat(15)}`;
const create = async (body: object = TILLS): Promise<Given> => (await http.post<Given>("/v1/clients", body)).body;

/** What a key is worth: 401 for nothing; otherwise 404, for a purchase that nobody has made. */
const statusWith = async (key: string): Promise<number> => {
  return (await http.get("/v1/purchases/pur_0195560d2a0070008a30f1c2d3e4f000", { key })).status;
};

describe("making a client", () => {
  it("shows a key that works at once, and stores its hash only", async () => {
    const answer = await http.post<Given>("/v1/clients", TILLS);
    expect(answer.status).toBe(201);
    const { clientId, key } = answer.body;
    expect(await statusWith(key)).toBe(404);
    const kept = await http.database.sql<{ all: string }[]>`
      select row_to_json(c)::text || row_to_json(k)::text || (select json_agg(o)::text from operations o) as all
      from clients c join client_keys k using (client_id) where c.client_id = ${clientId.slice(4)}::uuid`;
    expect(kept).toHaveLength(1);
    expect(kept[0]?.all).toContain(hashKey(key));
    expect(kept[0]?.all).not.toContain(key);
  });

  it("happens once under one Idempotency-Key: the repeat tells the client, and not the key", async () => {
    const asked = { idempotencyKey: "make-once" };
    const answers = await Promise.all([1, 2, 3, 4].map(() => http.post<Given>("/v1/clients", TILLS, asked)));
    expect(answers.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 201]));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body.clientId)).size).toBe(1);
    const repeat = await http.post<Partial<Given>>("/v1/clients", TILLS, asked);
    expect(repeat.status).toBe(200);
    expect(repeat.headers.get("idempotency-replayed")).toBe("true");
    expect(Object.keys(repeat.body)).toEqual(["clientId"]);
    const other = await http.post("/v1/clients", { ...TILLS, name: "others" }, asked);
    expect(other).toMatchObject({ status: 409, body: { code: "idempotency_mismatch" } });
    const rotation = await http.post(`/v1/clients/${repeat.body.clientId}/rotate`, undefined, asked);
    expect(rotation).toMatchObject({ status: 409, body: { code: "idempotency_mismatch" } });
  });

  it.each([
    [{ ...TILLS, scopes: [] }, 422, "unprocessable_request"],
    [{ ...TILLS, scopes: ["root"] }, 400, "invalid_request"],
    [{ ...TILLS, name: "" }, 400, "invalid_request"],
    [{ ...TILLS, name: "a\u0000b" }, 400, "invalid_request"],
    [{ ...TILLS, key: "mine" }, 400, "invalid_request"],
    [{ ...TILLS, brand: "nobody" }, 422, "unknown_brand"],
    [{ ...TILLS, scopes: ["admin"] }, 422, "unprocessable_request"],
    ["{", 400, "malformed_json"],
  ])("refuses %j", async (body, status, code) => {
    const before = (await http.get<{ items: unknown[] }>("/v1/clients?limit=200")).body.items.length;
    expect(await http.post("/v1/clients", body)).toMatchObject({ status, body: { code } });
    expect((await http.get<{ items: unknown[] }>("/v1/clients?limit=200")).body.items).toHaveLength(before);
  });

  it("needs an Idempotency-Key", async () => {
    const answer = await http.post("/v1/clients", TILLS, { idempotencyKey: null });
    expect(answer).toMatchObject({ status: 400, body: { code: "idempotency_key_required" } });
  });
});

describe("a client's key", () => {
  it("ends at once when it is rotated; the new one works", async () => {
    const { clientId, key } = await create();
    const asked = { idempotencyKey: "rotate-once" };
    const rotated = await http.post<Given>(`/v1/clients/${clientId}/rotate`, undefined, asked);
    expect(rotated).toMatchObject({ status: 201, body: { clientId } });
    expect(await statusWith(key)).toBe(401);
    expect(await statusWith(rotated.body.key)).toBe(404);
    const repeat = await http.post(`/v1/clients/${clientId}/rotate`, undefined, asked);
    expect(repeat).toMatchObject({ status: 200, body: { clientId } });
    expect(repeat.body).not.toHaveProperty("key");
    expect(await statusWith(rotated.body.key)).toBe(404);
  });

  it("is one, also after rotations at once", async () => {
    const { clientId, key } = await create();
    const path = `/v1/clients/${clientId}/rotate`;
    const rotated = await Promise.all([1, 2, 3, 4, 5, 6].map(() => http.post<Given>(path, undefined)));
    expect(rotated.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201, 201]);
    const statuses = await Promise.all([key, ...rotated.map(({ body }) => body.key)].map(statusWith));
    expect(statuses.filter((status) => status === 404)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(6);
  });

  it("ends at once, and for ever, when the client is revoked", async () => {
    const { clientId, key } = await create();
    const path = `/v1/clients/${clientId}/revoke`;
    const revoked = await http.post(path, undefined);
    expect(revoked).toMatchObject({ status: 200, body: { clientId } });
    expect(await statusWith(key)).toBe(401);
    http.clock.moveTo(http.clock.now() + 1_000);
    expect((await http.post(path, undefined)).body).toEqual(revoked.body);
    const rotation = await http.post(`/v1/clients/${clientId}/rotate`, undefined);
    expect(rotation).toMatchObject({ status: 404, body: { code: "not_found" } });
  });

  it("of a revocation is used once: its repeat is told so, and another request under it is refused", async () => {
    const [{ clientId }, other] = [await create(), await create()];
    const asked = { idempotencyKey: "revoke-once" };
    const revoked = await http.post(`/v1/clients/${clientId}/revoke`, undefined, asked);
    expect(revoked.headers.get("idempotency-replayed")).toBeNull();
    const again = await http.post(`/v1/clients/${clientId}/revoke`, undefined, asked);
    expect(again.body).toEqual(revoked.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    const mismatch = { status: 409, body: { code: "idempotency_mismatch" } };
    expect(await http.post(`/v1/clients/${other.clientId}/revoke`, undefined, asked)).toMatchObject(mismatch);
    expect(await http.post("/v1/clients", TILLS, asked)).toMatchObject(mismatch);
    expect(await statusWith(other.key)).toBe(404);
    const none = await http.post(`/v1/clients/${other.clientId}/revoke`, undefined, { idempotencyKey: null });
    expect(none).toMatchObject({ status: 400, body: { code: "idempotency_key_required" } });
  });

  it("ends in another instance of the service within a second or so", async () => {
    const { clientId, key } = await create();
    const other = await openService({ personal: TEST_KEYS, target: http.database, clock: http.clock, readers: 2 });
    expect(await other.directory.client(hashKey(key))).toMatchObject({ clientId, brand: "mvideo" });
    await http.post(`/v1/clients/${clientId}/revoke`, undefined);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect(await other.directory.client(hashKey(key))).toBeUndefined();
    await other.close();
  });

  it("counts as ended although a reading of the directory was under way", async () => {
    const { clientId, key } = await create();
    const { directory } = http.service;
    directory.changed();
    const reading = directory.brands();
    await http.post(`/v1/clients/${clientId}/revoke`, undefined);
    await reading;
    expect(await directory.client(hashKey(key))).toBeUndefined();
  });

  it("of nobody cannot be rotated or revoked, and its Idempotency-Key stays free", async () => {
    for (const id of [NO_CLIENT, "cli_1", "mbr_0195560d2a0070008a30f1c2d3e4f000", "x'--"]) {
      for (const verb of ["rotate", "revoke"]) {
        const answer = await http.post(`/v1/clients/${encodeURIComponent(id)}/${verb}`, undefined, {
          idempotencyKey: "free",
        });
        expect(answer).toMatchObject({ status: 404, body: { code: "not_found" } });
      }
    }
    const { clientId } = await create();
    const answer = await http.post(`/v1/clients/${clientId}/rotate`, undefined, { idempotencyKey: "free" });
    expect(answer.status).toBe(201);
  });
});

describe("the list of clients", () => {
  it("goes through all of them a page at a time, and shows no key", async () => {
    const { clientId } = await create({ name: "shop", scopes: ["crm", "checkout"] });
    const seen: Record<string, unknown>[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: string = cursor === "" ? "limit=2" : `limit=2&cursor=${cursor}`;
      const page = await http.get<{ items: Record<string, unknown>[]; nextCursor: string | null }>(
        `/v1/clients?${query}`,
      );
      expect(page.body.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.body.items);
      cursor = page.body.nextCursor;
    }
    const [row] = await http.database.sql<{ found: number }[]>`select count(*)::int as found from clients`;
    expect(seen).toHaveLength(row?.found ?? -1);
    expect(new Set(seen.map((client) => client["clientId"])).size).toBe(seen.length);
    const shop = seen.find((client) => client["clientId"] === clientId);
    expect(shop).toMatchObject({ name: "shop", scopes: ["checkout", "crm"], brand: null, revokedAt: null });
    expect(JSON.stringify(seen)).not.toMatch(/mck_|[0-9a-f]{64}/);
  });

  it.each(["limit=x", "cursor=%00", "cursor=zzz", "cursor=AAAA", "page=2"])("refuses ?%s", async (query) => {
    expect(await http.get(`/v1/clients?${query}`)).toMatchObject({ status: 400, body: { code: "invalid_request" } });
  });

  it.each(["limit=0", "limit=201"])("finds ?%s senseless", async (query) => {
    const senseless = { status: 422, body: { code: "unprocessable_request" } };
    expect(await http.get(`/v1/clients?${query}`)).toMatchObject(senseless);
  });
});

describe("the first administrator", () => {
  it("is made once for a configured key, and stays revoked when revoked", async () => {
    const key = newKey();
    const { directory } = http.service;
    const ensure = (configured?: string) => ensureAdministrator(http.service, configured);
    await Promise.all([1, 2, 3].map(() => ensure(key)));
    directory.changed();
    const client = await directory.client(hashKey(key));
    expect(client).toMatchObject({ name: "administrator" });
    const [row] = await http.database.sql<{ found: number }[]>`
      select count(*)::int as found from clients where name = 'administrator'`;
    expect(row?.found).toBe(1);
    await http.post(`/v1/clients/${client?.clientId ?? ""}/revoke`, undefined);
    await expect(ensure(key)).rejects.toThrow(/has ended/);
    expect(await directory.client(hashKey(key))).toBeUndefined();
    expect(await ensure()).toBeUndefined();
  });
});

describe("administration", () => {
  const PATHS = [
    ["POST", "/v1/clients"],
    ["GET", "/v1/clients"],
    ["POST", `/v1/clients/${NO_CLIENT}/rotate`],
    ["POST", `/v1/clients/${NO_CLIENT}/revoke`],
    ["PUT", "/v1/brands/mvideo"],
    ["GET", "/v1/brands"],
    ["PUT", "/v1/stores/M-1"],
    ["GET", "/v1/stores"],
    ["PUT", "/v1/terminals/1"],
    ["GET", "/v1/policies"],
    ["PUT", "/v1/clock"],
    ["GET", "/v1/clock"],
  ] as const;

  it.each(PATHS)("%s %s is for administrators only", async (method, path) => {
    const others = await http.newKey(["pos", "checkout", "crm", "support", "finance"]);
    const ask = (key: string) => {
      if (method === "GET") return http.get(path, { key });
      return method === "PUT" ? http.put(path, {}, { key }) : http.post(path, {}, { key });
    };
    expect(await ask("")).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    expect(await ask("mck_wrong")).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    expect(await ask(others)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect([401, 403]).not.toContain((await ask(http.adminKey)).status);
  });
});
