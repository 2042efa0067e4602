/** Reads of a member: card, balance, lots, transfers, and whom an identifier leads to. */
import { z } from "@hono/zod-openapi";
import { pageSchema } from "../../kernel/answers.ts";
import { Identifier, idInPath, INSTANT_PATTERN, InstantInQuery, servedAt } from "../../kernel/fields.ts";
import { PageQuery } from "../../engine/definition/page.ts";
import { type AnyRead, defineRead } from "../../engine/definition/read.ts";
import { requireOwnStore } from "../../programme/lookup.ts";
import { requireMember } from "../lookup.ts";
import { readOf } from "../owner.ts";
import { Balance, balanceOf } from "./balance.ts";
import { cardOf, cardOfOne, MemberCard } from "./card.ts";
import { LotItem, lotsOf } from "./lots.ts";
import { TransferItem, transfersOf } from "./transfers.ts";

const AsOfQuery = z.strictObject({
  asOf: InstantInQuery.optional().openapi({
    type: "string",
    format: "date-time",
    pattern: INSTANT_PATTERN,
    description:
      "What the ledger had posted by then, with what was due by then applied; later receipts about earlier days do not change it. Absent: now.",
  }),
});

const common = { permission: "members.read", params: idInPath("memberId", "mbr") } as const;
const tag = "Members";

const findMember = defineRead({
  name: "find-member",
  permission: "members.lookup",
  http: {
    method: "post",
    path: "/v1/members/lookup",
    tag,
    summary: "Find a member by card, phone, e-mail, app id, wallet pass or QR token",
    description: "A POST, so that no personal data stands in any URL.",
    example: { identifier: { kind: "card", value: "2900000000017" } },
  },
  body: z.strictObject({ identifier: Identifier, ...servedAt }).openapi("LookupBody"),
  answer: { description: "The member's card.", schema: MemberCard },
  problems: ["member_not_found", "unknown_store"],
  showsPersonal: true,
  async read(look, { actor, body }) {
    await requireOwnStore(look, actor, body.storeId);
    return readOf(
      async () => (await requireMember(look, body)).memberId,
      (memberId) => cardOfOne(look, actor, memberId, memberId),
    );
  },
});

const readMember = defineRead({
  ...common,
  name: "read-member",
  http: {
    method: "get",
    path: "/v1/members/{memberId}",
    tag,
    summary: "Read a member's card",
    description: "Of a person no more than a first name and masked identifiers; of the other brand's profiles nothing.",
  },
  query: z.strictObject(servedAt),
  answer: { description: "The card.", schema: MemberCard },
  problems: ["member_not_found", "unknown_store"],
  showsPersonal: true,
  async read(look, { actor, params, query }) {
    await requireOwnStore(look, actor, query.storeId);
    return cardOf(look, actor, params.memberId);
  },
});

const readBalance = defineRead({
  ...common,
  name: "read-balance",
  http: {
    method: "get",
    path: "/v1/members/{memberId}/balance",
    tag,
    summary: "Read a balance, now or as of an instant that has passed",
  },
  query: AsOfQuery,
  answer: { description: "The balance.", schema: Balance },
  problems: ["unprocessable_request", "member_not_found"],
  read: (look, { params, query }) => balanceOf(look, params.memberId, query.asOf),
});

const listLots = defineRead({
  ...common,
  name: "list-lots",
  http: {
    method: "get",
    path: "/v1/members/{memberId}/lots",
    tag,
    summary: "List a member's lots, open and closed",
    description: "Newest first, each as it stands now, with what is due applied.",
  },
  query: PageQuery,
  answer: { description: "A page of lots.", schema: pageSchema(LotItem) },
  problems: ["unprocessable_request", "member_not_found"],
  read: (look, { params, query }) => lotsOf(look, params.memberId, query),
});

const listTransfers = defineRead({
  ...common,
  name: "list-transfers",
  http: {
    method: "get",
    path: "/v1/members/{memberId}/transfers",
    tag,
    summary: "List a member's transfers",
    description:
      "Newest first, as they were posted, each with the facts of its operation. What is due and not posted yet is no transfer.",
  },
  query: PageQuery,
  answer: { description: "A page of transfers.", schema: pageSchema(TransferItem) },
  problems: ["unprocessable_request", "member_not_found"],
  read: (look, { actor, params, query }) => transfersOf(look, actor, params.memberId, query),
});

export const memberReads: readonly AnyRead[] = [findMember, readMember, readBalance, listLots, listTransfers];
