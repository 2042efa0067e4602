/**
 * A small client of the HTTP API, as a till would have it: connections are kept alive, and whatever gets no answer is
 * asked again under the same Idempotency-Key, so that it happens once.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

type Method = "GET" | "POST" | "PUT";

/** What the service answered: a result, or a problem. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface Api {
  readonly baseUrl: string;
  /** `timeoutMs`: how long one attempt may take, where that is more than usual. */
  get(path: string, timeoutMs?: number): Promise<Answer>;
  /** Asks for a change. The body is a text, JSON unless `headers` say otherwise, so that one text serves all attempts. */
  send(
    method: "POST" | "PUT",
    path: string,
    text: string,
    idempotencyKey: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
}

export interface ApiOptions {
  readonly baseUrl: string;
  readonly key: string;
  /** How often a request is made at most. */
  readonly attempts?: number;
  /** The first pause between attempts; it doubles each time, and Retry-After may ask for a longer one. */
  readonly pauseMs?: number;
  /** How long one attempt may take. */
  readonly timeoutMs?: number;
}

const LONGEST_PAUSE_MS = 5_000;
const TIMEOUT_MS = 120_000;

/** Makes a client for a service and a key. */
export function connectTo(options: ApiOptions): Api {
  const baseUrl = options.baseUrl.replace(/\/+$/, "");
  const ask = (method: Method, path: string, sent: Sent = {}, timeoutMs = options.timeoutMs ?? TIMEOUT_MS) =>
    insist(options, () => attempt({ ...options, baseUrl, timeoutMs }, method, path, sent), `${method} ${path}`);
  return {
    baseUrl,
    get: (path, timeoutMs) => ask("GET", path, {}, timeoutMs),
    send: (method, path, text, idempotencyKey, headers = {}) => ask(method, path, { text, idempotencyKey, headers }),
  };
}

interface Sent {
  readonly text?: string;
  readonly idempotencyKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that may be another one a moment later, and the pause that the service asks for. */
interface Attempt extends Answer {
  readonly retryAfterMs: number;
}

async function attempt(
  { baseUrl, key, timeoutMs = TIMEOUT_MS }: ApiOptions,
  method: Method,
  path: string,
  { text: body, idempotencyKey, headers: given }: Sent,
): Promise<Attempt> {
  const headers: Record<string, string> = { authorization: `Bearer ${key}` };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (idempotencyKey !== undefined) headers["idempotency-key"] = idempotencyKey;
  const response = await fetch(baseUrl + path, {
    method,
    headers: { ...headers, ...given },
    signal: AbortSignal.timeout(timeoutMs),
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const retryAfterMs = Number(response.headers.get("retry-after") ?? "0") * 1000;
  return { status: response.status, body: parsed(text), retryAfterMs };
}

function parsed(text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Whether the service may answer otherwise a moment later, without anything having happened. */
export const isPassing = (status: number): boolean => status === 429 || status === 503;

async function insist({ attempts = 8, pauseMs = 100 }: ApiOptions, once: () => Promise<Attempt>, what: string) {
  for (let tries = 1; ; tries += 1) {
    let wanted = 0;
    try {
      const answer = await once();
      if (!isPassing(answer.status) || tries >= attempts) return answer;
      wanted = answer.retryAfterMs;
    } catch (error) {
      if (tries >= attempts) throw new Error(`${what}: no answer after ${tries} attempts`, { cause: error });
    }
    await sleep(Math.min(LONGEST_PAUSE_MS, Math.max(wanted, pauseMs * 2 ** (tries - 1))));
  }
}

/** A request that cannot be left unanswered. */
export class UnexpectedAnswer extends Error {
  override readonly name = "UnexpectedAnswer";

  constructor(what: string, { status, body }: Answer) {
    super(`${what} was answered with ${status}: ${JSON.stringify(body).slice(0, 500)}`);
  }
}

/** Reads the body of an answer that must be a success. */
export function bodyOf<T>(schema: z.ZodType<T>, answer: Answer, what: string): T {
  if (answer.status >= 300) throw new UnexpectedAnswer(what, answer);
  const read = schema.safeParse(answer.body);
  if (!read.success) throw new UnexpectedAnswer(`${what} (${z.prettifyError(read.error)})`, answer);
  return read.data;
}

const ProblemBody = z.object({ code: z.string() });

/** The code of a problem; the status where the answer is not one of ours. */
export function problemOf({ status, body }: Answer): string {
  const read = ProblemBody.safeParse(body);
  return read.success ? read.data.code : `status ${status}`;
}
