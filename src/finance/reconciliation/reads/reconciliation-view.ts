/** A reconciliation as it is shown: how far it is, and what it has come to on both sides. */
import { z } from "@hono/zod-openapi";
import { idText, InstantText, orNull } from "../../../kernel/answers.ts";
import { formatAmount } from "../../../kernel/amount.ts";
import { formatInstant } from "../../../kernel/clock.ts";
import { Mapping } from "../reading/mapping.ts";
import type { Reconciliation } from "../stores.ts";
import type { SideTotals } from "../stored.ts";
import { BREAK_KINDS, type BreakKind, FAILURES, FILE_FORMATS, RECONCILIATION_STATUSES } from "../words.ts";

const SignedAmount = z
  .string()
  .regex(/^-?\d+\.\d{2}$/)
  .openapi({ example: "1500.00" });

const Totals = z
  .strictObject({
    receipts: z.int(),
    total: SignedAmount,
    paid: SignedAmount,
    spent: SignedAmount,
    earned: SignedAmount,
  })
  .openapi("ReconciliationTotals", {
    description: "Returns count below zero; zero is also what a file has no column for.",
  });

const kinds = Object.fromEntries(BREAK_KINDS.map((kind) => [kind, z.int()])) as Record<BreakKind, z.ZodInt>;

export const ReconciliationView = z
  .strictObject({
    reconciliationId: idText("rec"),
    status: z.enum(RECONCILIATION_STATUSES),
    failure: orNull(z.enum(FAILURES)).openapi({
      description:
        "`too_many_breaks`: the file is not this ledger's, or its mapping is wrong. Why else it could not be matched, at the last try: while it waits, it is tried again.",
    }),
    tries: z.int().openapi({ description: "How often matching was begun; after six it fails." }),
    nextTryAt: orNull(InstantText).openapi({
      description: "Of one that waits after a try, by the clock of the machine.",
    }),
    brand: z.string(),
    system: z.string(),
    from: z.iso.date(),
    to: z.iso.date(),
    format: z.enum(FILE_FORMATS),
    contentHash: z.string(),
    toleranceAmount: SignedAmount,
    toleranceDays: z.int(),
    mapping: Mapping.openapi("ReconciliationMappingUsed", { description: "With what it is where nothing was said." }),
    lines: z.int(),
    requestedAt: InstantText,
    finishedAt: orNull(InstantText),
    result: orNull(
      z
        .strictObject({
          mark: z.string().openapi({ description: "Of the journal: what was committed before it was seen." }),
          matched: z.int().openapi({ description: "Lines that agree with a receipt." }),
          breaks: z.int(),
          explained: z.int().openapi({ description: "Of them, by rules." }),
          byKind: z.strictObject(kinds),
          there: Totals,
          here: Totals,
        })
        .openapi("ReconciliationResult"),
    ),
  })
  .openapi("Reconciliation");

export function reconciliationView(found: Reconciliation): z.input<typeof ReconciliationView> {
  const {
    id,
    status,
    failure,
    tries,
    notBefore,
    brand,
    system,
    contentHash,
    terms,
    lines,
    requestedAt,
    finishedAt,
    result,
  } = found;
  const { from, to, format, mapping, toleranceAmount, toleranceDays } = terms;
  return {
    reconciliationId: id,
    status,
    failure,
    tries,
    nextTryAt: status === "waiting" && notBefore !== null ? formatInstant(notBefore) : null,
    brand,
    system,
    from,
    to,
    format,
    contentHash,
    toleranceAmount: formatAmount(BigInt(toleranceAmount)),
    toleranceDays,
    mapping,
    lines,
    requestedAt: formatInstant(requestedAt),
    finishedAt: finishedAt === null ? null : formatInstant(finishedAt),
    result: result === null ? null : { ...result, there: totalsView(result.there), here: totalsView(result.here) },
  };
}

const totalsView = ({ receipts, total, paid, spent, earned }: SideTotals) => ({
  receipts,
  total: formatAmount(BigInt(total)),
  paid: formatAmount(BigInt(paid)),
  spent: formatAmount(BigInt(spent)),
  earned: formatAmount(BigInt(earned)),
});
