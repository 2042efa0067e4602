/**
 * Asks that a member be erased, with all who are one with it. Until it is due it may change its mind, and goes on as before; but
 * nobody is joined with it, and nobody parts from it. What would go is told before: see carry-out.ts for what goes.
 */
import { z } from "@hono/zod-openapi";
import { idText, InstantText } from "../../kernel/answers.ts";
import { DAY_MS, formatInstant } from "../../kernel/clock.ts";
import { as } from "../../kernel/ids.ts";
import { accept, refuse, reject, save } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { amountsOf } from "../joining/amounts.ts";
import { Moved } from "../joining/merge-answer.ts";
import { partsStore } from "../joining/stores.ts";
import { profileStore } from "../profile-store.ts";
import { common, needsOf } from "./asked.ts";
import { blockersOf, ErasureBlocker } from "./blockers.ts";
import { type Erasure, erasureStore } from "./erasure-store.ts";
import { MEMBER_ERASE } from "./words.ts";

const ErasureAnswer = z
  .strictObject({
    erasureId: idText("ers"),
    operationId: idText("opn"),
    memberId: idText("mbr").openapi({ description: "Who stands for whom was named." }),
    status: z.literal("pending"),
    dueAt: InstantText.openapi({ description: "Not before this instant; soon after it." }),
    goes: z
      .strictObject({
        amounts: Moved.shape.amounts.openapi({
          description: "As it is now: bonuses are forfeited, debts written off, in the books of each legal entity.",
        }),
        members: Moved.shape.members.openapi({ description: "Whose ids lead to nobody known from then on." }),
        profiles: Moved.shape.profiles,
        identifiers: z.int().openapi({ description: "All that the profiles have brought, the ended included." }),
      })
      .openapi("Erased"),
    blockers: z.array(ErasureBlocker).openapi({ description: "Why it may not be; empty where it was asked for." }),
  })
  .openapi("Erasure");

export const memberErase = defineOperation({
  ...common,
  name: MEMBER_ERASE,
  http: {
    method: "post",
    path: "/v1/members/{memberId}/erase",
    tag: "Members",
    summary: "Ask that a member be erased, or show what that would do",
    description:
      "Done when it is due (`erasure.waitDays` of the rules), with all members that are one with it; cancelled until then. Personal data and identifiers go, what is free or waits is " +
      "forfeited, debts are written off; the ledger stays as it is, of nobody who is known. Merges cannot be undone from then on. With `preview=true` nothing is changed.",
    idempotencyKey: "required",
    dryRun: "preview",
    example: { reason: "asked in writing", reference: "PD-2201" },
  },
  answers: { 202: { description: "It will be erased.", schema: ErasureAnswer } },
  problems: ["member_not_found", "erasure_pending", "erasure_blocked", "member_erased", "brand_forbidden"],
  needs: needsOf,
  decide(context, { memberId }) {
    const { operationId, now, policy, document, isPreview } = context;
    const member = context.wallet(memberId);
    if (member === undefined) return reject("member_not_found");
    const all = document(erasureStore, memberId) ?? [];
    const last = all.at(-1);
    if (member.owner.erasure !== null) return refuse("erasure_pending", { erasureId: last?.id ?? null });
    const blockers = blockersOf(context, member);
    if (blockers.length > 0 && !isPreview) return refuse("erasure_blocked", { blockers });
    const id = as("ers", operationId);
    const dueAt = now + policy.rules.erasure.waitDays * DAY_MS;
    const ended = { endedAt: null, endedBy: null, identifiers: null };
    const erasure: Erasure = { id, memberId, status: "pending", requestedAt: now, dueAt, ...ended };
    member.setOwner({ erasure: "pending" });
    const profiles = document(profileStore, memberId) ?? [];
    const goes = {
      amounts: amountsOf(member.byIssuer),
      members: [memberId, ...(document(partsStore, memberId) ?? [])],
      profiles: profiles.map((profile) => profile.id),
      identifiers: new Set(profiles.flatMap(({ identifiers }) => identifiers.map(({ key }) => key))).size,
    };
    return accept({
      documents: [save(erasureStore, memberId, [...all, erasure])],
      answer: { erasureId: id, operationId, memberId, status: "pending", dueAt: formatInstant(dueAt), goes, blockers },
    });
  },
});
