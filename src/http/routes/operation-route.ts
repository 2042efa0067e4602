/** The route of an operation: parsed body in, the outcome of the command out. */
import { z } from "@hono/zod-openapi";
import { Problem } from "../../kernel/problems.ts";
import { type Actor, requireOwnBrand } from "../../engine/actor.ts";
import type { AnyOperation, HttpTerms } from "../../engine/definition/operation.ts";
import { preview, type Request, submit } from "../../engine/group/submit.ts";
import type { Judged } from "../../engine/outcome.ts";
import { onRecord } from "../on-record.ts";
import { RefusedCommand } from "../problem.ts";
import { type Call, type Idempotency, isDryRun, type Reply, reply, type Route } from "../route.ts";

const dryRunQuery = (name: "dryRun" | "preview") =>
  z.strictObject({
    [name]: z
      .enum(["true", "false"])
      .default("false")
      .openapi({ description: "`true`: shows what would happen, and changes nothing." }),
  });

/** The route of an operation. */
export function routeOfOperation(operation: AnyOperation): Route {
  const { http, permission, params, body, answers, problems } = operation;
  const { method, path, tag, summary, description, example, dryRun } = http;
  return {
    method,
    path,
    tag,
    summary,
    permission,
    problems,
    operationId: operationIdOf(operation.name),
    ...(description === undefined ? {} : { description }),
    ...(example === undefined ? {} : { example }),
    ...(http.rate === undefined ? {} : { rate: http.rate }),
    ...(params === undefined ? {} : { params }),
    ...(body === undefined ? {} : { body }),
    ...(dryRun === undefined ? {} : { query: dryRunQuery(dryRun) }),
    idempotency: idempotencyOf(http),
    actsForBrand: operation.actsFor !== undefined,
    answers: dryRun === undefined ? answers : { 200: shown(answers), ...answers },
    allow: ({ actor, body: asked }) => allow(operation, actor, asked),
    handle: (call) => handle(operation, call),
  };
}

/** `hold-capture` is `holdCapture`, in the document. */
export const operationIdOf = (name: string): string =>
  name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

const idempotencyOf = ({ dryRun, idempotencyKey }: HttpTerms): Idempotency =>
  dryRun !== undefined && idempotencyKey === "required" ? "unless-dry-run" : idempotencyKey;

/** What a dry run shows: whatever the operation may answer. */
function shown(answers: AnyOperation["answers"]) {
  const schemas = new Set(Object.values(answers).map((answer) => answer.schema));
  const [schema = z.unknown(), ...others] = schemas;
  const description = "What would happen (dry run).";
  return { description, schema: others.length === 0 ? schema : z.union([schema, ...others]) };
}

/** The checks that go beyond the permission: the client's own brand, and what the operation or the read itself forbids. */
export function allow(asked: Pick<AnyOperation, "actsFor" | "forbids">, actor: Actor, body: unknown): void {
  if (asked.actsFor !== undefined) requireOwnBrand(actor, asked.actsFor(body));
  const problem = asked.forbids?.(actor, body);
  if (problem !== undefined) throw problem;
}

async function handle(operation: AnyOperation, call: Call): Promise<Reply> {
  const { service, actor, params, body, idempotencyKey, received } = call;
  const request: Request = {
    actor,
    idempotencyKey,
    params,
    body,
    received: { operation: operation.name, body: withParams(params, received) },
  };
  return isDryRun(call.query)
    ? onRecord(call, { name: operation.name, seeks: false }, (noting) => previewReply(noting, operation, request))
    : replyOf(await submit(service, operation, request));
}

/** The body with the parameters of the path, as an item of a batch states them. */
function withParams(params: unknown, body: unknown): unknown {
  const hasParams = Object.keys(params as Record<string, unknown>).length > 0;
  if (!hasParams && body !== undefined) return body;
  return { ...(body as Record<string, unknown> | undefined), ...(params as Record<string, unknown>) };
}

async function previewReply(service: Call["service"], operation: AnyOperation, request: Request): Promise<Reply> {
  const decision = await preview(service, operation, request);
  if (decision.kind === "accepted") return reply(200, decision.answer);
  throw new Problem(decision.code, decision.data);
}

/** The outcome of a command as an answer; throws what was refused. */
export function replyOf(outcome: Judged): Reply {
  if (outcome.kind === "refused") throw new RefusedCommand(outcome.code, outcome.data, outcome.replayed);
  const { status, answer, shownOnce, replayed } = outcome;
  const text = shownOnce === undefined ? answer : `${answer.slice(0, -1)},${JSON.stringify(shownOnce).slice(1)}`;
  return { status, text, replayed };
}
