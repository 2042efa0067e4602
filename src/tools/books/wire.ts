/** What is read of the answers about the books. */
import { z } from "zod";
import { BREAK_KINDS } from "../../finance/reconciliation/words.ts";

const SIGNED = /^-?(0|[1-9]\d*)\.\d{2}$/;

/** Reads an amount that may be below zero, in hundredths. */
export function signedAmount(text: string): bigint {
  if (!SIGNED.test(text)) throw new RangeError(`not an amount: ${text}`);
  return BigInt(text.replace(".", ""));
}

const Signed = z.string().regex(SIGNED).transform(signedAmount);

export const PeriodChanged = z.object({ status: z.enum(["waiting", "closed", "open"]), month: z.string() });

export const SettlementsMade = z.object({
  settlements: z.array(z.object({ settlementId: z.string(), between: z.array(z.string()) })),
});

export const SettlementStands = z.object({ status: z.enum(["draft", "agreed", "paid"]) });

const Line = z.object({
  section: z.string(),
  kind: z.string(),
  price: z.string(),
  vatRate: z.string(),
  bonuses: Signed,
  total: Signed,
  vat: Signed,
  original: z.object({ day: z.string(), number: z.int().nullable() }).nullable(),
});

export const SettlementStatement = z.object({
  number: z.int(),
  from: z.string(),
  to: z.string(),
  status: z.string(),
  entity: z.string(),
  payable: Signed,
  receivable: Signed,
  balance: Signed,
  directions: z.array(
    z.object({
      debtor: z.string(),
      creditor: z.string(),
      bonuses: Signed,
      total: Signed,
      vat: Signed,
      lines: z.array(Line),
    }),
  ),
});
export type SettlementStatement = z.infer<typeof SettlementStatement>;

export const MarkTold = z.object({ mark: z.string() });

const Side = z.object({ receipts: z.int(), total: Signed });

export const ReconciliationStarted = z.object({ reconciliationId: z.string(), lines: z.int() });

export const ReconciliationStands = z.object({
  status: z.string(),
  failure: z.string().nullable(),
  result: z
    .object({ matched: z.int(), breaks: z.int(), byKind: z.record(z.string(), z.int()), there: Side, here: Side })
    .nullable(),
});

export const BreakPage = z.object({
  items: z.array(z.object({ kind: z.enum(BREAK_KINDS), there: z.object({ number: z.string() }).nullable() })),
  nextCursor: z.string().nullable(),
});
export type BreakPage = z.infer<typeof BreakPage>;
