/** What whatever spends says of representatives. */
import { z } from "@hono/zod-openapi";
import { idText, orNull } from "../../kernel/answers.ts";

/** Problems of whatever may be done by a representative. */
export const ACTING_PROBLEMS = ["not_a_representative", "representative_limit", "member_erased"] as const;

export const BALANCE_OF_REPRESENTED = "Null where a representative has acted who may not see it.";

export const BALANCE_OF_BEGUN = "Null where a representative has begun it who may not see it.";

const Acted = z
  .strictObject({
    representationId: idText("rep").openapi({ description: "By which link." }),
    profileId: orNull(idText("prf")).openapi({ description: "Whose identifier was presented; null: named by id." }),
    walletVersion: z
      .string()
      .regex(/^\d+$/)
      .openapi({ description: "Of the member's wallet then: what `balance.version` says where a balance is told." }),
  })
  .openapi("Acted", { description: "Whoever has acted for the member. Absent: nobody." });

/** Fields of the answer to whatever may be done by a representative. */
export const actedFields = { representative: Acted.optional() } as const;

export interface ActedAnswer {
  readonly representative?: z.input<typeof Acted>;
}
