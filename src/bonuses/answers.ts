/** Parts of answers about bonuses. */
import type { z } from "@hono/zod-openapi";
import { formatAmount } from "../kernel/amount.ts";
import type { LotPart as LotPartAnswer } from "../kernel/answers.ts";
import type { LotPart } from "../ledger/hold.ts";

/** Parts of lots as the caller is told. */
export const lotAmounts = (parts: readonly LotPart[]): z.input<typeof LotPartAnswer>[] =>
  parts.map(({ lotId, issuer, amount }) => ({ lotId, issuer, amount: formatAmount(amount) }));
