/** Reads of a member: card, balance, lots, transfers, and why a lot or a transfer is as it is. */
import { z } from "@hono/zod-openapi";
import { LOT_KINDS } from "../../ledger/account.ts";
import { TRANSFER_EVENTS } from "../../ledger/transfer.ts";
import { readBalance } from "../../reads/balance.ts";
import { explain } from "../../reads/explain.ts";
import { readLots } from "../../reads/lots.ts";
import { readMemberCard } from "../../reads/member-card.ts";
import { DEFAULT_PAGE, MAX_PAGE } from "../../reads/page.ts";
import { readTransfers } from "../../reads/transfers.ts";
import { AmountText, idText, InstantText, QuantityText } from "../answers.ts";
import { IdParams, Instant, senseless } from "../fields.ts";
import { defineRoute, reply } from "../route.ts";
import { Receipt } from "../sale-bodies.ts";

const DatedAmounts = z.array(z.strictObject({ amount: AmountText, at: InstantText }));

const Balance = z
  .strictObject({
    memberId: idText("mbr"),
    asOf: InstantText,
    pending: AmountText,
    available: AmountText,
    held: AmountText,
    debt: AmountText,
    spendable: z.record(z.string(), AmountText).openapi({
      description: "What can be spent, by the brand that sells.",
      example: { mvideo: "1500.00", eldorado: "1500.00" },
    }),
    expiring: DatedAmounts.openapi({ description: "Of what is available, when it ends; soonest first." }),
    activating: DatedAmounts.openapi({ description: "Of what is pending, when it becomes active; soonest first." }),
    version: z.string().regex(/^\d+$/).nullable().openapi({
      description: "Of the wallet as it was posted last; null for a day whose wallet has been written over since.",
      example: "17",
    }),
  })
  .openapi("Balance");

export const MemberCard = z
  .strictObject({
    memberId: idText("mbr"),
    status: z.enum(["active", "blocked"]),
    firstName: z.string().nullable(),
    createdAt: InstantText,
    profiles: z.array(
      z.strictObject({ profileId: idText("prf"), brand: z.string(), externalId: z.string(), createdAt: InstantText }),
    ),
    identifiers: z.array(
      z.strictObject({ kind: z.string(), masked: z.string().openapi({ example: "***0017" }), verified: z.boolean() }),
    ),
    balance: Balance.omit({ memberId: true }),
  })
  .openapi("MemberCard");

const LotItem = z
  .strictObject({
    lotId: idText("lot"),
    issuer: z.string(),
    kind: z.enum(LOT_KINDS),
    originProfileId: idText("prf").nullable(),
    granted: AmountText,
    pending: AmountText,
    available: AmountText,
    held: AmountText,
    activeAt: InstantText,
    expiresAt: InstantText,
    closed: z.boolean(),
    operationId: idText("opn"),
    policyVersion: z.int(),
  })
  .openapi("Lot");

const TransferItem = z
  .strictObject({
    transferId: z
      .string()
      .regex(/^trn_[0-9a-f]{36}$/)
      .openapi({ example: "trn_0195560d2a0070008a30f1c2d3e4f0000001" }),
    entity: z.string().openapi({ description: "Whose books." }),
    debit: z.string(),
    credit: z.string(),
    amount: AmountText,
    lotId: idText("lot").nullable(),
    event: z.enum(TRANSFER_EVENTS),
    occurredAt: InstantText,
    postedAt: InstantText,
    operationId: idText("opn"),
  })
  .openapi("Transfer");

const page = (item: z.ZodType) =>
  z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() }).openapi({
    description: "Newest first. `nextCursor` is null on the last page.",
  });

const PageQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^\d{1,4}$/, "a whole number")
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= MAX_PAGE, senseless(`must lie between 1 and ${MAX_PAGE}`))
    .default(DEFAULT_PAGE)
    .openapi({ type: "integer", minimum: 1, maximum: MAX_PAGE, default: DEFAULT_PAGE }),
  cursor: z.string().max(256).optional().openapi({ description: "As the page before gave it." }),
});

const SubjectQuery = z
  .strictObject({
    transferId: z.string().max(64).optional(),
    lotId: z.string().max(64).optional().openapi({ example: "lot_0195560d2a0070008a30f1c2d3e4f001" }),
  })
  .refine(({ transferId, lotId }) => (transferId === undefined) !== (lotId === undefined), {
    ...senseless("give transferId or lotId, one of the two"),
    path: ["lotId"],
  });

const SignedAmount = z.string().regex(/^-?\d+\.\d{2}$/);

