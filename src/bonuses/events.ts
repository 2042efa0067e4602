/** What is told of bonuses outside of a sale. */
import { z } from "@hono/zod-openapi";
import { AmountText, idText, InstantText } from "../kernel/answers.ts";
import { defineEvent } from "../engine/event.ts";
import { LOT_KINDS } from "../ledger/account.ts";

export const bonusesGranted = defineEvent({
  name: "bonuses.granted",
  description: "Bonuses were granted outside of a sale.",
  data: z.strictObject({
    memberId: idText("mbr"),
    lotId: idText("lot"),
    issuer: z.string(),
    kind: z.enum(LOT_KINDS),
    amount: AmountText,
    activeAt: InstantText,
    expiresAt: InstantText,
  }),
});

export const bonusesSpent = defineEvent({
  name: "bonuses.spent",
  description: "Bonuses were spent without a receipt of lines.",
  data: z.strictObject({ memberId: idText("mbr"), brand: z.string(), amount: AmountText }),
});

const Hold = z.strictObject({ holdId: idText("hld"), memberId: idText("mbr"), brand: z.string(), amount: AmountText });

export const holdPlaced = defineEvent({
  name: "hold.placed",
  description: "Bonuses were put aside.",
  data: Hold.extend({ expiresAt: InstantText }),
});

export const holdCaptured = defineEvent({
  name: "hold.captured",
  description: "A part of a hold was spent; the rest stays held. `captured`: in all so far.",
  data: Hold.extend({ captured: AmountText, left: AmountText }),
});

export const holdEnded = defineEvent({
  name: "hold.ended",
  description: "A hold was captured, whole or in part, or released. One that runs out by itself is told by nobody.",
  data: Hold.extend({ status: z.enum(["captured", "released"]), captured: AmountText }),
});

export const bonusEvents = [bonusesGranted, bonusesSpent, holdPlaced, holdCaptured, holdEnded];
