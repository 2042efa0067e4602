/** What has become of the last request that a member be erased. */
import { z } from "@hono/zod-openapi";
import { idText, InstantText, orNull } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { idInPath } from "../../kernel/fields.ts";
import { as } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { ofOneBrand } from "../joining/of-one-brand.ts";
import { partsIn, standingIn } from "../owner.ts";
import { readFacts } from "../reads/operation-facts.ts";
import { erasureStore } from "./erasure-store.ts";
import { ERASURE_STATUSES } from "./tables.ts";

export const readErasure = defineRead({
  name: "read-erasure",
  permission: "members.erase",
  forbids: ofOneBrand,
  http: {
    method: "get",
    path: "/v1/members/{memberId}/erasure",
    tag: "Members",
    summary: "Read what has become of the last request that a member be erased",
  },
  params: idInPath("memberId", "mbr"),
  answer: {
    description: "The request.",
    schema: z
      .strictObject({
        erasureId: idText("ers"),
        memberId: idText("mbr"),
        status: z
          .enum(ERASURE_STATUSES)
          .openapi({ description: "Pending also where it is due and waits for holds and orders to end." }),
        requestedAt: InstantText,
        dueAt: InstantText,
        requestedBy: idText("opn"),
        reason: orNull(z.string()),
        reference: orNull(z.string()),
        endedAt: orNull(InstantText),
        endedBy: orNull(idText("opn")),
      })
      .openapi("SeenErasure"),
  },
  problems: ["member_not_found", "erasure_not_found", "brand_forbidden"],
  async read({ reader }, { params }) {
    return reader.snapshot(async (tx) => {
      const memberId = await standingIn(tx, params.memberId);
      await partsIn(tx, memberId);
      const last = (await erasureStore.load(tx, [memberId], "none")).get(memberId)?.at(-1);
      if (last === undefined) throw new Problem("erasure_not_found");
      const requestedBy = as("opn", last.id);
      const facts = (await readFacts(tx, [requestedBy])).get(requestedBy);
      return {
        erasureId: last.id,
        memberId,
        status: last.status,
        requestedAt: formatInstant(last.requestedAt),
        dueAt: formatInstant(last.dueAt),
        requestedBy,
        reason: facts?.reason ?? null,
        reference: facts?.reference ?? null,
        endedAt: last.endedAt === null ? null : formatInstant(last.endedAt),
        endedBy: last.endedBy,
      };
    });
  },
});
