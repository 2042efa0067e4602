/**
 * Suspense: what a receipt has earned whose card leads to nobody is kept for whoever brings that card.
 * It is the entity's own account; no wallet is touched until then.
 */
import type { Bonus } from "../kernel/amount.ts";
import type { Instant } from "../kernel/clock.ts";
import type { CommandContext } from "../engine/definition/context.ts";
import { type Brand, sourceOf } from "../ledger/account.ts";
import { transfer } from "../ledger/transfer.ts";

const nobody = { memberId: null, lotId: null };

export function suspend(context: CommandContext, entity: Brand, amount: Bonus, at: Instant): void {
  const accounts = { debit: sourceOf("ordinary"), credit: "suspense" } as const;
  context.post(transfer({ entity, ...accounts, ...nobody, amount, event: "suspension", occurredAt: at }));
}

/** Takes earnings back that nobody has claimed. */
export function takeOffSuspense(context: CommandContext, entity: Brand, amount: Bonus, at: Instant): void {
  const accounts = { debit: "suspense", credit: sourceOf("ordinary") } as const;
  context.post(transfer({ entity, ...accounts, ...nobody, amount, event: "clawback", occurredAt: at }));
}
