/** Finds a member by what a customer presents. A POST, so that no personal data stands in any URL. */
import { z } from "@hono/zod-openapi";
import { requireMember } from "../../members/desk.ts";
import { readMemberCard } from "../../reads/member-card.ts";
import { Identifier } from "../fields.ts";
import { defineRoute, reply } from "../route.ts";
import { MemberCard } from "./members.ts";

export const lookupRoutes = [
  defineRoute({
    method: "post",
    path: "/v1/members/lookup",
    operationId: "findMember",
    tag: "Members",
    summary: "Find a member by card, phone, e-mail, app id, wallet pass or QR token",
    permission: "members.lookup",
    idempotency: "never",
    body: z.strictObject({ identifier: Identifier }).openapi("LookupBody"),
    bodyExample: { identifier: { kind: "card", value: "2900000000017" } },
    answers: { 200: { description: "The member's card.", schema: MemberCard } },
    problems: ["member_not_found"],
    handle: async ({ service, body }) =>
      reply(200, await readMemberCard(service, await requireMember(service, { identifier: body.identifier }))),
  }),
];
