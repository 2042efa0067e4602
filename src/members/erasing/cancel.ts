/** Takes back that a member be erased: it goes on as before. */
import { z } from "@hono/zod-openapi";
import { idText, InstantText } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { accept, refuse, reject, save } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { common, needsOf } from "./asked.ts";
import { type Erasure, erasureStore, withLast } from "./erasure-store.ts";
import { MEMBER_ERASE_CANCEL } from "./words.ts";

export const memberEraseCancel = defineOperation({
  ...common,
  name: MEMBER_ERASE_CANCEL,
  http: {
    method: "post",
    path: "/v1/members/{memberId}/erase/cancel",
    tag: "Members",
    summary: "Take back that a member be erased",
    description: "Until it is done, also where it is due. What is done cannot be undone: `member_erased`.",
    idempotencyKey: "required",
    example: { reason: "has changed her mind" },
  },
  answers: {
    200: {
      description: "It is not erased.",
      schema: z
        .strictObject({
          erasureId: idText("ers"),
          operationId: idText("opn"),
          memberId: idText("mbr"),
          status: z.literal("cancelled"),
          endedAt: InstantText,
        })
        .openapi("CancelledErasure"),
    },
  },
  problems: ["member_not_found", "no_erasure_pending", "member_erased", "brand_forbidden"],
  needs: needsOf,
  decide(context, { memberId }) {
    const { operationId, now, document } = context;
    const member = context.wallet(memberId);
    if (member === undefined) return reject("member_not_found");
    const all = document(erasureStore, memberId) ?? [];
    const last = all.at(-1);
    if (member.owner.erasure === null || last === undefined) return refuse("no_erasure_pending");
    const ended: Erasure = { ...last, status: "cancelled", endedAt: now, endedBy: operationId };
    member.setOwner({ erasure: null });
    return accept({
      documents: [save(erasureStore, memberId, withLast(all, ended))],
      answer: { erasureId: last.id, operationId, memberId, status: "cancelled", endedAt: formatInstant(now) },
    });
  },
});
