/** Sends the steps of one wave: together in batches where the API has an operation for it, else side by side. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type Answer, type Api, bodyOf, isPassing } from "./api.ts";
import type { Call, Step } from "./timeline.ts";

/** Below the API's own limits of 1,000 items and 1 MiB. */
const MOST_ITEMS = 500;
const MOST_BYTES = 900 * 1024;
/** Requests under way at once. */
const SIDE_BY_SIDE = 16;
const ATTEMPTS = 8;

interface Item {
  readonly step: Step;
  readonly call: Call;
  readonly json: string;
}

/** Sends all steps of a wave, and tells each its answer, in the order of the wave. */
export async function sendAll(api: Api, wave: readonly Step[]): Promise<void> {
  const items: Item[] = wave.flatMap((step) => {
    const call = step.call();
    return call === null
      ? []
      : [{ step, call, json: JSON.stringify(call.op === undefined ? call.body : itemOf(call)) }];
  });
  const answers = new Map<Item, Answer>();
  // Nothing in a wave waits for anything else in it.
  await Promise.all([
    sendSingly(
      api,
      items.filter(({ call }) => call.op === undefined),
      answers,
    ),
    sendTogether(
      api,
      items.filter(({ call }) => call.op !== undefined),
      answers,
    ),
  ]);
  for (const item of items) {
    const answer = answers.get(item);
    if (answer !== undefined) item.step.done(answer);
  }
}

async function sendSingly(api: Api, items: readonly Item[], answers: Map<Item, Answer>): Promise<void> {
  for (let first = 0; first < items.length; first += SIDE_BY_SIDE) {
    await Promise.all(
      items.slice(first, first + SIDE_BY_SIDE).map(async (item) => {
        answers.set(item, await api.send("POST", item.call.path, item.json, item.call.idempotencyKey));
      }),
    );
  }
}

async function sendTogether(api: Api, items: readonly Item[], answers: Map<Item, Answer>): Promise<void> {
  for (const chunk of chunksOf(items)) {
    for (const [item, answer] of await sendBatch(api, chunk)) answers.set(item, answer);
  }
}

const itemOf = ({ op, idempotencyKey, body }: Call) => ({ op, idempotencyKey, body });

/** Cuts items into batches that the API takes. */
function chunksOf(items: readonly Item[]): Item[][] {
  const chunks: Item[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const size = Buffer.byteLength(item.json) + 1;
    let chunk = chunks.at(-1);
    if (chunk === undefined || chunk.length >= MOST_ITEMS || bytes + size > MOST_BYTES) {
      chunk = [];
      chunks.push(chunk);
      bytes = 0;
    }
    chunk.push(item);
    bytes += size;
  }
  return chunks;
}

const Results = z.object({ results: z.array(z.object({ status: z.int(), body: z.unknown() })) });

/** Sends a batch; items that the service could not take just then are sent again, under their own keys. */
async function sendBatch(api: Api, chunk: readonly Item[]): Promise<Map<Item, Answer>> {
  const answers = new Map<Item, Answer>();
  let left = chunk;
  for (let tries = 1; left.length > 0; tries += 1) {
    if (tries > 1) await sleep(100 * 2 ** tries);
    // The items have keys of their own, and this one only names the request: a batch keeps no outcome itself.
    const json = `{"items":[${left.map((item) => item.json).join(",")}]}`;
    const answer = await api.send("POST", "/v1/batches", json, `batch-${randomUUID()}`);
    const { results } = bodyOf(Results, answer, "POST /v1/batches");
    if (results.length !== left.length) throw new Error(`${results.length} results for a batch of ${left.length}`);
    left.forEach((item, index) => {
      const result = results[index];
      if (result !== undefined) answers.set(item, { status: result.status, body: result.body });
    });
    if (tries >= ATTEMPTS) break;
    left = left.filter((item) => isPassing(answers.get(item)?.status ?? 0));
  }
  return answers;
}
