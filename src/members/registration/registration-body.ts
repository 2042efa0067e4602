/** What a brand tells of a customer, and what it is told of the link to a member. */
import { z } from "@hono/zod-openapi";
import { idText } from "../../kernel/answers.ts";
import { boundedArray, Brand, IDENTIFIER_KINDS, StoreId, text } from "../../kernel/fields.ts";
import { PresentedIdentifier } from "../identifier.ts";
import { Consents } from "../consents/consent-words.ts";
import { Person } from "../person.ts";
import { ScoreText } from "../matching/score.ts";
import { COMPARED_FIELDS } from "../matching/comparison.ts";

const MAX_IDENTIFIERS = 50;

export const ProfileBody = z
  .strictObject({
    brand: Brand,
    externalId: text(128).openapi({ example: "C-1009311" }),
    identifiers: boundedArray(PresentedIdentifier, { max: MAX_IDENTIFIERS, of: "identifiers" }),
    person: Person,
    consents: Consents.optional().openapi({ example: { sms: true } }),
    storeId: StoreId.optional(),
  })
  .openapi("ProfileBody");

const Evidence = z
  .strictObject({
    kind: z.enum([...IDENTIFIER_KINDS, ...COMPARED_FIELDS]),
    rule: z.enum(["exact_identifier", "agrees", "conflicts"]),
    memberId: idText("mbr"),
  })
  .openapi("LinkEvidence");
export type Evidence = z.input<typeof Evidence>;

export const ProfileAnswer = z
  .strictObject({
    profileId: idText("prf"),
    memberId: idText("mbr"),
    link: z.strictObject({
      band: z.enum(["new", "auto", "review"]).openapi({
        description:
          "`new`: nobody was known by these identifiers. `auto`: linked. `review`: left to people, with a member of its own.",
      }),
      score: z
        .string()
        .nullable()
        .openapi({ description: "Certainty from 0 to 1; null where nothing was weighed.", example: "1.00" }),
      evidence: z
        .array(Evidence)
        .openapi({ description: "What agreed and what conflicted with whom; never the values." }),
      candidates: z
        .array(z.strictObject({ candidateId: idText("cnd"), memberId: idText("mbr"), score: ScoreText }))
        .openapi({ description: "What is left to people: whether it is one of these members." }),
    }),
    reissued: z.array(z.strictObject({ kind: z.enum(IDENTIFIER_KINDS), memberId: idText("mbr") })).openapi({
      description: "Phones and e-mails that have led to these members, and lead to the profile's own from now on.",
    }),
  })
  .openapi("Profile");
