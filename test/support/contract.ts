/** Holds every answer against the contract: the schemas that the OpenAPI document is made of. */
import { expect } from "vitest";
import { type ProblemCode, problems } from "../../src/kernel/problems.ts";
import { problemCodesOf, ProblemSchema } from "../../src/http/document.ts";
import type { Route } from "../../src/http/route.ts";
import { routesOf } from "../../src/http/routes.ts";
import { modules } from "../../src/modules.ts";

export const routes = routesOf(modules);

/** The route that serves a request; fixed paths come before those with a parameter. */
export function routeOf(method: string, path: string): Route | undefined {
  const [bare = ""] = path.split("?");
  const candidates = routes.filter((route) => route.method.toUpperCase() === method);
  return (
    candidates.find((route) => route.path === bare) ?? candidates.find((route) => patternOf(route.path).test(bare))
  );
}

const patternOf = (path: string): RegExp => new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);

/** Fails where an answer is not what the document promises of its route. */
export function expectContract(method: string, path: string, status: number, headers: Headers, body: unknown): void {
  expect(headers.get("x-request-id"), "every answer names its request").toMatch(/^[\x21-\x7e]{1,64}$/);
  const route = routeOf(method, path);
  if (status >= 400) expectProblem(route, status, headers, body);
  else if (route !== undefined) {
    const answer = route.answers[status];
    expect(answer, `${method} ${route.path} documents no ${status}`).toBeDefined();
    const parsed = answer!.schema.safeParse(body);
    expect(parsed.error?.issues ?? [], `${method} ${route.path} ${status}`).toEqual([]);
  }
}

function expectProblem(route: Route | undefined, status: number, headers: Headers, body: unknown): void {
  expect(headers.get("content-type")).toBe("application/problem+json");
  const parsed = ProblemSchema.safeParse(body);
  expect(parsed.error?.issues ?? []).toEqual([]);
  const { code, requestId, ...said } = parsed.data!;
  expect(said).toMatchObject({ status, title: problems[code].title, retryable: problems[code].retryable });
  expect(requestId).toBe(headers.get("x-request-id"));
  if (status === 429) expect(headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
  else expect(headers.get("retry-after")).toBe(status === 503 ? "1" : null);
  if (route !== undefined) {
    const documented: ReadonlySet<ProblemCode> = problemCodesOf(route);
    expect([...documented], `${route.method} ${route.path} documents no ${code}`).toContain(code);
  }
}
