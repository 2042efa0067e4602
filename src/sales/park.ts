/** Parks a return whose sale is not known yet. The probe on the sale's key makes sure that it is not just coming. */
import type { OperationId } from "../kernel/ids.ts";
import { as } from "../kernel/ids.ts";
import { type Command, need, save } from "../engine/command.ts";
import { wrongAge } from "./age.ts";
import { type ParkedReturn, parkedStore } from "./parked.ts";
import type { ReturnTerms } from "./take-back.ts";

export interface ParkInput {
  /** The natural key of the sale. */
  readonly originalKey: string;
  readonly terms: ReturnTerms;
  readonly anyAge: boolean;
}

export interface ParkAnswer {
  readonly status: "parked";
  readonly returnId: string;
  readonly operationId: OperationId;
}

export const park: Command<ParkInput, ParkAnswer> = {
  name: "park-return",
  needs: ({ originalKey }) => ({ documents: [need(parkedStore, originalKey)] }),
  decide({ operationId, policies, now, document }, { originalKey, terms, anyAge }) {
    const tooEarlyOrLate = wrongAge(policies.at(now), terms.occurredAt, now, anyAge);
    if (tooEarlyOrLate !== undefined) return tooEarlyOrLate;
    const waiting = document(parkedStore, originalKey) ?? [];
    const parked: ParkedReturn = { operationId, terms, parkedAt: now, state: { status: "parked" } };
    return {
      kind: "accepted",
      status: 202,
      occurredAt: terms.occurredAt,
      policyVersion: policies.at(now).version,
      memberId: null,
      documents: [save(parkedStore, originalKey, [...waiting, parked])],
      answer: { status: "parked", returnId: as("ret", operationId), operationId },
    };
  },
};
