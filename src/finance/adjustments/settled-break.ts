/** What becomes of the break that an adjustment was to put right, when a second person has decided about that. */
import type { CommandContext } from "../../engine/definition/context.ts";
import { type Step, stepOf } from "../reconciliation/breaks/break-terms.ts";
import { asFound } from "../reconciliation/breaks/standing.ts";
import { breakStore } from "../reconciliation/stores.ts";
import type { Adjustment } from "./adjustment-store.ts";

/**
 * Nothing where it puts no break right; else the break, resolved, or as it was found. Undefined where the break waits for
 * this adjustment no longer: by the clock of whoever has resolved it otherwise, it had expired.
 */
export function settledBreak(
  context: CommandContext,
  { id, breakId }: Adjustment,
  action: "approve" | "reject",
): Pick<Step, "documents" | "events"> | undefined {
  if (breakId === null) return { documents: [], events: [] };
  const before = context.document(breakStore, breakId);
  if (before?.status !== "awaiting_approval" || before.adjustmentId !== id) return undefined;
  const { operationId, now, actor } = context;
  if (action === "reject") return stepOf(context, before, action, asFound(before));
  return stepOf(context, before, action, {
    status: "resolved",
    resolution: "corrected",
    correctedBy: operationId,
    awaitsUntil: null,
    resolvedBy: actor.staffId,
    resolvedAt: now,
  });
}
