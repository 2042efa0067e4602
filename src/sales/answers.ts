/** What is answered about sales. */
import { z } from "@hono/zod-openapi";
import { AmountText, BalanceAfter, idText, InstantText, LotPart, orNull, QuantityText } from "../kernel/answers.ts";

export const UnitGroups = z.array(z.strictObject({ quantity: QuantityText, unitPrice: AmountText })).openapi({
  description: "The line's units and their prices in money, as a fiscal receipt needs them.",
});

const SoldLine = z.strictObject({
  lineId: z.string(),
  total: AmountText,
  maxSpend: AmountText,
  spend: AmountText,
  paid: AmountText,
  earn: AmountText,
  units: UnitGroups,
});

const ParkedReturnAnswer = z
  .strictObject({
    returnId: idText("ret"),
    status: z.enum(["applied", "refused"]),
    code: z.string().nullable().openapi({ description: "Why it was refused." }),
  })
  .openapi("SettledReturn");
export type ParkedReturnAnswer = z.input<typeof ParkedReturnAnswer>;

export const PurchaseAnswer = z
  .strictObject({
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
    lines: z.array(SoldLine),
    parkedReturns: z.array(ParkedReturnAnswer).optional().openapi({
      description: "Returns that had waited for this sale, and what became of each. Absent where none had.",
    }),
    balance: orNull(BalanceAfter),
  })
  .openapi("Sale");
export type PurchaseAnswer = z.input<typeof PurchaseAnswer>;

export const ReturnAnswer = z
  .strictObject({
    returnId: idText("ret"),
    operationId: idText("opn"),
    purchaseId: idText("pur"),
    memberId: idText("mbr").nullable(),
    moneyBack: AmountText,
    bonusesBack: AmountText,
    clawedBack: AmountText.openapi({ description: "All that the returned goods had earned." }),
    debtAdded: AmountText.openapi({ description: "The part of it that nothing covered." }),
    lots: z.array(z.strictObject({ ...LotPart.shape, expiresAt: InstantText }).openapi("LotBack")),
    balance: orNull(BalanceAfter),
  })
  .openapi("Return");
export type ReturnAnswer = z.input<typeof ReturnAnswer>;

export const ParkedAnswer = z
  .strictObject({ status: z.literal("parked"), returnId: idText("ret"), operationId: idText("opn") })
  .openapi("ParkedReturn");

export const ReversalAnswer = z
  .strictObject({
    outcome: z.enum(["reversed", "tombstoned", "already_reversed"]),
    operationId: idText("opn"),
    memberId: idText("mbr").nullable(),
    balance: orNull(BalanceAfter),
  })
  .openapi("Reversal");
