/** A break as whoever works on it is shown it. */
import { z } from "@hono/zod-openapi";
import { AmountText, idText, InstantText, orNull } from "../../../kernel/answers.ts";
import { formatAmount } from "../../../kernel/amount.ts";
import { formatInstant, type Instant } from "../../../kernel/clock.ts";
import type { Break } from "../stores.ts";
import type { Side } from "../stored.ts";
import { asItStands } from "./standing.ts";
import { BREAK_KINDS, BREAK_STATUSES, DIFFERENCES, RESOLUTIONS } from "../words.ts";

const SideView = z
  .strictObject({
    kind: z.enum(["sale", "return"]),
    storeId: z.string(),
    terminalId: z.string().nullable(),
    shift: z.string().nullable(),
    number: z.string(),
    fiscalId: z.string().nullable(),
    day: z.iso.date(),
    total: orNull(AmountText),
    paid: orNull(AmountText),
    spent: orNull(AmountText),
    earned: orNull(AmountText),
    memberId: orNull(idText("mbr")),
    unknownCard: z.boolean().openapi({ description: "A card was shown that leads to nobody." }),
    receiptId: z.string().nullable().openapi({ description: "The purchase or the return of the ledger." }),
  })
  .openapi("ReceiptSide", { description: "A receipt as one side has it; null is what it does not say." });

export const BreakView = z
  .strictObject({
    breakId: idText("brk"),
    reconciliationId: idText("rec"),
    brand: z.string(),
    kind: z.enum(BREAK_KINDS).openapi({ description: "The most specific of all that differs." }),
    differences: z.array(z.enum(DIFFERENCES)).openapi({ description: "All that differs." }),
    line: orNull(z.int()).openapi({ description: "Of the file; null of what is missing there." }),
    there: orNull(SideView).openapi({ description: "As the file has it." }),
    here: orNull(SideView).openapi({ description: "As the ledger has it." }),
    status: z.enum(BREAK_STATUSES),
    ruleId: orNull(idText("rul")).openapi({ description: "The rule that explains it." }),
    owner: z.string().nullable().openapi({ description: "Who is to look at it.", example: "anna-1" }),
    resolution: orNull(z.enum(RESOLUTIONS)),
    correctedBy: orNull(idText("opn")).openapi({ description: "The operation that has put it right." }),
    adjustmentId: orNull(idText("adj")).openapi({ description: "The adjustment that has put it right, or waits to." }),
    awaitsUntil: orNull(InstantText).openapi({ description: "Until when that waits for a second person." }),
    resolvedBy: z.string().nullable(),
    resolvedAt: orNull(InstantText),
    changes: z.int(),
    foundAt: InstantText,
    ageDays: z.int().openapi({ description: "Whole days since it was found." }),
  })
  .openapi("ReconciliationBreak");
export type BreakView = z.input<typeof BreakView>;

const DAY_MS = 86_400_000;

export function breakView(found: Break, now: Instant): BreakView {
  const { id, reconciliationId, brand, kind, differences, line, there, here } = found;
  const { ruleId, owner, resolution, correctedBy, resolvedBy, resolvedAt, changes, foundAt } = found;
  const { status, adjustmentId, awaitsUntil } = asItStands(found, now);
  return {
    breakId: id,
    reconciliationId,
    brand,
    kind,
    differences: [...differences],
    line,
    there: sideView(there),
    here: sideView(here),
    status,
    ruleId,
    owner,
    resolution,
    correctedBy,
    adjustmentId,
    awaitsUntil: awaitsUntil === null ? null : formatInstant(awaitsUntil),
    resolvedBy,
    resolvedAt: resolvedAt === null ? null : formatInstant(resolvedAt),
    changes,
    foundAt: formatInstant(foundAt),
    ageDays: Math.max(0, Math.floor((now - foundAt) / DAY_MS)),
  };
}

function sideView(side: Side | null): BreakView["here"] {
  if (side === null) return null;
  const { total, paid, spent, earned, memberId, ...rest } = side;
  const shown = (kopecks: string | null) => (kopecks === null ? null : formatAmount(BigInt(kopecks)));
  return {
    ...rest,
    total: shown(total),
    paid: shown(paid),
    spent: shown(spent),
    earned: shown(earned),
    memberId: memberId as NonNullable<BreakView["here"]>["memberId"],
  };
}
