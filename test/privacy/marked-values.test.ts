/**
 * No personal data in the database, the log, the metrics or the problems, but for what is sealed: a person whose every field
 * is marked goes through every route, in order and not, and whatever is left behind is searched.
 */
import { readFileSync } from "node:fs";
import { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { httpLog } from "../../src/http/server/log.ts";
import { createMetrics } from "../../src/http/server/metrics.ts";
import { startJobs } from "../../src/jobs/start.ts";
import { uuidOf } from "../../src/kernel/ids.ts";
import { badWorld, type Body, subjects, withAt, type World } from "../http/bad-input/subjects.ts";
import { goodsBack, receipt, sale } from "../http/bodies.ts";
import { routeOf, routes } from "../support/contract.ts";
import type { Answer, Asked } from "../support/http.ts";
import { newTestKey } from "../support/ledger.ts";
import { dumpOf, EXTERNAL_ID, IDENTIFIERS, normal, PERSON, tracesIn, UNKNOWN } from "./marks.ts";

let logged = "";
const logger = pino(
  { level: "trace" },
  new Writable({ write: (chunk, _, done) => done(void (logged += String(chunk))) }),
);
const metrics = createMetrics();

let world: World;
const asked = new Set<string>();
/** Routes that were sent a marked value in a body, and have done what was asked. */
const driven = new Set<string>();
/** Bodies of refusals. */
const problems: string[] = [];
/** Answers that have shown a marked value: the ids of their requests, or, of commands, themselves. */
const shown = new Map<string, string>();
const shownByCommands: string[] = [];

beforeAll(async () => {
  const operators = { metrics };
  world = await badWorld({ log: httpLog(logger), observe: metrics.observe, operators, reports: metrics.reports });
  metrics.watch(world.service);
});
afterAll(() => world.close());

async function ask<T = Record<string, unknown>>(
  method: "get" | "post" | "put",
  path: string,
  body?: unknown,
  terms: Asked = {},
): Promise<Answer<T>> {
  const route = routeOf(method.toUpperCase(), path);
  if (route !== undefined) asked.add(`${route.method} ${route.path}`);
  // A client may make its keys of what it knows of a customer.
  const idempotencyKey = `${newTestKey()}-${normal(IDENTIFIERS[1])}`;
  const requestId = newTestKey();
  const named = { ...terms, headers: { "x-request-id": requestId, ...terms.headers } };
  const answer =
    method === "get"
      ? await world.get<T>(path, named)
      : await world[method]<T>(path, body, { idempotencyKey, ...named });
  const told = JSON.stringify(answer.body);
  if (route !== undefined && isDone(answer) && tracesIn(JSON.stringify(body ?? null)).length > 0) {
    driven.add(`${route.method} ${route.path}`);
  }
  if (answer.status >= 400) problems.push(told);
  else if (tracesIn(told).length > 0) {
    if (route?.idempotency === "required") shownByCommands.push(told);
    else shown.set(requestId, `${route?.method} ${route?.path}`);
  }
  return answer;
}
/** Of a batch: each of its items. */
function isDone({ status, body }: Answer<unknown>): boolean {
  const { results = [] } = body as { results?: readonly { readonly status: number }[] };
  return status < 300 && results.every((result) => result.status < 300);
}
const post = <T = Record<string, unknown>>(path: string, body: unknown, terms?: Asked) =>
  ask<T>("post", path, body, terms);

const profile = (fields: object = {}) => ({
  brand: "mvideo",
  externalId: EXTERNAL_ID,
  person: PERSON,
  identifiers: IDENTIFIERS.map((each) => ({ ...each, verified: true })),
  consents: { sms: true },
  storeId: "M-1",
  ...fields,
});

describe("a person whose every field is marked", () => {
  it("is registered, linked, refused and left to people", async () => {
    const idempotencyKey = newTestKey();
    const first = await post<{ memberId: string }>("/v1/profiles", profile(), { idempotencyKey });
    expect(first.status).toBe(201);
    expect(await post("/v1/profiles", profile(), { idempotencyKey })).toEqual({
      ...first,
      headers: expect.anything() as unknown,
    });
    expect(await post("/v1/profiles", profile({ consents: {} }), { idempotencyKey })).toMatchObject({
      status: 409,
      body: { code: "idempotency_mismatch" },
    });
    expect(await post("/v1/profiles", profile({ consents: {} }))).toMatchObject({
      status: 409,
      body: { code: "profile_conflict" },
    });
    const { memberId } = first.body;
    expect(await post("/v1/profiles", profile({ brand: "eldorado", storeId: "E-1" }))).toMatchObject({
      status: 201,
      body: { memberId, link: { band: "auto" } },
    });
    const other = { ...PERSON, firstName: "Меткадругая", birthDate: "1990-01-01" };
    expect(await post("/v1/profiles", profile({ externalId: `${EXTERNAL_ID}-2`, person: other }))).toMatchObject({
      status: 201,
      body: { link: { band: "review" } },
    });
    const card = await ask<{ firstName: string; profiles: unknown[] }>("get", `/v1/members/${memberId}`);
    expect(card.body).toMatchObject({
      firstName: PERSON.firstName,
      profiles: [{ externalId: EXTERNAL_ID }, { externalId: EXTERNAL_ID }],
    });
    expect(await ask("get", `/v1/members/${memberId}/card`)).toMatchObject({ body: { firstName: PERSON.firstName } });
  });

  it("is found, buys, orders and gets bonuses by each identifier, known and not", async () => {
    for (const identifier of IDENTIFIERS) {
      expect(await post("/v1/members/lookup", { identifier })).toMatchObject({ status: 200 });
      expect(await post("/v1/purchases", sale({ identifier }))).toMatchObject({ status: 201 });
      const rest = { brand: "mvideo", amount: "10.00", reference: "r" };
      expect(await post("/v1/accruals", { identifier, ...rest, kind: "promo", reason: "r" })).toMatchObject({
        status: 201,
      });
      expect(await post("/v1/holds", { identifier, ...rest, amount: "1.00" })).toMatchObject({ status: 201 });
      expect(await post("/v1/redemptions", { identifier, ...rest, amount: "1.00", storeId: "M-1" })).toMatchObject({
        status: 201,
      });
    }
    for (const identifier of [...IDENTIFIERS, ...UNKNOWN]) {
      const { receipt: _, spend, ...basket } = sale({ identifier });
      const quoted = { brand: "mvideo", storeId: "M-1", spend, ...basket };
      const { status, body } = await post<{ quoteId: string }>("/v1/quotes", quoted);
      expect({ status, body }).toMatchObject({ status: 200 });
      const sold = await post("/v1/purchases", sale({ identifier, quoteId: body.quoteId }));
      expect(sold).toMatchObject({ status: 201 });
      const orderNumber = newTestKey().slice(0, 20);
      const pickup = { brand: "mvideo", storeId: "M-1" };
      const order = {
        orderNumber,
        brand: "mvideo",
        channel: "web",
        pickup,
        identifier,
        lines: basket.lines,
        spend: "0.00",
      };
      expect(await post("/v1/orders", order)).toMatchObject({ status: 201 });
    }
    for (const identifier of UNKNOWN) {
      expect(await post("/v1/members/lookup", { identifier })).toMatchObject({ status: 404 });
      expect(await post("/v1/purchases", sale({ identifier, spend: "1.00" }))).toMatchObject({ status: 409 });
    }
    const waiting = UNKNOWN.slice(0, 2).map((each) => ({ ...each, verified: true }));
    const gift = { identifier: IDENTIFIERS[1], brand: "mvideo", amount: "10.00", kind: "promo" };
    const items = [
      { op: "purchase", idempotencyKey: newTestKey(), body: sale({ identifier: UNKNOWN[0] }) },
      { op: "accrual", idempotencyKey: newTestKey(), body: { ...gift, reason: "r", reference: "r" } },
    ];
    expect(await post("/v1/batches", { items })).toMatchObject({
      status: 200,
      body: { results: [{ status: 201 }, { status: 201 }] },
    });
    expect(await post("/v1/profiles", profile({ externalId: `${EXTERNAL_ID}-4`, identifiers: waiting }))).toMatchObject(
      { status: 201 },
    );
  });

  it("starts links, to its own addresses and to unknown ones, and mistypes the codes", async () => {
    const { memberId } = (await post<{ memberId: string }>("/v1/members/lookup", { identifier: IDENTIFIERS[0] })).body;
    const marked = [...IDENTIFIERS, ...UNKNOWN].filter(({ kind }) => kind === "phone" || kind === "email");
    expect(marked.length).toBeGreaterThan(2);
    const other = await post<{ memberId: string }>("/v1/profiles", {
      ...profile({ externalId: `${EXTERNAL_ID}-5`, person: {} }),
      identifiers: [{ kind: "phone", value: "+79150001122", verified: true }],
    });
    for (const identifier of marked) {
      await post("/v1/links", { memberId, identifier });
      const started = await post<{ linkId: string }>("/v1/links", { memberId: other.body.memberId, identifier });
      expect(started.status).toBe(201);
      const codes = { own: "000000", other: "000000" };
      const path = `/v1/links/${started.body.linkId}/confirm`;
      expect(await post(path, { codes })).toMatchObject({ status: 409, body: { code: "link_codes_wrong" } });
    }
    for (const { to } of world.letters.sent) expect(logged).not.toContain(to.value);
    expect(world.letters.sent.length).toBeGreaterThan(4);
  });

  it("has its identifiers ended, added again, refused and listed", async () => {
    interface Found {
      readonly memberId: string;
      readonly profiles: readonly { readonly profileId: string }[];
    }
    const stranger = await post<{ memberId: string; profileId: string }>("/v1/profiles", {
      ...profile({ externalId: `${EXTERNAL_ID}-7`, identifiers: [] }),
    });
    const paths = ({ memberId }: { readonly memberId: string }) => `/v1/members/${memberId}/identifiers`;
    for (const identifier of IDENTIFIERS) {
      const { body: found } = await post<Found>("/v1/members/lookup", { identifier });
      const add = { identifier, verified: true, reason: "r" };
      const profileId = found.profiles[0]?.profileId;
      const taking = { ...add, profileId: stranger.body.profileId };
      const taken = await post(paths(stranger.body), taking);
      expect([200, 409]).toContain(taken.status);
      const holder = taken.status === 200 ? stranger.body : found;
      const end = { identifier, reason: "r" };
      expect(await post(`${paths(holder)}/end`, end)).toMatchObject({ status: 200 });
      expect(await post(`${paths(holder)}/end`, end)).toMatchObject({ status: 404 });
      expect(await post(paths(found), { ...add, profileId })).toMatchObject({ status: 200 });
      expect(await ask("get", paths(found))).toMatchObject({ status: 200 });
    }
    for (const identifier of [{ kind: "phone", value: EXTERNAL_ID }, UNKNOWN[0]]) {
      const body = { identifier, reason: "r" };
      expect((await post(`${paths(stranger.body)}/end`, body)).status).toBeGreaterThanOrEqual(400);
    }
  });

  it("is told nothing about in the refusal of a body that is not in order", async () => {
    const marks = [EXTERNAL_ID, PERSON.firstName, IDENTIFIERS[1].value, IDENTIFIERS[2].value];
    const wrong = marks.flatMap((mark) => [
      mark,
      `${mark}\u0000`,
      mark.repeat(60),
      [mark],
      { [`a${mark.length}`]: mark },
      Number.NaN,
    ]);
    const places = [
      "externalId",

      "identifiers",
      "identifiers.0",
      "identifiers.0.kind",
      "identifiers.0.value",
      "identifiers.0.verified",
      "person",
      "person.firstName",
      "person.birthDate",
      "person.gender",
      "consents",
      "consents.sms",
      "another",
    ];
    for (const place of places) {
      for (const value of wrong) await post("/v1/profiles", withAt(profile() as unknown as Body, place, value));
    }
    for (const place of ["identifier", "identifier.kind", "identifier.value", "another"]) {
      for (const value of wrong) {
        for (const path of [
          "/v1/links",
          "/v1/members/lookup",
          "/v1/purchases",
          "/v1/quotes",
          "/v1/holds",
          "/v1/orders",
        ]) {
          await post(path, withAt(sale({ identifier: IDENTIFIERS[0] }) as unknown as Body, place, value));
        }
      }
    }
    for (const mark of marks) {
      await post("/v1/profiles", `{"person": "${mark}`);
      await post("/v1/members/lookup", mark);
      await ask("get", `/v1/members/${encodeURIComponent(mark)}`);
      await ask("get", `/v1/unknown/${encodeURIComponent(mark)}?q=${encodeURIComponent(mark)}`);
      await ask("get", `/v1/members/${world.memberId}/lots?cursor=${encodeURIComponent(mark)}`);
      await ask("get", `/v1/members/${world.memberId}`, undefined, { key: encodeURIComponent(mark) });
    }
    // A field that cannot be opened is a fault, and says so without what stands in it.
    await world.database
      .sql`update profiles set person = external_id where member_id = ${uuidOf(world.memberId)}::uuid`;
    expect(await ask("get", `/v1/members/${world.memberId}`)).toMatchObject({ status: 500 });
    expect(logged).toContain("profiles.person: not what was sealed there under key tests");
  });

  it("goes on while everything else is asked for", async () => {
    const { memberId, purchaseId, holdId, orderId } = world;
    for (const subject of subjects) {
      const body = subject.body(world);
      const { memberId: named, ...rest } = body;
      const { headers = {} } = subject;
      await post(subject.path(world), named === undefined ? body : { ...rest, identifier: IDENTIFIERS[0] }, {
        headers,
      });
    }
    const made = await post<{ clientId: string }>("/v1/clients", { name: "till", scopes: ["pos"] });
    const returned = await post<{ returnId: string }>(`/v1/purchases/${purchaseId}/returns`, goodsBack());
    const ids: Readonly<Record<string, string>> = {
      memberId,
      purchaseId,
      holdId,
      orderId,
      clientId: made.body.clientId,
      returnId: returned.body.returnId,
      version: "1",
      brand: "mvideo",
      storeId: "M-1",
      terminalId: "1",
    };
    await post("/v1/reversals", { receipt: receipt(), kind: "purchase" });
    for (const { method, path } of routes) {
      await ask(
        method,
        path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? name),
        method === "get" ? undefined : {},
      );
    }
    expect([...asked].toSorted()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).toSorted());
    const jobs = await startJobs(world.service, { url: world.database.url, logger });
    await sleep(500);
    await jobs.stop();
  });

  it("was shown to nobody who is not on record", async () => {
    const rows = await world.database.sql<{ id: string }[]>`select distinct request_id as id from accesses`;
    const known = new Set(rows.map(({ id }) => id));
    expect([...shown].filter(([requestId]) => !known.has(requestId))).toEqual([]);
    expect([...new Set(shown.values())].toSorted()).toEqual([
      "get /v1/members/{memberId}",
      "get /v1/members/{memberId}/card",
      "post /v1/members/lookup",
    ]);
    // What a command has shown, masked, is that of an operation: who has asked for it stands in the journal.
    const operations = await world.database.sql<{ id: string }[]>`
      select replace(operation_id::text, '-', '') as id from operations where client_id is not null`;
    const judged = operations.map(({ id }) => id);
    expect(shownByCommands.filter((told) => !judged.some((id) => told.includes(id)))).toEqual([]);
  });

  it("has gone wherever the document says that somebody may be named", () => {
    const document = JSON.parse(readFileSync("openapi/openapi.json", "utf8")) as Document;
    const naming = routes.filter(({ method, path }) => names(document, document.paths[path]?.[method]?.requestBody));
    expect(naming.length).toBeGreaterThan(10);
    const spared = naming.map(({ method, path }) => `${method} ${path}`).filter((route) => !driven.has(route));
    expect(spared).toEqual([]);
  });

  it("has left no trace in the database, the log, the metrics and the problems", async () => {
    const { tables, text } = await dumpOf(world.database.sql);
    expect(tables).toEqual(
      expect.arrayContaining([
        "public.accesses",
        "public.profiles",
        "public.identifiers",
        "public.operations",
        "public.purchases",
      ]),
    );
    expect(tables.filter((name) => name.startsWith("graphile_worker"))).not.toEqual([]);
    expect(text.length).toBeGreaterThan(100_000);
    expect(tracesIn(text), "database").toEqual([]);
    expect(logged.split("\n").length).toBeGreaterThan(500);
    expect(tracesIn(logged), "log").toEqual([]);
    const exposed = await world.get("/metrics");
    expect(tracesIn(JSON.stringify(exposed.body)), "metrics").toEqual([]);
    expect(problems.length).toBeGreaterThan(200);
    // What a gender may be is said by whoever refuses another one.
    const told = problems.join("\n").replaceAll(String.raw`\"female\"|\"male\"`, "");
    expect(tracesIn(told), "problems").toEqual([]);
  });

  it("would be seen in any of them", () => {
    for (const identifier of [...IDENTIFIERS, ...UNKNOWN]) {
      expect(tracesIn(`{"a": "${normal(identifier)}"}`)).not.toEqual([]);
      expect(tracesIn(`\\x${Buffer.from(normal(identifier)).toString("hex")}`)).not.toEqual([]);
    }
    for (const value of Object.values(PERSON)) expect(tracesIn(value)).not.toEqual([]);
  });
});

interface Document {
  readonly paths: Record<string, Record<string, { readonly requestBody?: unknown }>>;
  readonly components: { readonly schemas: Record<string, unknown> };
}

/** Whether a schema, with all that it refers to, has an identifier of a person, if only of some kinds. */
function names(document: Document, schema: unknown, seen = new Set<string>()): boolean {
  const text = JSON.stringify(schema ?? null);
  if (text.includes('"phone"')) return true;
  return [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].some(([, name = ""]) => {
    if (seen.has(name)) return false;
    seen.add(name);
    return names(document, document.components.schemas[name], seen);
  });
}
