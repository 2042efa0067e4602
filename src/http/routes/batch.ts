/**
 * Batches: offline backlogs and bulk loads. An item is an operation with its body; each is checked and judged on its
 * own, under its own key. An item waits for the earlier items of the batch that speak of the same document; everything
 * else runs at once.
 */
import { z } from "@hono/zod-openapi";
import { boundedArray } from "../../kernel/fields.ts";
import { groupBy } from "../../kernel/group-by.ts";
import { requirePermission } from "../../engine/actor.ts";
import type { AnyOperation } from "../../engine/definition/operation.ts";
import { submit } from "../../engine/group/submit.ts";
import { KEY_PATTERN, parse } from "../body.ts";
import { problemOf, problemReply } from "../problem.ts";
import { lookupKind } from "../lookups.ts";
import type { Call, Reply, Route } from "../route.ts";
import { allow, replyOf } from "./operation-route.ts";
import { Sequences } from "./sequences.ts";

/** The heading of the document under which it stands. */
export const BATCH_TAG = "Batches";

const MAX_ITEMS = 1_000;

const IdempotencyKey = z.string().regex(KEY_PATTERN, "1 to 255 visible ASCII characters");

const BatchAnswer = z
  .strictObject({
    results: z.array(
      z
        .strictObject({ status: z.int(), body: z.record(z.string(), z.unknown()) })
        .openapi("BatchResult", { description: "Status and body as the route of the operation answers them." }),
    ),
  })
  .openapi("BatchAnswer");

const DESCRIPTION =
  "For offline backlogs and bulk loads. Results come in the order of the items, each on its own: an item that is refused or malformed harms no other. " +
  "Items that speak of the same document are judged in their order, everything else at once. " +
  "An item's body is that of the operation's own route, with the parameters of its path added, and its permission is that route's. " +
  "Each item has its own idempotency key, so the request needs none; repeating the whole batch is safe.";

/** The route that takes items of all operations that may stand in a batch. */
export function batchRoute(operations: readonly AnyOperation[]): Route {
  const inBatches = operations.filter(({ http }) => http.batchItem !== undefined);
  const byName = groupBy(inBatches, ({ http }) => http.batchItem ?? "");
  const names = [...byName.keys()];
  const Item = z.strictObject({
    op: z.enum(names as [string, ...string[]]),
    idempotencyKey: IdempotencyKey,
    body: z.unknown(),
  });
  return {
    method: "post",
    path: "/v1/batches",
    operationId: "runBatch",
    tag: BATCH_TAG,
    summary: "Send many commands at once",
    description: DESCRIPTION,
    permission: "batches.send",
    idempotency: "never",
    body: z.strictObject({ items: boundedArray(z.unknown(), { min: 1, max: MAX_ITEMS, of: "items" }) }),
    bodyForDocument: shownBody(byName),
    example: exampleOf(byName),
    answers: { 200: { description: "All items are judged.", schema: BatchAnswer } },
    problems: [],
    handle: (call) => run(call, (item) => prepare(call, byName, parse(Item, item))),
  };
}

/** What a client is told to send. */
function shownBody(byName: ReadonlyMap<string, readonly AnyOperation[]>): z.ZodType {
  const items = [...byName].flatMap(([name, operations]) =>
    operations.map(({ name: operation, params, body }) => {
      const own = body as z.ZodObject;
      const whole = params === undefined ? own : own.safeExtend((params as z.ZodObject).shape);
      return z
        .strictObject({ op: z.literal(name), idempotencyKey: IdempotencyKey, body: whole })
        .openapi(`BatchItem${operation.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}`);
    }),
  );
  const Items = z
    .array(z.union(items as never))
    .openapi({ minItems: 1, maxItems: MAX_ITEMS, description: "Each on its own." });
  return z.strictObject({ items: Items }).openapi("BatchBody");
}

/** Items as the routes of their operations show them, but for those that need more than a body. */
function exampleOf(byName: ReadonlyMap<string, readonly AnyOperation[]>) {
  const shown = [...byName].flatMap(([op, operations]) => {
    const example = operations.find(({ params }) => params === undefined)?.http.example;
    return example === undefined ? [] : [{ op, idempotencyKey: `till-7-118-42-${op}`, body: example }];
  });
  return { items: shown };
}

/** An item that is parsed and allowed. */
interface Ready {
  /** What it speaks of. */
  readonly concerns: readonly string[];
  run(): Promise<Reply>;
}

/** Judges all items; answers in their order. */
async function run(call: Call, prepared: (item: unknown) => Ready): Promise<Reply> {
  const sequences = new Sequences();
  const answer = (error: unknown): Reply => {
    const problem = problemOf(error);
    if (problem.code === "internal") call.fault(error);
    return problemReply(problem, call.requestId, call.acceptLanguage);
  };
  const replies = (call.body as { items: unknown[] }).items.map((item): Promise<Reply> => {
    let ready: Ready;
    try {
      ready = prepared(item);
    } catch (error) {
      return Promise.resolve(answer(error));
    }
    // What goes wrong is the item's own answer.
    return sequences.inOrder(ready.concerns, () => ready.run().catch(answer));
  });
  const results = await Promise.all(replies);
  const texts = results.map(({ status, text }) => `{"status":${status},"body":${text}}`);
  return { status: 200, text: `{"results":[${texts.join(",")}]}` };
}

/** The same checks, in the same order, as the operation's own route makes. */
function prepare(
  { service, rates, actor }: Call,
  byName: ReadonlyMap<string, readonly AnyOperation[]>,
  { op, idempotencyKey, body: given }: { op: string; idempotencyKey: string; body?: unknown },
): Ready {
  const operation = chosen(byName.get(op) ?? [], given);
  requirePermission(actor, operation.permission);
  const { params, body } = split(operation, given);
  allow(operation, actor, body);
  const received = { operation: operation.name, body: given };
  return {
    concerns: operation.concerns?.({ params, body }) ?? [],
    async run() {
      const request = { actor, idempotencyKey, params, body, received };
      const judged = async (asked: typeof service) => replyOf(await submit(asked, operation, request));
      const kind = lookupKind(operation.http.rate, body);
      if (kind === undefined) return judged(service);
      return rates.lookup({ clientId: actor.clientId ?? "", kind, service }, judged);
    },
  };
}

/** Of operations under one name, the one whose path's parameters the body states; else the one that has none. */
function chosen(operations: readonly AnyOperation[], given: unknown): AnyOperation {
  const states = (name: string) => typeof given === "object" && given !== null && Object.hasOwn(given, name);
  const fits = operations.find((operation) => namesOf(operation).some(states));
  const found = fits ?? operations.find((operation) => namesOf(operation).length === 0) ?? operations[0];
  if (found === undefined) throw new RangeError("the schema has checked the name");
  return found;
}

const namesOf = ({ params }: AnyOperation): string[] =>
  params === undefined ? [] : Object.keys((params as z.ZodObject).shape);

/** Parses the parameters of the path and the body out of an item's body. */
function split(operation: AnyOperation, given: unknown): { params: unknown; body: unknown } {
  const names = namesOf(operation);
  const { body: schema, params: paramsSchema } = operation;
  const body = (own: unknown) => (schema === undefined ? {} : parse(schema, own));
  const isObject = typeof given === "object" && given !== null;
  if (paramsSchema === undefined || !isObject) return { params: {}, body: body(given) };
  const entries = Object.entries(given);
  const params = parse(paramsSchema, Object.fromEntries(entries.filter(([name]) => names.includes(name))));
  return { params, body: body(Object.fromEntries(entries.filter(([name]) => !names.includes(name)))) };
}
