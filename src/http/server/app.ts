/** The HTTP service: all routes on one app. Needs no server: `app.fetch` answers requests. */
import { type Context, Hono } from "hono";
import { Problem } from "../../kernel/problems.ts";
import type { Service } from "../../service.ts";
import { problemOf, problemReply } from "../problem.ts";
import { createRates, type RateLimits } from "../rates.ts";
import { pathsOf, routesOf } from "../routes/routes.ts";
import { serveDocs } from "./docs.ts";
import { type HttpLog, silentLog } from "./log.ts";
import { type OperatorTerms, serveOperators } from "./operators.ts";
import { type Observe, requestIdOf, respond, serve } from "./serve.ts";

export interface AppOptions {
  readonly log?: HttpLog;
  readonly observe?: Observe;
  readonly operators?: Partial<OperatorTerms>;
  readonly rates?: RateLimits;
}

export type App = Hono;

/** Puts the routes of all modules, and those for operators, on an app. */
export function createApp(
  service: Service,
  { log = silentLog, observe = () => {}, operators = {}, rates }: AppOptions = {},
): App {
  const app = new Hono();
  const surroundings = { service, rates: createRates(rates), log, observe };
  const refuse = (context: Context, problem: Problem, status: string) => {
    const { headers } = context.req.raw;
    const requestId = requestIdOf(headers.get("x-request-id"));
    const answered = problemReply(problem, requestId, headers.get("accept-language"));
    observe(status, context.req.method, answered.status, 0);
    return respond(answered, requestId, headers.get("traceparent"));
  };
  /** A path that is there, asked by a method that it has not. */
  const onlyBy = (path: string, allow: readonly string[]) =>
    app.all(honoPath(path), (context) => refuse(context, new Problem("method_not_allowed", { allow }), path));
  for (const [path, routes] of pathsOf(routesOf(service.modules))) {
    for (const route of routes) app.on(route.method.toUpperCase(), honoPath(path), serve(route, surroundings));
    onlyBy(
      path,
      routes.map(({ method }) => method.toUpperCase()),
    );
  }
  const operations = app.routes.length;
  serveOperators(app, service, operators);
  serveDocs(app, service.modules);
  for (const { path } of app.routes.slice(operations)) onlyBy(path, ["GET"]);
  app.notFound((context) => refuse(context, new Problem("not_found"), "unknown"));
  app.onError((error, context) => {
    const requestId = requestIdOf(context.req.raw.headers.get("x-request-id"));
    log.fault(error, { requestId, route: "unknown", method: context.req.method });
    return refuse(context, problemOf(error), "unknown");
  });
  return app;
}

const honoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ":$1");
