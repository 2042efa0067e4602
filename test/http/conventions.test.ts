/** What holds for every answer, whatever the route. */
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { problems } from "../../src/kernel/problems.ts";
import { openApiDocument } from "../../src/http/routes/document.ts";
import { httpLog } from "../../src/http/server/log.ts";
import { createMetrics } from "../../src/http/server/metrics.ts";
import { createApp } from "../../src/http/server/app.ts";
import { routes } from "../support/contract.ts";
import { testHttp, type TestHttp } from "../support/http.ts";
import { sale } from "./bodies.ts";

let http: TestHttp;
let draining = false;
const lines: string[] = [];
const logger = pino({ level: "debug" }, { write: (line: string) => void lines.push(line) });
const metrics = createMetrics();
beforeAll(async () => {
  const operators = { draining: () => draining, metrics };
  http = await testHttp({ log: httpLog(logger), observe: metrics.observe, operators, reports: metrics.reports });
  metrics.watch(http.service);
});
afterAll(() => http.close());

describe("a request", () => {
  it("keeps its own id where that is fit for a log, and gets one where it is not", async () => {
    expect(
      (await http.get("/v1/purchases/x", { headers: { "x-request-id": "till-7.1" } })).headers.get("x-request-id"),
    ).toBe("till-7.1");
    for (const given of ["", "a b", "x".repeat(65), "é"]) {
      const made = (await http.get("/v1/purchases/x", { headers: { "x-request-id": given } })).headers.get(
        "x-request-id",
      );
      expect(made).toMatch(/^[\x21-\x7e]{8,64}$/);
      expect(made).not.toBe(given);
    }
    const two = [await http.get("/healthz"), await http.get("/healthz")].map(({ headers }) =>
      headers.get("x-request-id"),
    );
    expect(new Set(two).size).toBe(2);
  });

  it("has its trace continued where that is well formed", async () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    expect((await http.get("/v1/purchases/x", { headers: { traceparent } })).headers.get("traceparent")).toBe(
      traceparent,
    );
    expect(lines.at(-1)).toContain("4bf92f3577b34da6a3ce929d0e0e4736");
    expect(
      (await http.get("/v1/purchases/x", { headers: { traceparent: "x" } })).headers.get("traceparent"),
    ).toBeNull();
  });

  it("for what is not there finds nothing", async () => {
    for (const path of [
      "/",
      "/v1",
      "/v1/nothing",
      "/v1/purchases/",
      "/v1/purchases/x/y",
      "/docs/../package.json",
      "/docs/x",
    ]) {
      expect(await http.get(path)).toMatchObject({ status: 404, body: { code: "not_found" } });
    }
  });

  const OPERATORS = ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs", "/docs/problems", "/docs/start.js"];
  const byPath = new Map<string, Set<string>>(OPERATORS.map((path) => [path, new Set(["GET"])]));
  for (const { path, method } of routes) byPath.set(path, (byPath.get(path) ?? new Set()).add(method.toUpperCase()));

  it("is not there for figures where none are kept", async () => {
    const app = createApp(http.service);
    for (const method of ["GET", "POST"]) expect((await app.request("/metrics", { method })).status).toBe(404);
  });

  it.each([...byPath])("for %s by another method is told the methods of just that path", async (path, served) => {
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
      if (served.has(method)) continue;
      const answer = await http.app.request(path.replaceAll(/\{\w+\}/g, "x"), { method });
      expect(answer.status).toBe(405);
      expect(new Set(answer.headers.get("allow")?.split(", "))).toEqual(served);
      expect(await answer.json()).toMatchObject({ code: "method_not_allowed", allow: [...served] });
    }
  });

  it("for a fixed path is not taken for one of the path with a parameter beside it", async () => {
    const answer = await http.app.request("/v1/members/lookup");
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"]);
  });
});

