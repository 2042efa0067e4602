/** The one wrapper around every route: who asks, what exactly, may he; then the answer, and a line in the log. */
import { randomBytes } from "node:crypto";
import type { Context } from "hono";
import { Problem } from "../kernel/problems.ts";
import type { Client } from "../directory/directory.ts";
import { hashKey } from "../directory/keys.ts";
import type { Service } from "../service.ts";
import { requireOwnBrand, requirePermission } from "./access.ts";
import { parse, readJson } from "./body.ts";
import { type HttpLog, traceOf } from "./log.ts";
import { isUnforeseen, problemOf, problemReply } from "./problem.ts";
import type { Call, Reply, Route } from "./route.ts";

/** Told of every answer. */
export type Observe = (route: string, method: string, status: number, milliseconds: number) => void;

export interface Surroundings {
  readonly service: Service;
  readonly log: HttpLog;
  readonly observe: Observe;
}

const NOBODY: Client = { clientId: "", name: "", scopes: new Set(), brand: null };

/** Makes the handler of a route. */
export function serve(route: Route, { service, log, observe }: Surroundings): (context: Context) => Promise<Response> {
  const method = route.method.toUpperCase();
  return async (context) => {
    const started = performance.now();
    const { headers } = context.req.raw;
    const requestId = requestIdOf(headers.get("x-request-id"));
    const asking = { requestId, client: NOBODY };
    let answered: Reply;
    try {
      answered = await attend(route, service, context, asking, log);
    } catch (error) {
      if (isUnforeseen(error)) log.fault(error, { requestId, route: route.path, method });
      answered = problemReply(problemOf(error), requestId, headers.get("accept-language"));
    }
    const milliseconds = performance.now() - started;
    observe(route.path, method, answered.status, milliseconds);
    const trace = headers.get("traceparent");
    log.request({
      method,
      route: route.path,
      status: answered.status,
      milliseconds,
      requestId,
      clientId: asking.client.clientId,
      trace,
    });
    return respond(answered, requestId, trace);
  };
}

interface Asking {
  readonly requestId: string;
  /** Set as soon as it is known, so that a refusal is logged with who was refused. */
  client: Client;
}

async function attend(route: Route, service: Service, context: Context, asking: Asking, log: HttpLog): Promise<Reply> {
  const { raw } = context.req;
  const { permission, body: bodySchema, params, query } = route;
  if (permission !== "public") {
    asking.client = await authenticate(service, raw.headers.get("authorization"));
    requirePermission(asking.client, permission);
  }
  const { client, requestId } = asking;
  const asked = {
    params: params === undefined ? {} : parse(params, context.req.param()),
    query: query === undefined ? {} : parse(query, context.req.query()),
  };
  const idempotencyKey = idempotencyKeyOf(route, asked.query, raw.headers.get("idempotency-key"));
  const body = bodySchema === undefined ? undefined : parse(bodySchema, await readJson(raw));
  if (client.brand !== null && route.brandOf !== undefined) requireOwnBrand(client, route.brandOf(body));
  const caller = { clientId: client.clientId, idempotencyKey, anyAge: client.scopes.has("admin") };
  const acceptLanguage = raw.headers.get("accept-language");
  const fault = (error: unknown) => log.fault(error, { requestId, route: route.path });
  const call: Call = { service, client, caller, requestId, acceptLanguage, fault, ...asked, body };
  return route.handle(call);
}

/** The client of a bearer key; `unauthenticated` for none, an unknown, a rotated and a revoked one alike. */
async function authenticate(service: Service, authorization: string | null): Promise<Client> {
  const key = authorization === null ? undefined : /^bearer ([\x21-\x7e]{1,256})$/i.exec(authorization)?.[1];
  const client = key === undefined ? undefined : await service.directory.client(hashKey(key));
  if (client === undefined) throw new Problem("unauthenticated");
  return client;
}

/** 1 to 255 visible ASCII characters. */
export const KEY_PATTERN = /^[\x21-\x7e]{1,255}$/;

function idempotencyKeyOf({ idempotency }: Route, query: unknown, key: string | null): string | null {
  if (key !== null && KEY_PATTERN.test(key)) return key;
  const isDryRun = idempotency === "unless-dry-run" && (query as { dryRun?: boolean }).dryRun === true;
  if (idempotency === "never" || (isDryRun && key === null)) return null;
  throw new Problem("idempotency_key_required");
}

/** Names this process in the ids that it makes; the rest is a count, since chance for each request would cost more. */
const PROCESS = randomBytes(9).toString("base64url");
let requests = 0;

/** The client's own id of the request where it is fit for logs, else a new one. */
export function requestIdOf(given: string | null): string {
  if (given !== null && /^[\x21-\x7e]{1,64}$/.test(given)) return given;
  requests += 1;
  return `${PROCESS}.${requests.toString(36)}`;
}

/** Sends an answer. */
export function respond(
  { status, text, replayed, headers: own }: Reply,
  requestId: string,
  traceparent: string | null,
): Response {
  const headers: Record<string, string> = { "content-type": "application/json", ...own, "x-request-id": requestId };
  if (replayed === true) headers["idempotency-replayed"] = "true";
  if (traceparent !== null && traceOf(traceparent) !== null) headers["traceparent"] = traceparent;
  return new Response(text, { status, headers });
}