const ExplanationAnswer = z
  .strictObject({
    memberId: idText("mbr"),
    transfer: TransferItem.nullable(),
    lot: LotItem.nullable(),
    operation: z.strictObject({
      operationId: idText("opn"),
      command: z.string(),
      policyVersion: z.int(),
      occurredAt: InstantText,
      postedAt: InstantText,
    }),
    receipt: Receipt.nullable(),
    lines: z.array(
      z.strictObject({
        lineId: z.string(),
        sku: z.string().nullable(),
        category: z.string().nullable(),
        quantity: QuantityText,
        money: AmountText,
        bonuses: AmountText,
        earned: AmountText,
        rate: z.string().nullable().openapi({ example: "0.03" }),
      }),
    ),
    ends: z.array(
      z.strictObject({
        since: InstantText.nullable(),
        until: InstantText,
        why: z.enum(["life", "stated", "extension", "grace"]),
      }),
    ),
    history: z.array(
      TransferItem.extend({
        transferId: TransferItem.shape.transferId.nullable(),
        operationId: idText("opn").nullable(),
        postedAt: InstantText.nullable(),
        after: z.strictObject({ pending: SignedAmount, available: SignedAmount, held: SignedAmount }),
      }),
    ),
    truncated: z.boolean(),
    words: z.strictObject({ ru: z.array(z.string()), en: z.array(z.string()) }),
  })
  .openapi("Explanation");

/** A plus that was not encoded comes as a space; in an instant it can mean nothing else. */
const AsOfQuery = z.strictObject({
  asOf: z
    .string()
    .transform((text) => text.replace(" ", "+"))
    .pipe(Instant)
    .optional()
    .openapi({
      type: "string",
      format: "date-time",
      description:
        "What the ledger had posted by then, with what was due by then applied; later receipts about earlier days do not change it. Absent: now.",
    }),
});

/** What all reads of a member have in common. */
const ofMember = {
  method: "get",
  tag: "Members",
  permission: "members.read",
  idempotency: "never",
  params: IdParams,
} as const;

export const memberRoutes = [
  defineRoute({
    ...ofMember,
    path: "/v1/members/{id}",
    operationId: "readMember",
    summary: "Read a member's card",
    description: "Of a person no more than a first name and masked identifiers.",
    answers: { 200: { description: "The card.", schema: MemberCard } },
    problems: ["member_not_found"],
    handle: async ({ service, params }) => reply(200, await readMemberCard(service, params.id)),
  }),
  defineRoute({
    ...ofMember,
    path: "/v1/members/{id}/balance",
    operationId: "readBalance",
    summary: "Read a balance, now or as of an instant that has passed",
    query: AsOfQuery,
    answers: { 200: { description: "The balance.", schema: Balance } },
    problems: ["unprocessable_request", "member_not_found"],
    handle: async ({ service, params, query }) => reply(200, await readBalance(service, params.id, query.asOf)),
  }),
  defineRoute({
    ...ofMember,
    path: "/v1/members/{id}/lots",
    operationId: "listLots",
    summary: "List a member's lots, open and closed",
    description: "Each as it stands now, with what is due applied.",
    query: PageQuery,
    answers: { 200: { description: "A page of lots.", schema: page(LotItem) } },
    problems: ["unprocessable_request", "member_not_found"],
    handle: async ({ service, params, query }) => reply(200, await readLots(service, params.id, query)),
  }),
  defineRoute({
    ...ofMember,
    path: "/v1/members/{id}/transfers",
    operationId: "listTransfers",
    summary: "List a member's transfers",
    description: "As they were posted. What is due and not posted yet is no transfer.",
    query: PageQuery,
    answers: { 200: { description: "A page of transfers.", schema: page(TransferItem) } },
    problems: ["unprocessable_request", "member_not_found"],
    handle: async ({ service, params, query }) => reply(200, await readTransfers(service, params.id, query)),
  }),
  defineRoute({
    ...ofMember,
    path: "/v1/members/{id}/explain",
    operationId: "explain",
    summary: "Explain a lot or a transfer",
    description:
      "In data and in words: what made it, under which receipt and rule, every transfer of the lot in order with what it left, " +
      "and why the lot ends when it does. A transfer that is not posted is what time has made since the last command.",
    query: SubjectQuery,
    answers: { 200: { description: "The explanation.", schema: ExplanationAnswer } },
    problems: ["unprocessable_request", "member_not_found", "not_found"],
    handle: async ({ service, params, query }) => reply(200, await explain(service, params.id, query)),
  }),
];
