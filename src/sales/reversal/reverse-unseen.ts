/** Nothing is known under the receipt: it is taken, so that the late original is refused. */
import type { CommandContext } from "../../engine/definition/context.ts";
import { accept } from "../../engine/definition/decision.ts";
import { receiptReversed } from "../events.ts";
import { refuseParked } from "../return/parked.ts";
import type { ReversalDecision, Reversed } from "./reverse-purchase.ts";

const nobody = { memberId: null, balance: null };

export function reverseUnseen(
  context: CommandContext,
  { key, receiptKind: kind }: Extract<Reversed, { kind: "unseen" }>,
): ReversalDecision {
  const { operationId } = context;
  const { documents, events, releases } = refuseParked(context, key);
  return accept({
    memberId: null,
    subjectHash: key,
    documents,
    releases,
    answer: { outcome: "tombstoned", operationId, ...nobody },
    events: [receiptReversed({ kind, purchaseId: null, returnId: null, memberId: null }), ...events],
  });
}

/** A tombstone stands there already. */
export function reverseAgain(
  { operationId }: CommandContext,
  { key }: Extract<Reversed, { kind: "again" }>,
): ReversalDecision {
  return accept({ memberId: null, subjectHash: key, answer: { outcome: "already_reversed", operationId, ...nobody } });
}
