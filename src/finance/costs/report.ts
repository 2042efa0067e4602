/** The cost of incidents by category of write-off: what it says. No personal data: members by their ids only. */
import { z } from "@hono/zod-openapi";
import { AmountText, idText, orNull } from "../../kernel/answers.ts";

/** Those that have cost most; figures above them are of all. */
export const MOST_INCIDENTS = 50;
export const MOST_PAID_TWICE = 200;

const Signed = z
  .string()
  .regex(/^-?\d+\.\d{2}$/)
  .openapi({ example: "-1500.00" });
const Name = z.strictObject({ ru: z.string(), en: z.string() }).openapi("NameInBoth");

const sums = {
  adjustments: z.int().openapi({ description: "Without those that undo others." }),
  members: z.int().openapi({ description: "Members who are one count once." }),
  reversals: z.int().openapi({ description: "Of those that undo others, accounted on the days." }),
  credited: AmountText.openapi({ description: "Given, without what undoes something that was taken." }),
  debited: AmountText.openapi({ description: "Taken, without what undoes something that was given." }),
  undone: Signed.openapi({
    description: "What was undone on the days: above zero where something given was, below where something taken was.",
  }),
  cost: Signed.openapi({
    description: "Credited, less debited, less undone: below zero where more was taken than given.",
  }),
};

export const CostReport = z
  .strictObject({
    mark: z.string().openapi({ description: "Of the journal: what stands before it counts.", example: "7412" }),
    entity: orNull(z.string()).openapi({ description: "Null: of all." }),
    from: orNull(z.iso.date()),
    to: orNull(z.iso.date()),
    total: z.strictObject(sums),
    byEntity: z.array(z.strictObject({ entity: z.string(), ...sums })),
    byCategory: z.array(z.strictObject({ code: z.string(), name: Name, ...sums })),
    byReason: z.array(z.strictObject({ code: z.string(), name: Name, category: z.string(), ...sums })),
    byMonth: z.array(z.strictObject({ month: z.string(), category: z.string(), ...sums })),
    byIncident: z
      .array(z.strictObject({ incident: z.string(), ...sums }))
      .openapi({ description: `Those that have cost most, at most ${MOST_INCIDENTS}.` }),
    paidTwice: z
      .strictObject({
        pairs: z.int().openapi({ description: "Of a member and an incident." }),
        bySeveralReasons: z.int().openapi({ description: "Pairs for which more than one reason was given." }),
        more: AmountText.openapi({ description: "All that was given for them but the first time." }),
        items: z
          .array(
            z.strictObject({
              memberId: idText("mbr"),
              incident: z.string(),
              times: z.int(),
              reasons: z.array(z.string()),
              amount: AmountText,
              more: AmountText.openapi({ description: "All but the first time." }),
            }),
          )
          .openapi({ description: `At most ${MOST_PAID_TWICE}.` }),
      })
      .openapi({
        description:
          "What one member was given for one incident more than once, and nobody has undone: with one of the payments in the period, the others on any day.",
      }),
  })
  .openapi("AdjustmentCosts");
export type CostReport = z.input<typeof CostReport>;
