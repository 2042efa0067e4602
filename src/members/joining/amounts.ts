/** What there is of an issuer's, as answers tell it. */
import { formatAmount } from "../../kernel/amount.ts";
import type { IssuerTotals } from "../../ledger/totals.ts";
import type { Moved } from "./merge-answer.ts";

/** Totals as they are told, where there is anything. */
export const amountsOf = (totals: Iterable<readonly [entity: string, totals: IssuerTotals]>): Moved["amounts"] =>
  [...totals]
    .filter(([, { pending, available, held, debt }]) => pending + available + held + debt > 0n)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([entity, { pending, available, held, debt }]) => ({
      entity,
      pending: formatAmount(pending),
      available: formatAmount(available),
      held: formatAmount(held),
      debt: formatAmount(debt),
    }));