describe("a problem", () => {
  it.each([
    [undefined, "ru"],
    ["", "ru"],
    ["en", "en"],
    ["en-GB,en;q=0.9", "en"],
    ["ru,en;q=0.9", "ru"],
    ["en;q=0.5, ru;q=0.8", "ru"],
    ["de, en;q=0.5", "en"],
    ["en;q=x, ru", "ru"],
    ["*", "ru"],
  ] as const)("speaks to a cashier who accepts %s in %s", async (language, spoken) => {
    const headers = language === undefined ? {} : { "accept-language": language };
    const { body } = await http.get("/v1/purchases/x", { headers });
    expect(body["cashierMessage"]).toBe(problems.purchase_not_found.cashier[spoken]);
  });

  it("that nobody foresaw tells nothing but the request's id", async () => {
    const broken = {
      ...http.service,
      directory: { client: () => Promise.reject(new TypeError("secret 2900000000017")) },
    };
    const app = createApp(broken as unknown as typeof http.service, { log: httpLog(logger) });
    const before = lines.length;
    const answer = await app.request("/v1/purchases/x", {
      headers: { authorization: `Bearer ${http.adminKey}`, "x-request-id": "fault-1" },
    });
    expect(answer.status).toBe(500);
    const body = await answer.text();
    expect(body).toContain("fault-1");
    expect(body).not.toMatch(/secret|TypeError|at /);
    expect(lines.slice(before).find((line) => line.includes("fault-1"))).toContain("TypeError");
  });

  it("of the database is 503 with Retry-After", async () => {
    for (const code of ["ECONNREFUSED", "CONNECTION_CLOSED", "57P01", "53300", "40001", "57014"]) {
      const broken = {
        ...http.service,
        directory: { client: () => Promise.reject(Object.assign(new Error("x"), { code })) },
      };
      const app = createApp(broken as unknown as typeof http.service);
      const answer = await app.request("/v1/purchases/x", { headers: { authorization: `Bearer ${http.adminKey}` } });
      expect([code, answer.status, answer.headers.get("retry-after")]).toEqual([code, 503, "1"]);
    }
  });
});

describe("a queue that is full", () => {
  it("refuses at once with 503 and Retry-After, and what was refused may be sent again under its key", async () => {
    const small = await testHttp({ lanes: 1, limits: { groupSize: 1, queueLength: 2 } });
    const memberId = await small.newMember();
    const bodies = Array.from({ length: 60 }, (_, index) => ({ key: `full-${index}`, body: sale({ memberId }) }));
    const send = ({ key, body }: (typeof bodies)[number]) => small.post("/v1/purchases", body, { idempotencyKey: key });
    const first = await Promise.all(bodies.map(send));
    const refused = bodies.filter((_, index) => first[index]?.status !== 201);
    expect(refused.length).toBeGreaterThan(0);
    const codes = first.flatMap(({ status, body }) => (status === 201 ? [] : [`${status} ${String(body["code"])}`]));
    expect(new Set(codes)).toEqual(new Set(["503 overloaded"]));
    for (const one of refused) expect((await send(one)).status).toBe(201);
    const [count] = await small.database.sql`select count(*)::int as sold from purchases`;
    expect(count).toEqual({ sold: 60 });
    await small.close();
  });
});

describe("the log", () => {
  it("has one line a request, with no key, body, identifier or URL in it", async () => {
    const memberId = await http.newMember();
    const identifier = { kind: "phone", value: "+79123456789" };
    const before = lines.length;
    await http.post("/v1/purchases", sale({ memberId }), { idempotencyKey: "idem-secret" });
    await http.post("/v1/purchases", sale({ identifier }));
    await http.post("/v1/members/lookup", { identifier });
    await http.get("/v1/purchases/pur_secret?x=+79123456789");
    const said = lines.slice(before);
    expect(said.length).toBe(4);
    expect(said.join("")).not.toMatch(/9123456789|mck_|idem-secret|pur_secret|mbr_|unitPrice/);
    expect(JSON.parse(said[0]!)).toMatchObject({ level: 20, method: "POST", route: "/v1/purchases", status: 201 });
    expect(JSON.parse(said[3]!)).toMatchObject({ level: 30, route: "/v1/purchases/{purchaseId}", status: 400 });
  });
});

