/** What became of a command, as it is kept and as it is told again to whoever repeats it. */
import type { OperationId } from "../kernel/ids.ts";
import type { ProblemCode, ProblemData } from "../kernel/problems.ts";

export interface AcceptedOutcome {
  readonly kind: "accepted";
  readonly operationId: OperationId;
  readonly status: number;
  /** The answer as JSON text, the same bytes each time it is told. */
  readonly answer: string;
  /** Told once, and not kept. */
  readonly shownOnce?: Readonly<Record<string, string>> | undefined;
  readonly replayed: boolean;
}

interface RefusedOutcome {
  /** Kept refusals have an operation; what leaves no trace has none. */
  readonly kind: "refused";
  readonly operationId: OperationId | null;
  readonly code: ProblemCode;
  readonly data: ProblemData;
  readonly replayed: boolean;
}

/** What a caller is told. */
export type Judged = AcceptedOutcome | RefusedOutcome;

/** Stale: to be prepared again. Busy: somebody else holds a lock on what it needs. */
export type Outcome = Judged | { readonly kind: "stale" } | { readonly kind: "busy" };
