/** A module: all that one part of the house can be asked for. The service is the list of its modules. */
import type { z } from "@hono/zod-openapi";
import type { EventKind } from "../event.ts";
import type { Invariant } from "./invariant.ts";
import type { AnyOperation, FollowUp, Operation, OwnOperation } from "./operation.ts";
import type { AnyRead } from "./read.ts";

export interface Module {
  readonly name: string;
  /** In the order of the document. */
  readonly operations: readonly AnyOperation[];
  /** What the ledger does by itself: it stands in the journal, and nobody can ask for it. */
  readonly ownOperations?: readonly OwnOperation<unknown>[];
  readonly reads: readonly AnyRead[];
  /** What it does after operations of the modules below it. */
  readonly follows?: readonly Follow[];
  /** What it tells others. */
  readonly events?: readonly EventKind[];
  /** What it adds to the proof. */
  readonly invariants?: readonly Invariant[];
}

/**
 * What a module does after an operation of another module has been accepted (also when its outcome is told again):
 * outside of the ledger's transaction, so that it may be lost. A job makes up for it.
 */
export interface Follow {
  /** The operation's name. */
  readonly after: string;
  run(follow: FollowUp, input: unknown, answer: unknown): Promise<void> | void;
}

/** Follows an operation, with the types that it has. */
export function followOf<P extends z.ZodType, B extends z.ZodType, S extends z.ZodType, I>(
  operation: Operation<P, B, S, I>,
  run: (follow: FollowUp, input: I, answer: z.input<S>) => Promise<void> | void,
): Follow {
  return { after: operation.name, run };
}

export type Follows = ReadonlyMap<string, readonly Follow[]>;

/** What follows each operation, by its name, in the order of the modules. */
export function followsOf(modules: readonly Module[]): Follows {
  const all = modules.flatMap(({ follows = [] }) => follows);
  return new Map(all.map(({ after }) => [after, all.filter((follow) => follow.after === after)]));
}
