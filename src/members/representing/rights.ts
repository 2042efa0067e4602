/** The rights of a representative, as they are asked for and told. */
import { z } from "@hono/zod-openapi";
import { AmountText, idText, InstantText, orNull } from "../../kernel/answers.ts";
import { formatAmount } from "../../kernel/amount.ts";
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import { PositiveAmount, senseless } from "../../kernel/fields.ts";
import type { RepresentativeLink } from "./link.ts";

const limit = (description: string) => PositiveAmount.optional().openapi({ description });

export const RightsBody = z
  .strictObject({
    see: z.boolean().openapi({ description: "Whether the representative is shown the balance." }),
    spendUpTo: z
      .strictObject({
        perOperation: limit(
          "The most that one sale, order, hold or redemption may spend. Absent: as the month has it.",
        ),
        perMonth: limit("The most in a calendar month of the programme's zone. Absent: no limit but the other."),
      })
      .refine(({ perOperation, perMonth }) => perOperation !== undefined || perMonth !== undefined, {
        ...senseless("give perOperation, perMonth or both"),
        path: ["perOperation"],
      })
      .optional()
      .openapi({
        minProperties: 1,
        description: "Absent: the representative spends nothing, and earns for the member.",
      }),
  })
  .openapi("RepresentativeRightsBody");

export const Rights = z
  .strictObject({
    see: z.boolean(),
    spendUpTo: orNull(z.strictObject({ perOperation: orNull(AmountText), perMonth: orNull(AmountText) })),
  })
  .openapi("RepresentativeRights");

export const Left = z
  .strictObject({
    perOperation: orNull(AmountText),
    perMonth: orNull(AmountText),
    most: AmountText.openapi({ description: "By both: what the next operation may spend." }),
  })
  .openapi("RepresentativeLeft", { description: "What may be spent now; null where there is no such limit." });

/** A link as it was granted. */
export const linkFields = {
  representationId: idText("rep"),
  memberId: idText("mbr").openapi({ description: "Who is acted for." }),
  representativeId: idText("mbr").openapi({ description: "Who acts." }),
  rights: Rights,
  from: InstantText,
  until: orNull(InstantText),
} as const;

const amountOrNull = (amount: bigint | null) => (amount === null ? null : formatAmount(amount));

/** What a link lets a representative do. */
export const rightsOf = ({ sees, perOperation, perMonth }: RepresentativeLink): z.input<typeof Rights> => ({
  see: sees,
  spendUpTo:
    perOperation === null && perMonth === null
      ? null
      : { perOperation: amountOrNull(perOperation), perMonth: amountOrNull(perMonth) },
});

export const linkAnswer = (link: RepresentativeLink, grantedAt: Instant) => ({
  representationId: link.id,
  memberId: link.memberId,
  representativeId: link.representativeId,
  rights: rightsOf(link),
  from: formatInstant(link.since ?? grantedAt),
  until: link.until === null ? null : formatInstant(link.until),
});
