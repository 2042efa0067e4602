/** What is told of members that part. */
import { z } from "@hono/zod-openapi";
import { AmountText, idText } from "../../../kernel/answers.ts";
import { text } from "../../../kernel/fields.ts";
import { Moved } from "../merge-answer.ts";
import { SIDES } from "../past/shares.ts";

/** Why they part. */
export const PartingBody = z.strictObject({ reason: text(200) }).openapi("PartingBody");

/** What one side had had of the other's bonuses of one issuer, less what the other had had of its own. */
export const MadeGood = z
  .strictObject({
    entity: z.string(),
    to: z.enum(SIDES).openapi({ description: "Whose lots it goes back into." }),
    paid: AmountText.openapi({ description: "Out of what the other had free of this issuer's bonuses." }),
    owed: AmountText.openapi({ description: "What there was nothing for: the other owes it from now on." }),
  })
  .openapi("MadeGood");
export type MadeGood = z.input<typeof MadeGood>;

export interface PartedWallets {
  readonly lots: number;
  readonly holds: number;
  readonly orders: number;
  readonly madeGood: MadeGood[];
}

export const PartingAnswer = z
  .strictObject({
    mergeId: idText("mrg").nullable().openapi({ description: "The merge that is undone; null where a profile parts." }),
    operationId: idText("opn"),
    stayingId: idText("mbr"),
    leavingId: idText("mbr"),
    moved: Moved.openapi({ description: "What the leaving member has from now on." }),
    madeGood: z.array(MadeGood),
    staying: Moved.shape.amounts.openapi({ description: "What the staying member has from now on." }),
  })
  .openapi("Parting");
export type PartingAnswer = z.input<typeof PartingAnswer>;
