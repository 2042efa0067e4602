/** Ends the link of a representative: whoever comes by it afterwards acts no more. A sale came before, or sees the end. */
import { z } from "@hono/zod-openapi";
import { idText, InstantText } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { idInPath, Reference, text } from "../../kernel/fields.ts";
import { bucketOf, isId, type Id } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import { accept, refuse, reject, save } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { representativeEnded } from "../events.ts";
import { ofOneBrand } from "../joining/of-one-brand.ts";
import { isOver } from "./link.ts";
import { representativeStore } from "./stores.ts";

const REPRESENTATIVE_END = "representative-end";

export const representativeEnd = defineOperation({
  name: REPRESENTATIVE_END,
  ofErased: "goes_on",
  permission: "representatives.manage",
  forbids: ofOneBrand,
  http: {
    method: "post",
    path: "/v1/representatives/{representationId}/end",
    tag: "Members",
    summary: "End the link of a representative",
    description:
      "From the answer on nothing is spent by it. What was put aside before stays so: release the hold, or cancel the order.",
    idempotencyKey: "required",
    example: { reason: "has left the company" },
  },
  params: idInPath("representationId", "rep"),
  body: z
    .strictObject({
      reason: text(500).openapi({ description: "No place for personal data.", example: "has left the company" }),
      reference: Reference.optional(),
    })
    .openapi("RepresentativeEndBody"),
  answers: {
    200: {
      description: "Ended.",
      schema: z
        .strictObject({
          operationId: idText("opn"),
          representationId: idText("rep"),
          memberId: idText("mbr"),
          representativeId: idText("mbr"),
          endedAt: InstantText,
          uses: z.int().openapi({ description: "How often it was used until then, what came back included." }),
        })
        .openapi("EndedRepresentative"),
    },
  },
  problems: ["representative_not_found", "representative_ended", "brand_forbidden"],
  facts: ({ reason, reference }) => ({ reason, reference }),
  async prepare({ reader }, { params: { representationId } }) {
    const link = isId("rep", representationId) ? await reader.one(representativeStore, representationId) : undefined;
    if (link === undefined) throw new Problem("representative_not_found");
    return { representationId: link.id satisfies Id<"rep"> };
  },
  bucket: ({ representationId }) => bucketOf(representationId),
  needs: ({ representationId }) => ({ documents: [need(representativeStore, representationId)] }),
  decide({ operationId, now, document }, { representationId }) {
    const link = document(representativeStore, representationId);
    if (link === undefined) return reject("representative_not_found");
    if (isOver(link, now)) {
      const { endedBy, endedAt, until } = link;
      return refuse("representative_ended", { endedBy, endedAt: formatInstant(endedAt ?? until ?? now) });
    }
    const { memberId, representativeId } = link;
    return accept({
      memberId,
      documents: [
        save(representativeStore, representationId, {
          ...link,
          endedAt: now,
          endedBy: operationId,
          usesThen: link.uses,
        }),
      ],
      answer: {
        operationId,
        representationId,
        memberId,
        representativeId,
        endedAt: formatInstant(now),
        uses: link.uses,
      },
      events: [representativeEnded({ representationId, memberId, representativeId })],
    });
  },
});
