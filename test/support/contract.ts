/** Holds every answer against the contract: the OpenAPI document, as its readers understand it. */
import { expect } from "vitest";
import { z } from "zod";
import { type ProblemCode, problems } from "../../src/kernel/problems.ts";
import { openApiDocument, problemCodesOf, ProblemSchema } from "../../src/http/routes/document.ts";
import type { Route } from "../../src/http/route.ts";
import { routesOf } from "../../src/http/routes/routes.ts";
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

type JsonSchema = Exclude<Parameters<typeof z.fromJSONSchema>[0], boolean>;

interface Document {
  readonly components: { readonly schemas: Record<string, JsonSchema> };
  readonly paths: Record<string, Record<string, { readonly responses: Record<string, Response> }>>;
}
interface Response {
  readonly content: Record<string, { readonly schema: JsonSchema }>;
}

let document: Document | undefined;
const answers = new Map<string, z.ZodType | undefined>();

/** What the document says of an answer; undefined where it knows none of this status. */
function documentedAnswer({ path, method }: Route, status: number): z.ZodType | undefined {
  const key = `${method} ${path} ${status}`;
  if (!answers.has(key)) {
    // Schemas find each other elsewhere in a document of OpenAPI than in a plain one.
    const text = () => JSON.stringify(openApiDocument(modules)).replaceAll("#/components/schemas/", "#/$defs/");
    document ??= JSON.parse(text()) as Document;
    const content = document.paths[path]?.[method]?.responses[status]?.content ?? {};
    const { schema } = content["application/json"] ?? Object.values(content)[0] ?? {};
    const $defs = document.components.schemas;
    answers.set(key, schema === undefined ? undefined : z.fromJSONSchema({ ...schema, $defs }));
  }
  return answers.get(key);
}

/** Fails where an answer is not what the document promises of its route. */
export function expectContract(method: string, path: string, status: number, headers: Headers, body: unknown): void {
  expect(headers.get("x-request-id"), "every answer names its request").toMatch(/^[\x21-\x7e]{1,64}$/);
  const route = routeOf(method, path);
  if (status >= 400) expectProblem(route, status, headers, body);
  else if (route !== undefined) {
    const schema = documentedAnswer(route, status);
    expect(schema, `${method} ${route.path} documents no ${status}`).toBeDefined();
    const parsed = schema!.safeParse(body);
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
