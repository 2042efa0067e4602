/** What became of a command, as it is kept and as it is told again to whoever repeats it. */
import type { OperationId } from "../kernel/ids.ts";
import type { ProblemCode, ProblemData } from "../kernel/problems.ts";

export type Outcome =
  | {
      readonly kind: "accepted";
      readonly operationId: OperationId;
      readonly status: number;
      /** The answer as JSON text, the same bytes each time it is told. */
      readonly answer: string;
      readonly replayed: boolean;
    }
  | {
      /** Kept refusals have an operation; what leaves no trace has none. */
      readonly kind: "refused";
      readonly operationId: OperationId | null;
      readonly code: ProblemCode;
      readonly data: ProblemData;
      readonly replayed: boolean;
    }
  | { readonly kind: "stale" };
