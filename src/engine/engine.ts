/** The engine: lanes that commit in groups, and dry runs that change nothing. The only writer of the ledger. */
import type { Target } from "../db/connect.ts";
import type { Bucket } from "../kernel/ids.ts";
import { BUCKETS } from "../kernel/ids.ts";
import { Problem } from "../kernel/problems.ts";
import { Books } from "./books.ts";
import type { Command, Decision } from "./command.ts";
import type { GroupDeps } from "./group.ts";
import { Lane, type LaneLimits, type LaneReports } from "./lane.ts";
import { load } from "./load.ts";
import type { Outcome } from "./outcome.ts";
import { Session, type Transaction } from "./session.ts";
import { type Request, submissionOf } from "./submission.ts";

export interface EngineOptions extends GroupDeps {
  readonly target: Target;
  readonly lanes?: number;
  readonly limits?: LaneLimits;
  readonly reports?: LaneReports;
}

/** Two lanes keep two cores busy: one decides while the other waits for the disk. */
const DEFAULT_LANES = 2;
const DEFAULT_LIMITS: LaneLimits = { groupSize: 256, queueLength: 10_000 };
const SILENT: LaneReports = { group: () => {}, fault: () => {} };

export class Engine {
  readonly #lanes: readonly Lane[];
  readonly #deps: GroupDeps;
  #stopping = false;

  constructor(options: EngineOptions) {
    const { target, clock, policies, lanes = DEFAULT_LANES, limits = DEFAULT_LIMITS, reports = SILENT } = options;
    this.#deps = { clock, policies };
    this.#lanes = Array.from(
      { length: lanes },
      (_, index) => new Lane(new Session(target, `mclub lane ${index}`), this.#deps, limits, reports),
    );
  }

  /** Commands that wait now. */
  get queueLength(): number {
    return this.#lanes.reduce((length, lane) => length + lane.length, 0);
  }

  /**
   * Has a command judged and made durable. Answers when the outcome can no longer be lost.
   * Throws `overloaded`, `shutting_down`, or what the database threw.
   */
  run<I, A>(request: Request<I, A>): Promise<Outcome> {
    if (this.#stopping) return Promise.reject(new Problem("shutting_down"));
    return this.#laneOf(request.bucket).submit(submissionOf(request));
  }

  /** Judges a command as if it came now, and forgets it: no lock, no write. */
  async preview<I, A>(
    tx: Transaction,
    request: Pick<Request<I, A>, "command" | "input" | "operationId">,
  ): Promise<Decision<A>> {
    const command: Command<I, A> = request.command;
    const needs = command.needs(request.input);
    const { wallets, shelves } = await load(tx, [needs], new Map(), false);
    const books = new Books(this.#deps.clock.now(), this.#deps.policies, wallets, shelves);
    return command.decide(books.sit(request.operationId, needs.wallets), request.input);
  }

  /** Takes nothing new, finishes what waits, and lets go of the database. */
  async drain(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#lanes.map((lane) => lane.end()));
  }

  #laneOf(bucket: Bucket): Lane {
    const lane = this.#lanes[Math.floor((bucket * this.#lanes.length) / BUCKETS)];
    if (lane === undefined) throw new RangeError("no such bucket");
    return lane;
  }
}
