/** What a till is told of a return: one that is made, one that is parked, and one that had been. */
import { z } from "@hono/zod-openapi";
import { AmountText, BalanceAfter, idText, InstantText, LotPart, orNull } from "../../kernel/answers.ts";
import { BALANCE_OF_BEGUN } from "../../members/representing/words.ts";

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
    balance: orNull(BalanceAfter).openapi({ description: BALANCE_OF_BEGUN }),
  })
  .openapi("Return");
export type ReturnAnswer = z.input<typeof ReturnAnswer>;

export const ParkedAnswer = z
  .strictObject({ status: z.literal("parked"), returnId: idText("ret"), operationId: idText("opn") })
  .openapi("ParkedReturn");

/** What became of a return that had waited for its sale. */
export const SettledReturn = z
  .strictObject({
    returnId: idText("ret"),
    status: z.enum(["applied", "refused"]),
    code: z.string().nullable().openapi({ description: "Why it was refused." }),
  })
  .openapi("SettledReturn");
export type SettledReturn = z.input<typeof SettledReturn>;