describe("an operator", () => {
  it("sees that the process is there, and whether it is ready", async () => {
    expect(await http.get("/healthz", { key: "" })).toMatchObject({ status: 200, body: { status: "ok" } });
    expect(await http.get("/readyz", { key: "" })).toMatchObject({ status: 200, body: { status: "ready" } });
    draining = true;
    expect(await http.get("/readyz", { key: "" })).toMatchObject({ status: 503, body: { code: "shutting_down" } });
    expect(await http.get("/healthz", { key: "" })).toMatchObject({ status: 200 });
    draining = false;
  });

  it("is told of a database that lacks a migration", async () => {
    const [newest] = await http.database
      .sql`delete from mclub_migrations where name = (select max(name) from mclub_migrations) returning name, sha256`;
    expect(await http.get("/readyz", { key: "" })).toMatchObject({
      status: 503,
      body: { code: "unavailable", pendingMigrations: [newest!["name"]] },
    });
    await http.database
      .sql`insert into mclub_migrations ${http.database.sql(newest as Record<string, string>, "name", "sha256")}`;
  });

  it("reads figures of requests, groups, queue and process", async () => {
    await http.post("/v1/purchases", sale({ memberId: await http.newMember() }));
    await http.app.request("/v1/holds/x", { method: "DELETE" });
    const { body } = await http.get<string>("/metrics", { key: "" });
    expect(body).toMatch(
      /mclub_http_request_duration_seconds_count\{route="\/v1\/purchases",method="POST",status="201"\} [1-9]/,
    );
    // What was refused before it got to a route is counted by the path's pattern, too.
    expect(body).toMatch(/route="\/v1\/holds\/\{holdId\}",method="DELETE",status="405"/);
    expect(body).not.toMatch(/route="[^"]*:/);
    expect(body).toMatch(/mclub_engine_group_size_count [1-9]/);
    for (const name of [
      "mclub_engine_group_duration_seconds",
      "mclub_engine_queue_length",
      "mclub_engine_faults_total",
      "mclub_reader_connections",
      "nodejs_eventloop_lag_seconds",
    ]) {
      expect(body).toContain(name);
    }
  });
});

describe("the documentation", () => {
  it("is served from here, and forbids the browser to ask anybody else", async () => {
    for (const path of [
      "/docs",
      "/docs/start.js",
      "/docs/swagger-ui.css",
      "/docs/swagger-ui-bundle.js",
      "/docs/problems",
    ]) {
      const answer = await http.app.request(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("x-request-id")).toMatch(/./);
      expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none';/);
    }
    const page = await (await http.app.request("/docs")).text();
    expect(page).not.toMatch(/https?:/);
  });

  it("explains every problem", async () => {
    const page = await (await http.app.request("/docs/problems")).text();
    for (const code of Object.keys(problems)) expect(page).toContain(`id="${code}"`);
  });

  it("has no part that contradicts itself: what widens or narrows a named part stands under a name of its own", () => {
    const contradictions: string[] = [];
    const walk = (part: unknown, at: string): void => {
      if (typeof part !== "object" || part === null) return;
      const { allOf = [] } = part as { allOf?: readonly object[] };
      const said = allOf.filter((each) => !("$ref" in each)).flatMap(Object.keys);
      if (said.some((word) => !["description", "example"].includes(word))) contradictions.push(at);
      for (const [name, inner] of Object.entries(part)) walk(inner, `${at}/${name}`);
    };
    walk(openApiDocument(http.service.modules), "");
    expect(contradictions).toEqual([]);
  });

  it("gives the document that the routes make", async () => {
    expect(await (await http.app.request("/openapi.json")).json()).toEqual(
      JSON.parse(JSON.stringify(openApiDocument(http.service.modules))),
    );
  });
});
