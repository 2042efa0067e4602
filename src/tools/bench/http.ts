/** The service in a process of its own, and load on it over HTTP by autocannon. */
import { type ChildProcess, spawn } from "node:child_process";
import { Agent, request } from "node:http";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";
import { memoryOf, timeOf } from "./cpu.ts";
import { KEY_TEXTS } from "./keys.ts";
import { type Figures, Stopwatch } from "./figures.ts";

const MAIN = fileURLToPath(new URL("../../main.js", import.meta.url));

export interface RunningService {
  readonly url: string;
  readonly key: string;
  /** From the start of the process to its line that it is ready. */
  readonly startMs: number;
  /** Resident memory now, in MiB. */
  memory(): number;
  /** Processor time so far, in milliseconds. */
  cpu(): number;
  stop(): Promise<void>;
}

/** Starts the built service on a database, on a free port. */
export async function startService(databaseUrl: string): Promise<RunningService> {
  const key = "bench-administrator-key-0123456789abcdef";
  const started = performance.now();
  const env = {
    PATH: "/usr/bin:/bin",
    DATABASE_URL: databaseUrl,
    ...KEY_TEXTS,
    PORT: "0",
    MCLUB_ADMIN_KEY: key,
    LOG_LEVEL: "warn",
    // Requests and look-ups are counted as always, up to limits that one client for all the load never reaches.
    MCLUB_REQUESTS_PER_MINUTE: "1000000000",
    MCLUB_LOOKUPS_PER_MINUTE: "1000000000",
  };
  const child = spawn(process.execPath, ["--max-semi-space-size=48", "--no-parallel-scavenge", MAIN], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await readyLine(child);
  const pid = child.pid ?? 0;
  return {
    url,
    key,
    startMs: performance.now() - started,
    memory: () => memoryOf(pid),
    cpu: () => timeOf(pid),
    async stop() {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await gone;
    },
  };
}

async function readyLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("no output to read");
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /https?:\/\/[^\s/]+/.exec(line)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error("the service ended before it was ready");
}

export interface Ask {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
  readonly idempotencyKey?: string;
}

export interface LoadOptions {
  readonly connections: number;
  /** How long; or how many requests in all, however long they take. */
  readonly until: { readonly seconds: number } | { readonly requests: number };
  /** The next request of any connection. */
  readonly next: () => Ask;
  /** How many commands one request carries. */
  readonly commands?: number;
}

/** Puts load on a service. Any answer but a 2xx ends the comparison. */
export async function load(service: RunningService, options: LoadOptions): Promise<Figures> {
  const { connections, until, next, commands = 1 } = options;
  const watch = new Stopwatch();
  let wrong = 0;
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(
      {
        url: service.url,
        connections,
        ...("seconds" in until ? { duration: until.seconds } : { amount: until.requests }),
        requests: [{ setupRequest: (former) => ({ ...former, ...requestOf(next(), service.key) }) }],
      },
      (error: unknown, outcome: autocannon.Result) =>
        error ? reject(new Error("autocannon failed", { cause: error })) : resolve(outcome),
    );
    run.on("response", (_client, status, _bytes, took) => {
      if (status < 200 || status > 299) wrong += 1;
      watch.note(performance.now() - took, commands);
    });
  });
  const figures = watch.figures();
  if (wrong > 0 || result.errors > 0) throw new Error(`${wrong} wrong answers, ${result.errors} errors under load`);
  return figures;
}

const TICK_MS = 5;

/**
 * Asks at an even rate, whether or not the answers keep up. autocannon keeps a rate by the second, all at once
 * and then a pause: that is full load for a part of each second.
 */
export async function pace(service: RunningService, rate: number, seconds: number, next: () => Ask): Promise<Figures> {
  const watch = new Stopwatch();
  const asked: Promise<void>[] = [];
  const started = performance.now();
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const one = async (): Promise<void> => {
    const { path, method, headers, body } = requestOf(next(), service.key);
    const began = performance.now();
    const status = await new Promise<number>((resolve, reject) => {
      const asking = request(service.url + path, { agent, method, headers }, (answer) => {
        answer.resume().once("end", () => resolve(answer.statusCode ?? 0));
      });
      asking.once("error", reject).end(body);
    });
    if (status < 200 || status > 299) throw new Error(`${path} was answered with ${status}`);
    watch.note(began);
  };
  while (performance.now() - started < seconds * 1000) {
    const due = ((performance.now() - started) / 1000) * rate;
    while (asked.length < due) asked.push(one());
    await sleep(TICK_MS);
  }
  await Promise.all(asked);
  agent.destroy();
  return watch.figures();
}

function requestOf({ method, path, body, idempotencyKey }: Ask, key: string) {
  const headers: Record<string, string> = { authorization: `Bearer ${key}` };
  if (idempotencyKey !== undefined) headers["idempotency-key"] = idempotencyKey;
  if (body !== undefined) headers["content-type"] = "application/json";
  return { method, path, headers, ...(body === undefined ? {} : { body }) };
}
