/**
 * Suspense: what a receipt has earned whose card leads to nobody is kept for whoever brings that card.
 * It is the entity's own account; no wallet is touched until then.
 */
import type { Bonus } from "../kernel/amount.ts";
import type { Instant } from "../kernel/clock.ts";
import type { Context } from "../engine/command.ts";
import type { Brand } from "../ledger/account.ts";
import { transfer } from "../ledger/transfer.ts";

export function suspend(context: Context, entity: Brand, amount: Bonus, at: Instant): void {
  context.post(
    transfer({
      entity,
      debit: "issuance:ordinary",
      credit: "suspense",
      amount,
      memberId: null,
      lotId: null,
      event: "suspension",
      occurredAt: at,
    }),
  );
}

/** Takes earnings back that nobody has claimed. */
export function takeOffSuspense(context: Context, entity: Brand, amount: Bonus, at: Instant): void {
  context.post(
    transfer({
      entity,
      debit: "suspense",
      credit: "issuance:ordinary",
      amount,
      memberId: null,
      lotId: null,
      event: "clawback",
      occurredAt: at,
    }),
  );
}
