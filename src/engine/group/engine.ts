/** The engine: lanes that commit in groups, and dry runs that change nothing. The only writer of the ledger. */
import type { Target } from "../../db/connect.ts";
import type { Bucket } from "../../kernel/ids.ts";
import { BUCKETS } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import { Session, type Transaction } from "../connection/session.ts";
import { accept, type Decision, refuse } from "../definition/decision.ts";
import { conflictOf } from "../definition/operation.ts";
import { readTaken } from "../journal/keys.ts";
import type { Submission } from "../journal/submission.ts";
import type { Outcome } from "../outcome.ts";
import type { GroupDeps } from "./group.ts";
import { Lane, type LaneLimits, type LaneReports } from "./lane.ts";
import { lookAhead } from "./look-ahead.ts";
import { Occupied } from "./occupied.ts";

export interface EngineOptions extends GroupDeps {
  readonly target: Target;
  readonly lanes?: number;
  readonly limits?: LaneLimits;
  readonly reports?: LaneReports;
}

const DEFAULT_LANES = 2;
const MOST_LANES = 4;
const DEFAULT_LIMITS: LaneLimits = { groupSize: 256, queueLength: 10_000 };
/**
 * Locks are held for milliseconds. What is locked for longer than this is locked by a stranger, or by another process that joins or
 * parts somebody with very many lots: whoever needs it is put aside, so that nobody else waits for such a row, and so is
 * whoever comes with a key that such a one is claiming.
 */
const LOCK_MS = 250;
const SILENT: LaneReports = { group: () => {}, fault: () => {} };

/**
 * As many lanes as a process has use for: one for every two cores. A lane keeps about half of one busy here, and one at the
 * server; more lanes than that only make smaller groups, and each group costs as much as several commands do.
 */
export function lanesFor(cores: number): number {
  return Math.max(1, Math.min(MOST_LANES, Math.floor(cores / 2)));
}

export class Engine {
  readonly #lanes: readonly Lane[];
  /** For what is judged alone. It connects when there is something for the first time. */
  readonly #alone: Lane;
  readonly #deps: GroupDeps;
  #stopping = false;

  constructor(options: EngineOptions) {
    const { target, clock, policies, lanes = DEFAULT_LANES, limits = DEFAULT_LIMITS, reports = SILENT } = options;
    this.#deps = { clock, policies };
    const terms = { deps: this.#deps, limits, reports, occupied: new Occupied() };
    const session = (name: string) =>
      new Session(target, { applicationName: `mclub lane ${name}`, lockTimeoutMs: LOCK_MS });
    this.#lanes = Array.from({ length: lanes }, (_, index) => new Lane(session(String(index)), terms));
    this.#alone = new Lane(session("alone"), terms, true);
  }

  /** Commands that wait now. */
  get queueLength(): number {
    return [...this.#lanes, this.#alone].reduce((length, lane) => length + lane.length, 0);
  }

  /**
   * Has a command judged and made durable. Answers when the outcome can no longer be lost.
   * Throws `overloaded`, `shutting_down`, or what the database threw.
   */
  run(submission: Submission): Promise<Outcome> {
    if (this.#stopping) return Promise.reject(new Problem("shutting_down"));
    const lane = submission.operation.alone === true ? this.#alone : this.#laneOf(submission.bucket);
    return lane.submit(submission);
  }

  /** Judges a command as if it came now, and forgets it: no lock, no write. */
  async preview(tx: Transaction, submission: Submission): Promise<Decision<unknown>> {
    const { operation, input, operationId, actor } = submission;
    const before = await takenBefore(tx, submission);
    if (before !== undefined) return before;
    const now = this.#deps.clock.now();
    const policies = await this.#deps.policies.current(tx);
    const needs = operation.needs(input, policies);
    return lookAhead(
      tx,
      needs,
      { now, policies, operationId, actor },
      (context) => operation.decide(context, input),
      operation,
    );
  }

  /** Takes nothing new, finishes what waits, and lets go of the database. */
  async drain(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#lanes, this.#alone].map((lane) => lane.end()));
  }

  #laneOf(bucket: Bucket): Lane {
    const lane = this.#lanes[Math.floor((bucket * this.#lanes.length) / BUCKETS)];
    if (lane === undefined) throw new RangeError("no such bucket");
    return lane;
  }
}

/** What a command would be told since its natural key is taken: the outcome of before, or a conflict. */
async function takenBefore(tx: Transaction, submission: Submission): Promise<Decision<unknown> | undefined> {
  const { operation, inputHash, naturalKeys } = submission;
  const own = naturalKeys.filter(({ role }) => role === "own").map(({ key }) => key);
  const [taken] = (await readTaken(tx, own)).values();
  if (taken === undefined) return undefined;
  const { outcome } = taken;
  if (taken.inputHash !== inputHash) return refuse(conflictOf(operation, taken.name));
  return outcome.kind === "refused"
    ? refuse(outcome.code, outcome.data)
    : accept({ answer: JSON.parse(outcome.answer) as unknown, status: outcome.status });
}
