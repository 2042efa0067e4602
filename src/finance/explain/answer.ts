/** What an explanation says, as data. */
import { z } from "@hono/zod-openapi";
import { AmountText, idText, InstantText, orNull, QuantityText } from "../../kernel/answers.ts";
import { TERMS_REASONS } from "../../ledger/terms.ts";
import { LotItem } from "../../members/reads/lots.ts";
import { OperationFacts } from "../../members/reads/operation-facts.ts";
import { TransferItem } from "../../members/reads/transfers.ts";
import { Receipt } from "../../sales/receipt/receipt.ts";

const SignedAmount = z.string().regex(/^-?\d+\.\d{2}$/);

const ExplainedOperation = z
  .strictObject({
    ...OperationFacts.shape,
    operationId: idText("opn"),
    policyVersion: z.int(),
    occurredAt: InstantText,
    postedAt: InstantText,
  })
  .openapi("ExplainedOperation");

const ExplainedLine = z
  .strictObject({
    lineId: z.string(),
    sku: z.string().nullable(),
    category: z.string().nullable(),
    quantity: QuantityText,
    money: AmountText,
    bonuses: AmountText,
    earned: AmountText,
    rate: z.string().nullable().openapi({ example: "0.03" }),
  })
  .openapi({ description: "What a line earned, or what came back of it, and the rate that applied." });

const ExplainedEnd = z.strictObject({
  since: orNull(InstantText).openapi({ description: "When the ledger set it; null for the first one." }),
  until: InstantText,
  why: z.enum(["life", "stated", ...TERMS_REASONS]).openapi({
    description:
      "The life that the policy gives; an end of the grant's own; or why it was changed: a later purchase, the grace of a return, a move between wallets.",
  }),
  operationId: idText("opn").nullable().openapi({ description: "What changed it; null for the first one." }),
});

const ExplainedStep = TransferItem.omit({ operation: true, memberId: true })
  .extend({
    transferId: TransferItem.shape.transferId.nullable(),
    operationId: idText("opn").nullable(),
    postedAt: orNull(InstantText),
    after: z.strictObject({ pending: SignedAmount, available: SignedAmount, held: SignedAmount }),
  })
  .openapi({
    description:
      "A transfer of the lot, and what it left there. Not posted: time has made it, and the next command will post it.",
  });

export const Explanation = z
  .strictObject({
    memberId: idText("mbr"),
    transfer: orNull(TransferItem),
    lot: orNull(LotItem),
    cause: z.enum(["operation", "time"]).openapi({
      description:
        "What moved it. Time: a lot began or ended, or a hold did; `operation` is the one that posted that, and may have nothing else to do with it.",
    }),
    operation: ExplainedOperation,
    receipt: orNull(Receipt),
    lines: z.array(ExplainedLine),
    ends: z.array(ExplainedEnd),
    history: z.array(ExplainedStep),
    truncated: z
      .boolean()
      .openapi({ description: "Whether the lot has more transfers, or changes of its end, than are shown." }),
    words: z.strictObject({ ru: z.array(z.string()), en: z.array(z.string()) }),
  })
  .openapi("Explanation");

export type Explanation = z.input<typeof Explanation>;
export type ExplainedLine = Explanation["lines"][number];
export type ExplainedEnd = Explanation["ends"][number];
export type ExplainedStep = Explanation["history"][number];
