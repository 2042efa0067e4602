/** What all that is done about a break has in common: who does it is named, and each step is numbered. */
import { idInPath } from "../../../kernel/fields.ts";
import { Problem } from "../../../kernel/problems.ts";
import type { Actor } from "../../../engine/actor.ts";
import type { CommandContext } from "../../../engine/definition/context.ts";
import { accept, type Saved, save } from "../../../engine/definition/decision.ts";
import { type DocumentNeed, need } from "../../../engine/definition/document-store.ts";
import type { LedgerEvent } from "../../../engine/event.ts";
import { RECONCILIATION_BUCKET } from "../bucket.ts";
import { breakResolved } from "../events.ts";
import { type Break, breakChangeStore, breakStore } from "../stores.ts";
import type { BreakAction } from "../words.ts";
import { BreakView, breakView } from "./break-view.ts";

export const breakTerms = {
  permission: "receipts.reconcile",
  forbids: ({ staffId }: Pick<Actor, "staffId">) => (staffId === null ? new Problem("staff_required") : undefined),
  params: idInPath("breakId", "brk"),
  answers: { 200: { description: "Done.", schema: BreakView } },
  facts: ({ reason }: { readonly reason: string }) => ({ reason }),
  bucket: () => RECONCILIATION_BUCKET,
} as const;

export const needBreak = ({ id }: Break): DocumentNeed => need(breakStore, id);

/** The person who acts; `staff_required` where nobody is named. */
export function personOf({ staffId }: Pick<Actor, "staffId">): string {
  if (staffId === null) throw new Problem("staff_required");
  return staffId;
}

/** A break after somebody has changed it, what keeps that they did, and what others are told of it. */
export interface Step {
  readonly after: Break;
  readonly documents: readonly Saved[];
  readonly events: readonly LedgerEvent[];
}

export function stepOf(
  { operationId }: Pick<CommandContext, "operationId">,
  before: Break,
  action: BreakAction,
  change: Partial<Break>,
): Step {
  const after = { ...before, ...change, changes: before.changes + 1 };
  const step = { breakId: before.id, number: after.changes, action, operationId };
  return {
    after,
    documents: [save(breakStore, before.id, after), save(breakChangeStore, `${before.id} ${after.changes}`, step)],
    events: toldOf(before, after),
  };
}

/** Changes a break, and keeps that it did. */
export function changed(
  context: CommandContext,
  before: Break,
  action: BreakAction,
  change: Partial<Break>,
  { learnt = [], subjectHash }: { readonly learnt?: readonly Saved[]; readonly subjectHash?: string | null } = {},
) {
  const { after, documents, events } = stepOf(context, before, action, change);
  return accept({
    memberId: null,
    subjectHash,
    answer: breakView(after, context.now),
    documents: [...documents, ...learnt],
    events,
  });
}

/** That it has ended, once. */
function toldOf(before: Break, { id, reconciliationId, brand, kind, status, resolution, correctedBy }: Break) {
  if (status !== "resolved" || before.status === "resolved" || resolution === null) return [];
  return [breakResolved({ breakId: id, reconciliationId, brand, kind, resolution, correctedBy })];
}
