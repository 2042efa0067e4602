/**
 * The closed list of problems that the service can answer with: status, whether trying again helps,
 * and what the cashier reads. Documented in docs/reference/problems.md, which a test holds against this list.
 */

import { adjustmentProblems } from "./problems/adjustments.ts";
import { ledgerProblems } from "./problems/ledger.ts";
import { linkProblems } from "./problems/links.ts";
import { memberProblems } from "./problems/members.ts";
import { representativeProblems } from "./problems/representatives.ts";
import { orderProblems } from "./problems/orders.ts";
import { requestProblems } from "./problems/requests.ts";

export type { ProblemKind } from "./problems/kind.ts";

export const problems = {
  ...requestProblems,
  ...ledgerProblems,
  ...orderProblems,
  ...memberProblems,
  ...representativeProblems,
  ...linkProblems,
  ...adjustmentProblems,
} as const;

export type ProblemCode = keyof typeof problems;

/** What a problem says beyond its code: amounts as strings, identifiers, names of fields. Never personal data. */
export type ProblemData = Readonly<Record<string, unknown>>;

/** A problem on its way to the caller. Thrown at the edge; returned, never thrown, by what decides. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: ProblemCode;
  readonly data: ProblemData;

  constructor(code: ProblemCode, data: ProblemData = {}) {
    super(code);
    this.code = code;
    this.data = data;
  }
}
