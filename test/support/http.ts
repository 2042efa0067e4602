/**
 * The HTTP app over a test ledger, in process: clients with their keys, and short ways to ask.
 * Every answer is held against the contract, and closing asks for the proof.
 */
import { newUuid } from "../../src/kernel/ids.ts";
import type { Scope } from "../../src/kernel/permissions.ts";
import { hashKey, newKey as freshKey } from "../../src/programme/clients/keys.ts";
import { type App, createApp, type AppOptions } from "../../src/http/server/app.ts";
import type { ServiceOptions } from "../../src/service.ts";
import { expectContract } from "./contract.ts";
import { expectProof } from "./proof.ts";
import { newTestKey, testLedger, type TestLedger } from "./ledger.ts";

/** An answer with its JSON read. */
export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface Asked {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is where it is a string, or bytes. */
  readonly body?: unknown;
  /** Absent: a new one; null: none. */
  readonly idempotencyKey?: string | null;
}

export interface TestHttp extends TestLedger {
  readonly app: App;
  /** What nobody foresaw: empty, unless a test makes faults. */
  readonly faults: readonly unknown[];
  /** A key that may do everything. */
  readonly adminKey: string;
  newKey(scopes: readonly Scope[], brand?: string | null): Promise<string>;
  get<T = Record<string, unknown>>(path: string, asked?: Asked): Promise<Answer<T>>;
  post<T = Record<string, unknown>>(path: string, body: unknown, asked?: Asked): Promise<Answer<T>>;
  put<T = Record<string, unknown>>(path: string, body: unknown, asked?: Asked): Promise<Answer<T>>;
}

const isReady = (body: unknown): body is string | Uint8Array<ArrayBuffer> =>
  typeof body === "string" || body instanceof Uint8Array;

export async function testHttp(options: Partial<ServiceOptions> & AppOptions = {}): Promise<TestHttp> {
  const { log, observe, operators, rates, ...serviceOptions } = options;
  const ledger = await testLedger(serviceOptions);
  const { service } = ledger;
  const faults: unknown[] = [];
  const app = createApp(service, {
    log: log ?? { request: () => {}, fault: (error) => void faults.push(error) },
    ...(observe === undefined ? {} : { observe }),
    ...(operators === undefined ? {} : { operators }),
    ...(rates === undefined ? {} : { rates }),
  });
  const newKey = async (scopes: readonly Scope[], brand: string | null = null) => {
    const key = freshKey();
    const now = new Date(ledger.clock.now()).toISOString();
    await ledger.database.sql`with client as (insert into clients (client_id, name, scopes, brand, created_at)
        values (${newUuid(0)}::uuid, 'test', ${JSON.stringify(scopes)}::text::json, ${brand}, ${now}::timestamptz) returning client_id)
      insert into client_keys (key_hash, client_id, created_at) select ${hashKey(key)}, client_id, ${now}::timestamptz from client`;
    return key;
  };
  const adminKey = await newKey(["admin"]);
  const ask = async (
    method: string,
    path: string,
    { key = adminKey, headers = {}, body, idempotencyKey = newTestKey() }: Asked,
  ) => {
    const sent = body === undefined ? {} : { body: isReady(body) ? body : JSON.stringify(body) };
    const answer = await app.request(path, {
      method,
      headers: {
        ...(key === "" ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(idempotencyKey === null || method === "GET" ? {} : { "idempotency-key": idempotencyKey }),
        ...headers,
      },
      ...sent,
    });
    const text = await answer.text();
    const isJson = (answer.headers.get("content-type") ?? "").includes("json");
    const read = (isJson ? JSON.parse(text) : text) as unknown;
    expectContract(method, path, answer.status, answer.headers, read);
    return { status: answer.status, headers: answer.headers, body: read as never };
  };
  return {
    ...ledger,
    app,
    faults,
    adminKey,
    newKey,
    async close() {
      await expectProof(ledger);
      await ledger.close();
      if (faults.length > 0) throw new AggregateError(faults, "there were faults that nobody foresaw");
    },
    get: (path, asked = {}) => ask("GET", path, asked),
    post: (path, body, asked = {}) => ask("POST", path, { ...asked, body }),
    put: (path, body, asked = {}) => ask("PUT", path, { ...asked, body }),
  };
}
