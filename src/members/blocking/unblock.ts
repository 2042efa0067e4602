/** Lets a blocked member spend again. */
import { z } from "@hono/zod-openapi";
import { formatInstant } from "../../kernel/clock.ts";
import { accept, refuse, reject, save } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { balanceAfter } from "../../ledger/posting/balance.ts";
import { isBlocked } from "../../ledger/posting/spend.ts";
import { blockStore, setStatus } from "../block-store.ts";
import { MEMBER_UNBLOCK } from "../block-words.ts";
import { memberUnblocked } from "../events.ts";
import { answerFields, blocksOf, common, needsOf, standing } from "./asked.ts";

const UnblockAnswer = z.strictObject({ ...answerFields, status: z.literal("active") }).openapi("UnblockedMember");

export const memberUnblock = defineOperation({
  ...common,
  name: MEMBER_UNBLOCK,
  http: {
    method: "post",
    path: "/v1/members/{memberId}/unblock",
    tag: "Members",
    summary: "Let a blocked member spend again",
    description:
      "What has ended meanwhile has ended, as anybody's does: support can make up for it with a compensation.",
    idempotencyKey: "required",
    example: { reason: "the owner of the card has shown a passport", reference: "SEC-1042" },
  },
  answers: { 200: { description: "It may spend again.", schema: UnblockAnswer } },
  problems: ["member_erased", "member_not_found", "not_blocked", "brand_forbidden"],
  needs: needsOf,
  decide(context, { memberId }) {
    const { operationId, now, policy } = context;
    const member = context.wallet(memberId);
    if (member === undefined) return reject("member_not_found");
    const before = blocksOf(context, memberId);
    if (!isBlocked(member)) return refuse("not_blocked", standing(before));
    const end = setStatus(member, "active", context);
    const balance = balanceAfter(member, [], policy.burn);
    return accept({
      documents: [save(blockStore, memberId, [...before, end])],
      answer: { operationId, memberId, status: "active", since: formatInstant(now), balance },
      events: [memberUnblocked({ memberId })],
    });
  },
});
