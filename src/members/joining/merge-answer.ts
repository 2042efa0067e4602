/** What is told of members that become one, or part. */
import { z } from "@hono/zod-openapi";
import { AmountText, idText } from "../../kernel/answers.ts";
import { IDENTIFIER_KINDS } from "../../kernel/fields.ts";
import { COMPARED_FIELDS } from "../matching/comparison.ts";
import { MERGE_STATUSES, SURVIVOR_RULES } from "../merge-words.ts";

const Amounts = {
  pending: AmountText,
  available: AmountText,
  held: AmountText,
  debt: AmountText,
} as const;

/** What goes from one wallet into another. */
export const Moved = z
  .strictObject({
    amounts: z
      .array(z.strictObject({ entity: z.string(), ...Amounts }))
      .openapi({ description: "By the legal entity in whose books it is." }),
    lots: z.int(),
    holds: z.int().openapi({ description: "Open holds, those of orders included." }),
    orders: z.int().openapi({ description: "Orders for which bonuses are held." }),
    members: z.array(idText("mbr")).openapi({ description: "Who goes along, himself included." }),
    profiles: z.array(idText("prf")),
    identifiers: z.int(),
  })
  .openapi("Moved");
export type Moved = z.input<typeof Moved>;

/** Why members may not become one. */
const BLOCKERS = [
  "cannot_link",
  "birth_dates_differ",
  "too_many_joined",
  "too_many_lots",
  "blocked_by_security",
  "erasure_pending",
  "member_erased",
] as const;

export const Blocker = z
  .strictObject({
    code: z.enum(BLOCKERS),
    detail: z.string(),
    operationId: idText("opn").nullable().openapi({ description: "What has refused the pair, where somebody has." }),
  })
  .openapi("MergeBlocker");
export type Blocker = z.input<typeof Blocker>;

export const MergeEvidence = z
  .strictObject({
    kind: z.enum([...IDENTIFIER_KINDS, ...COMPARED_FIELDS]),
    rule: z.enum(["same", "agrees", "conflicts"]),
    profileIds: z.array(idText("prf")).openapi({ description: "One of either side." }),
  })
  .openapi("MergeEvidence");
export type MergeEvidence = z.input<typeof MergeEvidence>;

export const MergeAnswer = z
  .strictObject({
    mergeId: idText("mrg"),
    operationId: idText("opn"),
    survivorId: idText("mbr").openapi({ description: "Who stands for both from now on." }),
    absorbedId: idText("mbr").openapi({ description: "Leads to the survivor for ever, or until this is undone." }),
    rule: z.enum(SURVIVOR_RULES).openapi({ description: "Why the one has survived: it is the older, mostly." }),
    status: z.enum(MERGE_STATUSES),
    moved: Moved,
    blockers: z.array(Blocker).openapi({ description: "Why it may not be; empty where it has been done." }),
    evidence: z.array(MergeEvidence).openapi({ description: "What speaks for it and against it; never the values." }),
  })
  .openapi("Merge");
export type MergeAnswer = z.input<typeof MergeAnswer>;
