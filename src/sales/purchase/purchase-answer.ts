/** What a till is told of a sale. */
import { z } from "@hono/zod-openapi";
import { formatAmount } from "../../kernel/amount.ts";
import { AmountText, BalanceAfter, idText, InstantText, orNull } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import type { OperationId } from "../../kernel/ids.ts";
import { balanceAfter } from "../../ledger/posting/balance.ts";
import type { BurnRules } from "../../ledger/posting/spend.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import { balanceFor, type Seeing } from "../../members/representing/acting.ts";
import { actedFields, BALANCE_OF_REPRESENTED } from "../../members/representing/words.ts";
import type { Purchase } from "../documents/purchase-document.ts";
import type { Plan, PlannedLine } from "../plan/plan.ts";
import { UnitGroups, unitsAnswer } from "../plan/units-answer.ts";
import { SettledReturn } from "../return/return-answer.ts";

const SoldLineAnswer = z.strictObject({
  lineId: z.string(),
  total: AmountText,
  maxSpend: AmountText,
  spend: AmountText,
  paid: AmountText,
  earn: AmountText,
  units: UnitGroups,
});

export const PurchaseAnswer = z.strictObject({
  purchaseId: idText("pur"),
  operationId: idText("opn"),
  memberId: idText("mbr").nullable(),
  total: AmountText,
  spent: AmountText,
  paid: AmountText,
  earned: AmountText,
  earn: z
    .strictObject({ lotId: idText("lot").nullable(), activeAt: InstantText, expiresAt: InstantText })
    .nullable()
    .openapi({ description: "When what was earned becomes active, and ends." }),
  suspended: z
    .boolean()
    .openapi({ description: "The card leads to nobody yet: what was earned waits for whoever brings it." }),
  lines: z.array(SoldLineAnswer),
  parkedReturns: z.array(SettledReturn).optional().openapi({
    description: "Returns that had waited for this sale, and what became of each. Absent where none had.",
  }),
  balance: orNull(BalanceAfter).openapi({ description: BALANCE_OF_REPRESENTED }),
});
export type PurchaseAnswer = z.input<typeof PurchaseAnswer>;

export const SaleAnswer = z.strictObject({ ...PurchaseAnswer.shape, ...actedFields }).openapi("Sale");

/** What the document does not say. */
interface AnswerTerms {
  readonly plan: Plan;
  readonly member: WalletDraft | undefined;
  readonly burn: BurnRules;
  readonly parked: readonly SettledReturn[];
  /** Whoever has acted for the member, be it that he has ordered what is handed out; absent: nobody. */
  readonly acts?: Seeing | null;
}

export function purchaseAnswer(
  operationId: OperationId,
  sold: Purchase,
  { plan: { lines, terms }, member, burn, parked, acts = null }: AnswerTerms,
): PurchaseAnswer {
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
    lines: lines.map(lineAnswer),
    ...(parked.length === 0 ? {} : { parkedReturns: [...parked] }),
    balance: member === undefined ? null : balanceFor(acts, balanceAfter(member, [sold.brand], burn)),
  };
}

/** How one line was priced. */
function lineAnswer(line: PlannedLine): PurchaseAnswer["lines"][number] {
  return {
    lineId: line.lineId,
    total: formatAmount(line.total),
    maxSpend: formatAmount(line.maxSpend),
    spend: formatAmount(line.spend),
    paid: formatAmount(line.total - line.spend),
    earn: formatAmount(line.earn),
    units: unitsAnswer(line),
  };
}
