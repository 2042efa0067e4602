/** How a sale is told to the till. */
import { type Bonus, formatAmount } from "../../kernel/amount.ts";
import { formatInstant } from "../../kernel/clock.ts";
import type { OperationId } from "../../kernel/ids.ts";
import { balanceAfter } from "../../ledger/posting/balance.ts";
import type { BurnRules } from "../../ledger/posting/spend.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import type { ParkedReturnAnswer, PurchaseAnswer } from "../answers.ts";
import type { EarningTerms } from "../earned-lot.ts";
import { type PricedLine, type SoldLine, unitGroups } from "../receipt/pricing.ts";
import type { Purchase } from "../documents/purchase-document.ts";

interface Beside {
  readonly priced: readonly PricedLine[];
  readonly terms: EarningTerms | null;
  readonly member: WalletDraft | undefined;
  readonly burn: BurnRules;
  readonly parked: readonly ParkedReturnAnswer[];
}

export function purchaseAnswer(operationId: OperationId, sold: Purchase, beside: Beside): PurchaseAnswer {
  const { priced, terms, member, burn, parked } = beside;
  return {
    purchaseId: sold.id,
    operationId,
    memberId: sold.memberId,
    total: formatAmount(sold.total),
    spent: formatAmount(sold.spent),
    paid: formatAmount(sold.total - sold.spent),
    earned: formatAmount(sold.earned),
    earn: terms && {
      lotId: sold.lotId,
      activeAt: formatInstant(terms.activeAt),
      expiresAt: formatInstant(terms.expiresAt),
    },
    suspended: sold.awaits !== null,
    lines: sold.lines.map((line, index) => lineAnswer(line, priced[index]?.maxSpend ?? 0n)),
    ...(parked.length === 0 ? {} : { parkedReturns: [...parked] }),
    balance: member === undefined ? null : balanceAfter(member, [sold.brand], burn),
  };
}

/** How one line was priced. */
function lineAnswer(line: SoldLine, maxSpend: Bonus): PurchaseAnswer["lines"][number] {
  return {
    lineId: line.lineId,
    total: formatAmount(line.total),
    maxSpend: formatAmount(maxSpend),
    spend: formatAmount(line.spend),
    paid: formatAmount(line.total - line.spend),
    earn: formatAmount(line.earn),
    units: unitsAnswer(line),
  };
}

/** A line's units and their prices in money. */
export const unitsAnswer = (line: SoldLine) =>
  unitGroups(line).map(({ units, unitPrice }) => ({ quantity: units.toString(), unitPrice: formatAmount(unitPrice) }));
