/** The OpenAPI document, made of the route definitions: what the developers of tills read. */
import { OpenAPIHono, type RouteConfig, z } from "@hono/zod-openapi";
import { assert } from "../../kernel/assert.ts";
import { groupBy } from "../../kernel/group-by.ts";
import { permissions } from "../../kernel/permissions.ts";
import { Problem, type ProblemCode, problems } from "../../kernel/problems.ts";
import type { Module, Tag } from "../../engine/definition/module.ts";
import { KEY_PATTERN, STAFF_PATTERN } from "../body.ts";
import { PROBLEM_JSON, problemReply } from "../problem.ts";
import type { Route } from "../route.ts";
import { BATCH_TAG } from "./batch.ts";
import { routesOf } from "./routes.ts";

const DESCRIPTION = `The double-entry bonus ledger of M.Club: one member across two brands.

**Amounts** are strings with exactly two decimals, bonuses and roubles alike. **Instants** are RFC 3339 with an offset.

**Retries.** Every command takes an \`Idempotency-Key\`. The same key with the same body is told the stored outcome again, with
\`Idempotency-Replayed: true\`; with another body it is refused with \`idempotency_mismatch\`. Outcomes are kept for ever, refusals by
the ledger (409) included. A fault on the way (5xx) is not an outcome: send the request again under the same key.

**Problems** are \`application/problem+json\`. Decide by \`code\`, which is a closed list (see /docs/problems), show \`cashierMessage\`
(Russian, or English by \`Accept-Language\`), and quote \`requestId\` to support.`;

/** Those of the modules come first. */
const OWN_TAGS: readonly Tag[] = [
  { name: BATCH_TAG, description: "Many commands in one request." },
  { name: "Operation", description: "For whoever runs the service." },
];

/** What every refusal looks like. */
export const ProblemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]]),
    requestId: z.string(),
    retryable: z.boolean(),
    cashierMessage: z.string(),
    errors: z.array(z.strictObject({ path: z.string(), code: z.string().optional(), message: z.string() })).optional(),
  })
  .openapi("Problem");

/** Builds the document. Needs neither database nor configuration. */
export function openApiDocument(modules: readonly Module[]): ReturnType<OpenAPIHono["getOpenAPI31Document"]> {
  const app = new OpenAPIHono();
  app.openAPIRegistry.registerComponent("securitySchemes", "key", {
    type: "http",
    scheme: "bearer",
    description: "The key of a client, as it was shown when the client was made.",
  });
  for (const [name, header] of Object.entries(headers)) {
    app.openAPIRegistry.registerComponent("headers", name, header);
  }
  for (const route of routesOf(modules)) app.openAPIRegistry.registerPath(configOf(route));
  for (const path of operatorPaths) app.openAPIRegistry.registerPath(path);
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "M.Club ledger", version: "1.0.0", description: DESCRIPTION },
    servers: [{ url: "/", description: "This service." }],
    tags: tagsOf(modules),
  });
}

/** Headings of all that is in the document: an operation of another name would stand under none. */
function tagsOf(modules: readonly Module[]): Tag[] {
  const tags = [...modules.flatMap((module) => module.tags ?? []), ...OWN_TAGS];
  for (const { tag, path } of routesOf(modules)) {
    assert(
      tags.some(({ name }) => name === tag),
      `${path} has the tag ${tag}, which no module describes`,
    );
  }
  return tags;
}

function configOf(route: Route): RouteConfig {
  const { method, path, operationId, tag, summary, params, query, body, file } = route;
  const headers = headersOf(route);
  return {
    method,
    path,
    operationId,
    tags: [tag],
    summary,
    description: descriptionOf(route),
    security: [{ key: [] }],
    request: {
      ...(params === undefined ? {} : { params: params as never }),
      ...(query === undefined ? {} : { query: query as never }),
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body: bodyOf(route, body) }),
      ...(file === undefined ? {} : { body: fileOf(file) }),
    },
    responses: { ...answersOf(route), ...problemsOf(problemCodesOf(route)) },
  };
}

function descriptionOf({ description, permission }: Route): string {
  const scopes = [...permissions[permission], "admin"].map((scope) => `\`${scope}\``);
  const who = `Scopes: ${scopes.join(", ")}.`;
  return description === undefined ? who : `${description}\n\n${who}`;
}

/** Of a member of staff, behind a client that vouches for it. */
const staffId = z.string().regex(STAFF_PATTERN).openapi({
  example: "reviewer-7",
  description:
    "Who of the client's staff asks: a name of the client's own making, never a person's. Kept in lower case: `Anna` is `anna`.",
});

function headersOf({ idempotency, problems: own }: Route) {
  if (idempotency === "never") return undefined;
  const staff = own.includes("staff_required") ? { "X-Staff-Id": staffId } : {};
  const exception = idempotency === "unless-dry-run" ? " It may be left out where nothing is to happen." : "";
  const key = z
    .string()
    .regex(KEY_PATTERN)
    .openapi({ example: "till-7-118-42", description: `Made by the client, one for each command.${exception}` });
  return z.object({ "Idempotency-Key": idempotency === "optional" ? key.optional() : key, ...staff });
}

