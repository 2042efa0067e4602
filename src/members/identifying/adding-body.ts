/** What is asked and answered where an identifier is added to a member. */
import { z } from "@hono/zod-openapi";
import { Identifier } from "../../kernel/fields.ts";
import { PresentedIdentifier } from "../identifier.ts";
import { answerFields, statedFields } from "./asked.ts";

export const IdentifierBody = z
  .strictObject({
    profileId: z.string().openapi({ description: "The profile that it is added to: one of the member's." }),
    identifier: Identifier,
    verified: PresentedIdentifier.shape.verified,
    ...statedFields,
  })
  .openapi("IdentifierBody");

const OUTCOMES = ["added", "verified", "reissued", "known", "claimed"] as const;
export type Adding = (typeof OUTCOMES)[number];

export const AddedIdentifier = z
  .strictObject({
    ...answerFields,
    verified: z.boolean().openapi({ description: "Whether the profile has it verified by now." }),
    outcome: z.enum(OUTCOMES).openapi({
      description:
        "`added`: it leads to the member from now on. `verified`: it did, and is verified now. `reissued`: it has led to another. `known`: nothing has changed of whom it leads to. `claimed`: kept, and leads to nobody.",
    }),
  })
  .openapi("AddedIdentifier");
