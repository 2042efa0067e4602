/** Makes an adjustment as it is asked for: at once, or where it is more than the rules let one person do, to wait for another. */
import { as } from "../../kernel/ids.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { type Refused, type Rejected, reject, type Saved, save } from "../../engine/definition/decision.ts";
import type { LedgerEvent } from "../../engine/event.ts";
import { balanceAfter } from "../../ledger/posting/balance.ts";
import { type Adjustment, adjustmentStore } from "./adjustment-store.ts";
import { countedFor, mayAct, needsSecond, reasonIn } from "./allowed.ts";
import { type AdjustmentAnswer, answerOf } from "./answer.ts";
import { applyAdjustment } from "./apply.ts";
import { earlierOf } from "./earlier.ts";
import { toldOfApplied, toldOfRequested } from "./events.ts";
import { NOTHING_YET } from "./terms.ts";
import { ADJUSTMENT_MS } from "./words.ts";

/** What is asked for, of whom and by whom. */
export type AskedAdjustment = Pick<
  Adjustment,
  | "memberId"
  | "profileId"
  | "amount"
  | "direction"
  | "brand"
  | "reason"
  | "incident"
  | "comment"
  | "breakId"
  | "staffId"
>;

interface Made {
  readonly kind: "made";
  /** 202: it waits for a second person. */
  readonly status: 201 | 202;
  readonly adjustment: Adjustment;
  readonly answer: AdjustmentAnswer;
  readonly documents: readonly Saved[];
  readonly events: readonly LedgerEvent[];
}

/**
 * Within the rules in force. `unknown_reason`, `incident_required`, `unknown_staff`, `own_account`, `adjustment_limit`,
 * `insufficient_bonuses`; what it needs is told by `needsOf`.
 */
export function makeAdjustment(context: CommandContext, input: AskedAdjustment): Made | Refused | Rejected {
  const { policy, now, operationId } = context;
  const { memberId, profileId, staffId, amount, direction, brand, incident } = input;
  const wallet = context.wallet(memberId);
  if (wallet === undefined) return reject("member_not_found");
  const reason = reasonIn(policy.rules.adjustments, input.reason, direction);
  if (reason === undefined) return reject("unknown_reason", { reason: input.reason, direction });
  if (reason.needsIncident && incident === null) return reject("incident_required", { reason: reason.code });
  const forbidden = mayAct(context, [staffId], memberId);
  if (forbidden !== undefined) return forbidden;
  const counted = countedFor(context, staffId, amount);
  if (!("saved" in counted)) return counted;
  const id = as("adj", operationId);
  const waitsUntil = needsSecond(policy.rules.adjustments, amount) ? now + ADJUSTMENT_MS : null;
  const asked: Adjustment = {
    ...NOTHING_YET,
    ...input,
    id,
    category: reason.category,
    reverses: null,
    requestedAt: now,
    expiresAt: waitsUntil,
  };
  const earlier = direction === "credit" ? earlierOf(context, { memberId, incident, id }) : [];
  const terms = { operationId, now, earlier };
  if (waitsUntil !== null) {
    const documents = [counted.saved, save(adjustmentStore, id, asked)];
    const events = [toldOfRequested(asked, waitsUntil)];
    return { kind: "made", status: 202, adjustment: asked, answer: answerOf(asked, terms), documents, events };
  }
  const applied = applyAdjustment(context, asked, { wallet, profileId, original: null });
  if (applied.kind === "refused") return applied;
  const balance = balanceAfter(wallet, [brand], policy.burn);
  return {
    kind: "made",
    status: 201,
    adjustment: applied.adjustment,
    answer: answerOf(applied.adjustment, { ...terms, lot: applied.lot, balance }),
    documents: [counted.saved, ...applied.documents],
    events: [toldOfApplied(applied.adjustment)],
  };
}