function bodyOf({ bodyForDocument, example }: Route, body: z.ZodType) {
  const media = { schema: bodyForDocument ?? body, ...(example === undefined ? {} : { example }) };
  return { required: true, content: { "application/json": media } };
}

const fileOf = (media: readonly string[]) => ({
  required: true,
  content: Object.fromEntries(media.map((type) => [type, { schema: z.string().openapi({ format: "binary" }) }])),
});

/** Headers of answers, each described once in the document. */
const headers = {
  "X-Request-Id": { description: "Names this request in the log.", schema: { type: "string" } },
  "RateLimit-Policy": {
    description: "The client's limit: how many in how many seconds. Absent where there is none.",
    schema: { type: "string", example: '"requests";q=600000;w=60' },
  },
  RateLimit: {
    description: "What is left of it, and in how many seconds it begins anew.",
    schema: { type: "string", example: '"requests";r=599999;t=60' },
  },
  "Retry-After": { description: "In how many seconds to come again.", schema: { type: "string", example: "1" } },
  "Idempotency-Replayed": {
    description: "`true`: the stored outcome of an earlier request.",
    schema: { type: "string", const: "true" },
  },
} as const;

const refs = (...names: (keyof typeof headers)[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

const ofAnswers = refs("X-Request-Id", "RateLimit-Policy", "RateLimit");
const ofRepeatable = { ...ofAnswers, ...refs("Idempotency-Replayed") };
const ofProblems = refs("X-Request-Id");
const ofDelays: Readonly<Record<number, typeof ofProblems>> = {
  429: { ...ofAnswers, ...refs("Retry-After") },
  503: refs("X-Request-Id", "Retry-After"),
};

function answersOf({ answers, idempotency }: Route): RouteConfig["responses"] {
  const own = idempotency === "never" ? ofAnswers : ofRepeatable;
  return Object.fromEntries(
    Object.entries(answers).map(([status, { description, schema, media = ["application/json"] }]) => [
      status,
      { description, headers: own, content: Object.fromEntries(media.map((type) => [type, { schema }])) },
    ]),
  );
}

/** Everything that a route may answer with, its own and what any such route may. */
export function problemCodesOf(route: Route): Set<ProblemCode> {
  const { problems: own, idempotency, body } = route;
  const codes = new Set<ProblemCode>(own);
  const add = (...more: ProblemCode[]) => more.forEach((code) => codes.add(code));
  add("invalid_request", "unauthenticated", "forbidden", "rate_limited");
  if (route.actsForBrand) add("brand_forbidden", "unknown_brand");
  if (body !== undefined) {
    add("malformed_json", "unprocessable_request", "body_too_large", "unsupported_media_type");
  }
  if (idempotency !== "never") add("idempotency_key_required", "idempotency_mismatch", "overloaded");
  add("internal", "unavailable", "shutting_down");
  return codes;
}

function problemsOf(codes: Iterable<ProblemCode>): RouteConfig["responses"] {
  const byStatus = groupBy(codes, (code): number => problems[code].status);
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, list]) => [
        status,
        {
          description: list.map((code) => `\`${code}\`: ${problems[code].title}.`).join("\n\n"),
          headers: ofDelays[status] ?? ofProblems,
          content: {
            [PROBLEM_JSON]: {
              schema: ProblemSchema,
              examples: Object.fromEntries(list.map((code) => [code, exampleOf(code)])),
            },
          },
        },
      ]),
  );
}

function exampleOf(code: ProblemCode): { value: unknown } {
  return { value: JSON.parse(problemReply(new Problem(code), "wJ8y3yqv0a6kXg", null).text) as unknown };
}

const operatorPaths: readonly RouteConfig[] = [
  operatorPath("/healthz", "health", "Whether the process is there", {
    200: {
      description: "It is.",
      content: { "application/json": { schema: z.strictObject({ status: z.literal("ok") }) } },
    },
    ...problemsOf(["method_not_allowed"]),
  }),
  operatorPath("/readyz", "readiness", "Whether the database answers, and fits", {
    200: {
      description: "Ready.",
      content: { "application/json": { schema: z.strictObject({ status: z.literal("ready") }) } },
    },
    ...problemsOf(["method_not_allowed", "unavailable", "shutting_down"]),
  }),
  operatorPath("/metrics", "metrics", "Figures for Prometheus", {
    200: { description: "Prometheus text.", content: { "text/plain": { schema: z.string() } } },
    ...problemsOf(["method_not_allowed"]),
  }),
];

function operatorPath(
  path: string,
  operationId: string,
  summary: string,
  responses: RouteConfig["responses"],
): RouteConfig {
  return { method: "get", path, operationId, summary, tags: ["Operation"], security: [], responses };
}
