/** What happened to a lot, transfer by transfer, with what each left in it. */
import { formatAmount } from "../../kernel/amount.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { LOT_ACCOUNTS } from "../../ledger/account.ts";
import type { Lot } from "../../ledger/lot.ts";
import { transferIdOf } from "../../members/reads/transfers.ts";
import type { ExplainedStep } from "./answer.ts";
import type { Sources } from "./sources.ts";

/** Both what was posted and what is due, oldest first. */
type Step = Sources["posted"][number] | Sources["due"][number];

export function historyOf({ posted, due, truncated }: Sources, lot: Lot): ExplainedStep[] {
  const left = { pending: 0n, available: 0n, held: 0n };
  // What time has moved since does not follow from a history that was cut.
  const steps: Step[] = truncated ? [...posted] : [...posted, ...due];
  return steps.map((step) => {
    const { entity, debit, credit, amount, event, occurredAt } = step;
    for (const account of LOT_ACCOUNTS) {
      if (entity !== lot.issuer) continue;
      if (credit === account) left[account] += amount;
      if (debit === account) left[account] -= amount;
    }
    const isPosted = "postedAt" in step;
    return {
      transferId: isPosted ? transferIdOf(step) : null,
      operationId: isPosted ? step.operationId : null,
      postedAt: isPosted ? formatInstant(step.postedAt) : null,
      event,
      entity,
      debit,
      credit,
      lotId: lot.id,
      amount: formatAmount(amount),
      occurredAt: formatInstant(occurredAt),
      after: {
        pending: formatAmount(left.pending),
        available: formatAmount(left.available),
        held: formatAmount(left.held),
      },
    };
  });
}
