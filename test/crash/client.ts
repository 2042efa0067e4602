/**
 * The tills' side: each asks one thing after another, repeats with the same key what was not acknowledged, and writes
 * down what was. The service behind them may be killed and replaced at any moment.
 */
import { type ChildProcess, fork } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Judged } from "../../src/engine/outcome.ts";
import type { Ask } from "./asks.ts";
import type { Question, Reply } from "./worker.ts";

const WORKER = fileURLToPath(new URL("./worker.ts", import.meta.url));
/** No request may go without an answer, or the news that there is none, for so long. */
const LONGEST_MS = 30_000;

/** Why a till tries again. */
const PASSING = new Set(["killed", "unavailable"]);

/** What was acknowledged under a key. */
export interface Entry {
  readonly key: string;
  readonly ask: Ask;
  readonly judged: Judged;
}

/** One service process, and the requests that it has not answered. */
interface Worker {
  readonly process: ChildProcess;
  readonly ready: Promise<void>;
  readonly state: { able: boolean };
  readonly waiting: Map<number, (answer: Judged | string) => void>;
}

export class Client {
  /** The database, and where the services' clock stands, if it does. */
  readonly #terms: readonly string[];
  readonly #workers: Worker[];
  #numbers = 0;
  #closed = false;
  readonly journal: Entry[] = [];
  /** How often each fault was met. */
  readonly faults = new Map<string, number>();
  /** The longest that anybody has waited for an answer or for the news that there is none. */
  longest = 0;

  /** So many services, all on one database. */
  constructor(url: string, services: number, clock?: number) {
    this.#terms = clock === undefined ? [url] : [url, `${clock}`];
    this.#workers = Array.from({ length: services }, () => startWorker(this.#terms));
  }

  /** Resolves when every service takes requests. */
  async ready(): Promise<void> {
    await Promise.all(this.#workers.map(({ ready }) => ready));
  }

  /** Asks until there is an answer, and writes it down. */
  async ask(key: string, ask: Ask): Promise<Judged> {
    for (;;) {
      const answer = await this.send(key, ask);
      if (typeof answer !== "string") {
        this.journal.push({ key, ask, judged: answer });
        return answer;
      }
      this.faults.set(answer, (this.faults.get(answer) ?? 0) + 1);
      if (!PASSING.has(answer)) throw new Error(`${answer}, under ${key}: ${ask.operation}`);
      await sleep(20 + Math.random() * 30);
    }
  }

  /** Asks once. A word instead of an answer says why there is none; `killed` when the service died. */
  async send(key: string, ask: Ask): Promise<Judged | string> {
    const worker = await this.#somebody();
    const started = performance.now();
    const answer = await new Promise<Judged | string>((resolve) => {
      const number = (this.#numbers += 1);
      const timer = setTimeout(() => resolve("no answer"), LONGEST_MS);
      const settle = (given: Judged | string) => {
        clearTimeout(timer);
        worker.waiting.delete(number);
        resolve(given);
      };
      worker.waiting.set(number, settle);
      const question: Question = { number, key, ask };
      worker.process.send(question, (error) => {
        if (error !== null) settle("killed");
      });
    });
    this.longest = Math.max(this.longest, performance.now() - started);
    return answer;
  }

  /** Kills one service, whichever its turn is, in the middle of whatever it does; another takes its place. */
  killService(turn: number): void {
    const index = turn % this.#workers.length;
    const victim = this.#workers[index]?.process;
    this.#workers[index] = startWorker(this.#terms);
    victim?.kill("SIGKILL");
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { process: child } of this.#workers) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.disconnect();
      await ended;
    }
  }

  /** Any service that takes requests: a repeated request may well meet another one than the first. */
  async #somebody(): Promise<Worker> {
    for (;;) {
      if (this.#closed) throw new Error("the tills have left");
      const able = this.#workers.filter(({ state }) => state.able);
      const chosen = able[Math.floor(Math.random() * able.length)];
      if (chosen !== undefined) return chosen;
      await Promise.race(this.#workers.map(({ ready }) => ready));
    }
  }
}

function startWorker(terms: readonly string[]): Worker {
  const child = fork(WORKER, [...terms], { execArgv: ["--import", "tsx"], serialization: "advanced" });
  const waiting: Worker["waiting"] = new Map();
  const state = { able: false };
  const ready = new Promise<void>((resolve, reject) => {
    child.on("message", (reply: Reply) => {
      if ("ready" in reply) {
        state.able = true;
        resolve();
      } else waiting.get(reply.number)?.("judged" in reply ? reply.judged : reply.fault);
    });
    child.once("exit", () => {
      state.able = false;
      reject(new Error("the service ended before it was ready"));
      for (const settle of waiting.values()) settle("killed");
    });
  });
  // A service that was killed before it was ready is noticed by who waits for it.
  ready.catch(() => {});
  return { process: child, ready, state, waiting };
}
