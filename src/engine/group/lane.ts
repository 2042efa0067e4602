/**
 * A lane: a queue with one connection. When it is free it takes everything that waits, up to a bound, at once; so an idle system
 * commits a single command without delay, and a busy one commits hundreds together.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { classify } from "../../db/errors.ts";
import { Problem } from "../../kernel/problems.ts";
import type { PolicyTimeline } from "../../policy/timeline.ts";
import type { Session } from "../connection/session.ts";
import { keysOf, type Submission, type Waiting } from "../journal/submission.ts";
import type { Outcome } from "../outcome.ts";
import { Aside, MOST_ASIDE_MS } from "./aside.ts";
import { commitGroup, type GroupDeps, type Patience } from "./group.ts";
import type { Occupied } from "./occupied.ts";

export interface LaneLimits {
  /** Most commands in one transaction. */
  readonly groupSize: number;
  /** Most commands that may wait. */
  readonly queueLength: number;
}

export interface LaneReports {
  group(size: number, milliseconds: number): void;
  fault(error: unknown, size: number): void;
}

/** What all lanes of a process have in common. */
export interface LaneTerms {
  readonly deps: GroupDeps;
  readonly limits: LaneLimits;
  readonly reports: LaneReports;
  readonly occupied: Occupied;
}

/** Attempts at one group after serialization failures, deadlocks and lost connections. */
const MAX_ATTEMPTS = 4;
const BACKOFF_MS = 15;
/** After so long nothing is tried again: whoever waits is to be told. */
const PATIENCE_MS = 3_000;

export class Lane {
  readonly #session: Session;
  readonly #deps: GroupDeps;
  readonly #limits: LaneLimits;
  readonly #reports: LaneReports;
  readonly #occupied: Occupied;
  readonly #isAlone: boolean;
  readonly #aside: Aside;
  #queue: Waiting[] = [];
  /** Whether those who wait in the queue have their turn before those who were put aside. */
  #isQueuesTurn = false;
  #running = false;
  #idle: (() => void)[] = [];

