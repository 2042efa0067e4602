/** The one wrapper around every route: who asks, what exactly, and may they; then the answer, and a line in the log. */
import { randomBytes } from "node:crypto";
import type { Context } from "hono";
import { Problem } from "../../kernel/problems.ts";
import { type Actor, requirePermission } from "../../engine/actor.ts";
import type { Client } from "../../engine/definition/lookup.ts";
import { hashKey } from "../../programme/clients/keys.ts";
import type { Service } from "../../service.ts";
import { fileIn, KEY_PATTERN, STAFF_PATTERN, parse, parseQuery, readJson } from "../body.ts";
import { isUnforeseen, problemOf, problemReply } from "../problem.ts";
import { lookupKind } from "../lookups.ts";
import { RateLimited, type Rates } from "../rates.ts";
import { isDryRun, type Reply, type Route } from "../route.ts";
import { type HttpLog, traceOf } from "./log.ts";

/** Told of every answer. */
export type Observe = (route: string, method: string, status: number, milliseconds: number) => void;

export interface Surroundings {
  readonly service: Service;
  readonly rates: Rates;
  readonly log: HttpLog;
  readonly observe: Observe;
}

/** What is known of a request as it goes along, so that a refusal is logged with who was refused. */
interface Asking {
  readonly requestId: string;
  clientId: string;
  /** What is left of the client's rate. */
  rate: Readonly<Record<string, string>>;
}

/** Makes the handler of a route. */
export function serve(route: Route, surroundings: Surroundings): (context: Context) => Promise<Response> {
  const method = route.method.toUpperCase();
  const { log, observe } = surroundings;
  return async (context) => {
    const started = performance.now();
    const { headers } = context.req.raw;
    const requestId = requestIdOf(headers.get("x-request-id"));
    const asking: Asking = { requestId, clientId: "", rate: {} };
    let answered: Reply;
    try {
      answered = await attend(route, context, asking, surroundings);
    } catch (error) {
      if (isUnforeseen(error)) log.fault(error, { requestId, route: route.path, method });
      if (error instanceof RateLimited) asking.rate = error.headers;
      answered = problemReply(problemOf(error), requestId, headers.get("accept-language"));
    }
    const milliseconds = performance.now() - started;
    const { status } = answered;
    observe(route.path, method, status, milliseconds);
    const trace = headers.get("traceparent");
    log.request({ method, route: route.path, status, milliseconds, requestId, clientId: asking.clientId, trace });
    return respond(await asAsked(context, answered), requestId, trace, asking.rate);
  };
}

/** Whoever asks for the head alone is given no body, and nobody would ever read one to its end. */
async function asAsked({ req }: Context, { stream, ...answered }: Reply): Promise<Reply> {
  if (stream === undefined) return answered;
  if (req.raw.method !== "HEAD") return { ...answered, stream };
  await stream.cancel();
  return answered;
}

async function attend(
  route: Route,
  context: Context,
  asking: Asking,
  { service, rates, log }: Surroundings,
): Promise<Reply> {
  const { raw } = context.req;
  const { requestId } = asking;
  // A sandbox's clock may have been moved through another process.
  if (service.clock.refresh !== undefined) await service.clock.refresh();
  const client = await authenticate(service, raw.headers.get("authorization"));
  asking.clientId = client.clientId;
  const actor: Actor = {
    clientId: client.clientId,
    staffId: staffIdOf(raw.headers.get("x-staff-id")),
    scopes: client.scopes,
    brand: client.brand,
  };
  asking.rate = await rates.request(client.clientId);
  requirePermission(actor, route.permission);
  const params = route.params === undefined ? {} : parse(route.params, paramsOf(context));
  const query = parseQuery(route.query, raw.url);
  const idempotencyKey = idempotencyKeyOf(route, query, raw.headers.get("idempotency-key"));
  const received = route.body === undefined ? undefined : await readJson(raw);
  const body = route.body === undefined ? undefined : parse(route.body, received);
  route.allow?.({ actor, body });
  const acceptLanguage = raw.headers.get("accept-language");
  const fault = (error: unknown) => log.fault(error, { requestId, route: route.path });
  const call = {
    service,
    rates,
    actor,
    params,
    query,
    body,
    received,
    idempotencyKey,
    requestId,
    acceptLanguage,
    waiting: () => raw.signal,
    fault,
  };
  if (route.file !== undefined) return route.handle({ ...call, file: fileIn(raw) });
  const kind = lookupKind(route.rate, body);
  if (kind === undefined) return route.handle(call);
  const told = (left: Asking["rate"]) => void (asking.rate = { ...asking.rate, ...left });
  return rates.lookup({ clientId: client.clientId, kind, service, told }, (noticing) =>
    route.handle({ ...call, service: noticing }),
  );
}

/** Parameters of the path; one that is no UTF-8 is not found, and can be no name of anything new. */
function paramsOf({ req }: Context): unknown {
  try {
    if (req.method === "PUT" && req.path.includes("%")) decodeURIComponent(req.path);
  } catch {
    throw new Problem("invalid_request", { errors: [{ path: "", message: "the path is not UTF-8" }] });
  }
  return req.param();
}

/** The client of a bearer key; `unauthenticated` for none, an unknown, a rotated and a revoked one alike. */
async function authenticate(service: Service, authorization: string | null): Promise<Client> {
  const key = authorization === null ? undefined : /^bearer ([\x21-\x7e]{1,256})$/i.exec(authorization)?.[1];
  const client = key === undefined ? undefined : await service.directory.client(hashKey(key));
  if (client === undefined) throw new Problem("unauthenticated");
  return client;
}

/**
 * Who of the client's staff asks, as the client says: a name of its own making, which tells nobody who it is. In lower case, as two
 * systems that write it differently mean the same person. Absent: nobody is named.
 */
function staffIdOf(given: string | null): string | null {
  const name = given?.trim() ?? null;
  if (name === null || STAFF_PATTERN.test(name)) return name?.toLowerCase() ?? null;
  const errors = [{ path: "X-Staff-Id", message: "1 to 64 letters, digits, dots, dashes" }];
  throw new Problem("invalid_request", { errors });
}

/** The key, where the route asks for one or takes one; one that is malformed is as good as none. */
function idempotencyKeyOf({ idempotency }: Route, query: unknown, key: string | null): string | null {
  if (key !== null && KEY_PATTERN.test(key)) return key;
  const mayBeAbsent = idempotency === "optional" || (idempotency === "unless-dry-run" && isDryRun(query));
  if (idempotency === "never" || (mayBeAbsent && key === null)) return null;
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
  { status, text, stream, replayed, headers: own }: Reply,
  requestId: string,
  traceparent: string | null,
  rate: Readonly<Record<string, string>> = {},
): Response {
  const headers: Record<string, string> = { "content-type": "application/json", "x-request-id": requestId };
  Object.assign(headers, own, rate);
  if (replayed === true) headers["idempotency-replayed"] = "true";
  if (traceparent !== null && traceOf(traceparent) !== null) headers["traceparent"] = traceparent;
  return new Response(stream ?? text, { status, headers });
}
