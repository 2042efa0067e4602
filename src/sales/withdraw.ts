/** Takes a return back that still waits for its sale. */
import type { OperationId } from "../kernel/ids.ts";
import { type Command, need, save, stale } from "../engine/command.ts";
import { parkedStore } from "./parked.ts";
import type { ReversalAnswer } from "./reverse.ts";

export interface WithdrawInput {
  /** The natural key of the sale that it waits for. */
  readonly originalKey: string;
  readonly parkedBy: OperationId;
}

export const withdraw: Command<WithdrawInput, ReversalAnswer> = {
  name: "withdraw-return",
  needs: ({ originalKey }) => ({ documents: [need(parkedStore, originalKey)] }),
  decide({ operationId, policies, now, document }, { originalKey, parkedBy }) {
    const waiting = document(parkedStore, originalKey) ?? [];
    const parked = waiting.find((entry) => entry.operationId === parkedBy);
    // Applied meanwhile: then there is a return, and it is that which is to be reversed.
    if (parked === undefined || parked.state.status === "applied") return stale;
    const reversed = parked.state.status === "parked";
    const after = waiting.map((entry) =>
      entry === parked ? { ...entry, state: { status: "withdrawn" as const } } : entry,
    );
    return {
      kind: "accepted",
      status: 200,
      occurredAt: now,
      policyVersion: policies.at(now).version,
      memberId: null,
      documents: reversed ? [save(parkedStore, originalKey, after)] : [],
      answer: { outcome: reversed ? "reversed" : "already_reversed", operationId, memberId: null, balance: null },
    };
  },
};