  /** `isAlone`: it occupies the wallets of what it judges; all others of the process keep off those. */
  constructor(session: Session, terms: LaneTerms, isAlone = false) {
    this.#session = session;
    this.#deps = terms.deps;
    this.#limits = isAlone ? { ...terms.limits, groupSize: 1 } : terms.limits;
    this.#reports = terms.reports;
    this.#occupied = terms.occupied;
    this.#isAlone = isAlone;
    this.#aside = new Aside(
      () => this.#policies,
      () => this.#wake(),
    );
    if (!isAlone) this.#occupied.onFree(() => this.#wake());
  }

  get length(): number {
    return this.#queue.length + this.#aside.length;
  }

  /** Queues a submission; a queue that is full refuses it with `overloaded`. */
  submit(submission: Submission): Promise<Outcome> {
    if (this.length >= this.#limits.queueLength) return Promise.reject(new Problem("overloaded"));
    return new Promise((resolve, reject) => {
      this.#queue.push({ submission, resolve, reject });
      if (this.#running) return;
      this.#running = true;
      // Whatever arrives in the same turn of the event loop rides along.
      setImmediate(() => void this.#run());
    });
  }

  /** Goes on where all that waited had to wait beside the lane, or has been told there. */
  #wake(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  /** Resolves when nothing waits and nothing runs. */
  async drained(): Promise<void> {
    if (this.#running || this.length > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async end(): Promise<void> {
    await this.drained();
    await this.#session.end();
  }

  async #run(): Promise<void> {
    for (let taken = this.#take(); taken.group.length > 0; taken = this.#take()) {
      const { group, waits } = taken;
      const started = performance.now();
      await this.#judge(group, { number: 1, since: started, waits });
      this.#reports.group(group.length, performance.now() - started);
    }
    this.#running = false;
    if (this.length === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #judge(group: readonly Waiting[], attempt: Attempt): Promise<void> {
    const [first] = group;
    if (this.#isAlone && first !== undefined) {
      await this.#occupied.during(first.submission, this.#policies, () => this.#commit(group, attempt));
    } else await this.#commit(group, attempt);
  }

  get #policies(): PolicyTimeline {
    return this.#deps.policies.timeline;
  }

  /**
   * The next group: by turns of those that were put aside, where it is time for them, and of those that wait, so that neither
   * waits for more than one group of the other. Empty where nobody can go on.
   */
  #take(): Taken {
    const inTurn = this.#isQueuesTurn ? this.#ofQueue() : this.#ofAside();
    const others = () => (this.#isQueuesTurn ? this.#ofAside() : this.#ofQueue());
    const next = inTurn.group.length > 0 ? inTurn : others();
    this.#isQueuesTurn = next.waits !== "wait";
    return next;
  }

  #ofAside(): Taken {
    for (;;) {
      const { waits, commands } = this.#aside.takeDue(this.#limits.groupSize);
      const { group, left } = this.#choose(commands, () => false);
      this.#queue.unshift(...left);
      if (group.length > 0 || commands.length === 0) return { group, waits };
    }
  }

  #ofQueue(): Taken {
    const { group, left } = this.#choose(this.#queue);
    this.#queue = left;
    return { group, waits: "wait" };
  }

  /**
   * Those who can go on, but no two that share a key: the second of those waits for the next group. Whoever needs a wallet that is
   * occupied waits until it is free, and whoever needs one that others wait for aside joins these.
   */
  #choose(
    all: readonly Waiting[],
    joinsOthers = (one: Submission) => this.#aside.concerns(one),
  ): { readonly group: Waiting[]; readonly left: Waiting[] } {
    const keys = new Set<string>();
    const group: Waiting[] = [];
    const left: Waiting[] = [];
    for (const [index, waiting] of all.entries()) {
      if (group.length >= this.#limits.groupSize) {
        left.push(...all.slice(index));
        break;
      }
      const { submission } = waiting;
      const own = keysOf(submission);
      const isOccupied = !this.#isAlone && this.#occupied.keepsWaiting(submission, this.#policies);
      if (isOccupied || own.some((key) => keys.has(key))) left.push(waiting);
      else if (joinsOthers(submission)) this.#aside.put(waiting, performance.now());
      else {
        for (const key of own) keys.add(key);
        group.push(waiting);
      }
    }
    return { group, left };
  }

  /**
   * Commits a group; one that fails is tried again, in halves, so that a poisonous command fails alone. Answers whether the
   * database was there to the end.
   */
  async #commit(group: readonly Waiting[], attempt: Attempt): Promise<boolean> {
    try {
      const outcomes = await commitGroup(
        this.#session,
        group.map(({ submission }) => submission),
        this.#deps,
        attempt.waits,
      );
      for (const [index, waiting] of group.entries()) {
        const outcome = outcomes[index];
        if (outcome?.kind === "busy") this.#aside.put(waiting, attempt.since);
        else if (outcome !== undefined) waiting.resolve(outcome);
      }
      return true;
    } catch (error) {
      this.#reports.fault(error, group.length);
      return this.#recover(group, error, attempt);
    }
  }

  async #recover(group: readonly Waiting[], error: unknown, attempt: Attempt): Promise<boolean> {
    const { number, since, waits } = attempt;
    const { kind } = classify(error);
    const passing = kind === "retryable" || kind === "unavailable";
    const waited = performance.now() - since;
    if (kind === "timeout") {
      // Somebody else keeps a lock. Where it is not of a row but of a table, nobody is better off alone.
      if (waits !== "skip" && waited < MOST_ASIDE_MS) return this.#commit(group, { ...attempt, waits: "skip" });
      if (group.length === 1 || waited >= MOST_ASIDE_MS) {
        for (const waiting of group) this.#aside.put(waiting, since);
        return true;
      }
    }
    if (passing && number < MAX_ATTEMPTS && waited < PATIENCE_MS) {
      await sleep(BACKOFF_MS * 2 ** number * (0.5 + Math.random()));
      if (kind === "unavailable" || group.length === 1) return this.#commit(group, { ...attempt, number: number + 1 });
    } else if (passing || group.length === 1) {
      for (const { reject } of group) reject(error);
      if (kind === "unavailable") this.#turnAway(error);
      return kind !== "unavailable";
    }
    const middle = group.length >> 1;
    const there = await this.#commit(group.slice(0, middle), attempt);
    if (there) return this.#commit(group.slice(middle), attempt);
    for (const { reject } of group.slice(middle)) reject(error);
    return false;
  }

  /** The database is gone: whoever waits is told now, rather than after a wait of their own for the same answer. */
  #turnAway(error: unknown): void {
    for (const { reject } of [...this.#queue.splice(0), ...this.#aside.takeAll()]) reject(error);
  }
}

/** A group, and what it waits for that others have. */
type Taken = Pick<Attempt, "waits"> & { readonly group: readonly Waiting[] };

/** Which attempt at a group this is, and since when it has been tried. */
interface Attempt {
  readonly number: number;
  readonly since: number;
  readonly waits: Patience;
}
