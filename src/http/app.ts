/** The HTTP service: all routes on one app. Needs no server: `app.fetch` answers requests. */
import { Hono } from "hono";
import { Problem } from "../kernel/problems.ts";
import type { Service } from "../service.ts";
import { serveDocs } from "./docs.ts";
import { type HttpLog, silentLog } from "./log.ts";
import { type Operations, serveOperations } from "./operations.ts";
import { problemOf, problemReply } from "./problem.ts";
import { routes } from "./routes.ts";
import type { Route } from "./route.ts";
import { type Observe, requestIdOf, respond, serve } from "./serve.ts";

export interface AppOptions {
  readonly log?: HttpLog;
  readonly observe?: Observe;
  readonly operations?: Partial<Operations>;
}

export type App = Hono;

/** Puts the routes of all modules, and those for operators, on an app. */
export function createApp(
  service: Service,
  { log = silentLog, observe = () => {}, operations = {} }: AppOptions = {},
): App {
  const app = new Hono();
  const surroundings = { service, log, observe };
  for (const route of routes) app.on(route.method.toUpperCase(), honoPath(route.path), serve(route, surroundings));
  serveOperations(app, service, operations);
  serveDocs(app);
  app.notFound((context) => {
    const { method, raw } = context.req;
    const allow = methodsAt(context.req.path);
    const problem = allow.length > 0 ? new Problem("method_not_allowed", { allow }) : new Problem("not_found");
    const requestId = requestIdOf(raw.headers.get("x-request-id"));
    const answered = problemReply(problem, requestId, raw.headers.get("accept-language"));
    observe("unknown", method, answered.status, 0);
    return respond(answered, requestId, raw.headers.get("traceparent"));
  });
  app.onError((error, context) => {
    const requestId = requestIdOf(context.req.raw.headers.get("x-request-id"));
    log.fault(error, { requestId, route: "unknown", method: context.req.method });
    return respond(
      problemReply(problemOf(error), requestId, context.req.raw.headers.get("accept-language")),
      requestId,
      null,
    );
  });
  return app;
}

const honoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ":$1");

const patterns: readonly (readonly [RegExp, Route])[] = routes.map((route) => [patternOf(route.path), route]);

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`);
}

const OPERATORS: ReadonlySet<string> = new Set([
  "/healthz",
  "/readyz",
  "/metrics",
  "/openapi.json",
  "/docs",
  "/docs/problems",
]);

/** Methods that some route serves at a path. */
function methodsAt(path: string): string[] {
  if (OPERATORS.has(path)) return ["GET"];
  return patterns.flatMap(([pattern, { method }]) => (pattern.test(path) ? [method.toUpperCase()] : []));
}
