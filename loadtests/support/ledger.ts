/**
 * A till's way to the ledger: one request, and again under the same Idempotency-Key when the ledger says that it is full.
 * Whatever else goes wrong on the way is counted as a fault.
 */
import { sleep } from "k6";
import http, { type RefinedParams, type RefinedResponse } from "k6/http";
import { Counter, Rate } from "k6/metrics";

/** Answers that nobody should ever get. */
const faults = new Rate("faults");
/** Answers of a full queue: allowed, as each says when to come again. */
const overloaded = new Counter("overloaded");

const BASE_URL = (__ENV["BASE_URL"] || "http://127.0.0.1:8080").replace(/\/+$/, "");
const ATTEMPTS = 5;

export interface Ask {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  /** The path without ids, under which k6 counts the request. */
  readonly route: string;
  readonly key: string;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
}

export interface Answer {
  /** 0 where there was no answer. */
  readonly status: number;
  /** The body; without an answer, why there is none. */
  readonly text: string;
  readonly replayed: boolean;
}

/** Sends a request until the ledger has taken it, or has said what is wrong with it. */
export function send(ask: Ask): Answer {
  for (let attempt = 1; ; attempt += 1) {
    const response = http.request(ask.method, BASE_URL + ask.path, bodyOf(ask), paramsOf(ask));
    const answer = read(response);
    if (!isOverloaded(response)) return answer;
    overloaded.add(1);
    if (attempt >= ATTEMPTS) return answer;
    sleep(Number(response.headers["Retry-After"]));
  }
}

/** Sends requests side by side. */
export function sendAll(asks: readonly Ask[]): Answer[] {
  return http
    .batch(
      asks.map((ask) => ({ method: ask.method, url: BASE_URL + ask.path, body: bodyOf(ask), params: paramsOf(ask) })),
    )
    .map(read);
}

/** The JSON of an answer that must be a success; anything else ends what needed it. */
export function must(answer: Answer, what: string): unknown {
  if (answer.status >= 200 && answer.status < 300) return JSON.parse(answer.text) as unknown;
  const got = answer.status === 0 ? "got no answer" : `was answered with ${answer.status}`;
  throw new Error(`${what} ${got}: ${answer.text}`);
}

const bodyOf = ({ body }: Ask): string | null => (body === undefined ? null : JSON.stringify(body));

function paramsOf({ method, route, key, body, idempotencyKey }: Ask): RefinedParams<"text"> {
  const headers: Record<string, string> = { authorization: `Bearer ${key}` };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (idempotencyKey !== undefined) headers["idempotency-key"] = idempotencyKey;
  return { headers, tags: { name: `${method} ${route}` }, responseType: "text", timeout: "600s" };
}

function read(response: RefinedResponse<"text">): Answer {
  const { status, body, error, headers } = response;
  faults.add(status === 0 || (status >= 500 && !isOverloaded(response)));
  return { status, text: status === 0 ? error : body, replayed: headers["Idempotency-Replayed"] === "true" };
}

function isOverloaded({ status, body, headers }: RefinedResponse<"text">): boolean {
  const saysWhen = /^\d+$/.test(headers["Retry-After"] ?? "");
  return status === 503 && saysWhen && (JSON.parse(body) as { code?: string }).code === "overloaded";
}
