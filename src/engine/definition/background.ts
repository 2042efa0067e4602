/**
 * What a module does outside of the commits of requests: after an operation, and by the clock. Any of it may be lost, or
 * done twice, and no balance depends on it.
 */
import type { z } from "@hono/zod-openapi";
import type { Outcome } from "../outcome.ts";
import type { Lookup } from "./lookup.ts";
import type { Operation, OwnOperation } from "./operation.ts";

/** The ledger, acting by itself. */
export interface LedgerItself {
  readonly look: Lookup;
  submit<I>(operation: OwnOperation<I>, input: I): Promise<Outcome>;
  /** Has work done slice by slice, shortly, while nobody waits for it. May be lost. */
  later(slice: Slice): void;
}

/** A slice of some work; answers whether there is more to do. */
export type Slice = () => Promise<boolean>;

/**
 * What is done once an operation has been accepted, of the module's own or of one below it, and again whenever its
 * outcome is told again. What gets lost with the process a job makes up for.
 */
export interface Afterwards {
  /** The operation's name. */
  readonly after: string;
  run(ledger: LedgerItself, input: unknown, answer: unknown): Promise<void> | void;
}

/** Checks it against the types that the operation has. */
export function after<P extends z.ZodType, B extends z.ZodType, S extends z.ZodType, I>(
  operation: Operation<P, B, S, I>,
  run: (ledger: LedgerItself, input: I, answer: z.input<S>) => Promise<void> | void,
): Afterwards {
  return { after: operation.name, run };
}

/** By the operation's name, in the order of the modules. */
export type AfterwardsByName = ReadonlyMap<string, readonly Afterwards[]>;

export const afterwardsByName = (all: readonly Afterwards[]): AfterwardsByName =>
  new Map(all.map(({ after: name }) => [name, all.filter((one) => one.after === name)]));

/** What is done by the clock, once at a time over all processes, as far as nothing goes wrong. */
export interface Job {
  readonly name: string;
  /** As cron writes it, in UTC. What was missed is not made up for: the next run does it all. */
  readonly schedule: string;
  /** Whether it runs at the start of each process as well, and after a fault of the scheduler, rather than by the clock alone. */
  readonly atStart: boolean;
  /** What the log says of a run that has done something. */
  readonly done: string;
  /**
   * Begins the job in this process; what it answers makes one run, within bounds, and may go on where the run before has
   * stopped. A run answers what it has done, for the log: never personal data; null where there was nothing to do.
   */
  begin(ledger: LedgerItself): (signal: AbortSignal) => Promise<JobReport | null>;
}

type JobReport = Readonly<Record<string, number | boolean | Readonly<Record<string, number>>>>;
