/** What asking that a member be erased and taking that back have in common. */
import { z } from "@hono/zod-openapi";
import { idInPath, Reference, text } from "../../kernel/fields.ts";
import type { Needs } from "../../engine/definition/context.ts";
import { need, needAnswer } from "../../engine/definition/document-store.ts";
import { ofOneBrand } from "../joining/of-one-brand.ts";
import { partsStore } from "../joining/stores.ts";
import { type Named, namedInPath } from "../owner.ts";
import { profileStore } from "../profile-store.ts";
import { erasureStore } from "./erasure-store.ts";
import { openOrdersReading } from "./open-orders.ts";

export const ErasureBody = z
  .strictObject({
    reason: text(500).openapi({ description: "No place for personal data.", example: "asked in writing" }),
    reference: Reference.optional().openapi({ description: "Of the letter.", example: "PD-2201" }),
  })
  .openapi("ErasureBody");

/** All that is said of both, and is the same. */
export const common = {
  permission: "members.erase",
  forbids: ofOneBrand,
  params: idInPath("memberId", "mbr"),
  body: ErasureBody,
  facts: ({ reason, reference }: z.output<typeof ErasureBody>) => ({ reason, reference }),
  prepare: namedInPath,
} as const;

export const needsOf = ({ memberId, named }: Named) =>
  ({
    wallets: [memberId],
    foundBy: [{ wallet: memberId, by: named }],
    whole: [memberId],
    documents: [
      need(erasureStore, memberId),
      need(profileStore, memberId),
      need(partsStore, memberId),
      needAnswer(openOrdersReading, { memberId }),
    ],
  }) satisfies Needs;
