/** Bonuses outside of a sale of goods: granted, and spent without a receipt of lines. */
import { z } from "@hono/zod-openapi";
import { bucketOf } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import { accrue } from "../../bonuses/accrue.ts";
import { redeem } from "../../bonuses/redeem.ts";
import type { Client } from "../../directory/directory.ts";
import { LOT_KINDS } from "../../ledger/account.ts";
import { type Caller, type Desk, requireBrand, requireMember, requireStore, untilFresh } from "../../members/desk.ts";
import { type Judged, placed, requestOf } from "../../sales/counter.ts";
import { AmountText, BalanceAfter, idText, InstantText, LotPart } from "../answers.ts";
import {
  Brand,
  Instant,
  memberFields,
  namesOneMember,
  ONE_MEMBER,
  PositiveAmount,
  Reference,
  StoreId,
  text,
} from "../fields.ts";
import { defineRoute, replyOf } from "../route.ts";

export const AccrualBody = z
  .strictObject({
    ...memberFields,
    amount: PositiveAmount,
    brand: Brand.openapi({ description: "The issuer, whose cost it is." }),
    kind: z.enum(LOT_KINDS),
    activeAt: Instant.optional().openapi({ description: "Absent: as the policy says for the kind." }),
    expiresAt: Instant.optional().openapi({ description: "Absent: as the policy says for the kind." }),
    reason: text(500),
    reference: Reference,
  })
  .refine(namesOneMember, ONE_MEMBER)
  .openapi("AccrualBody");

const AccrualAnswer = z
  .strictObject({
    accrualId: idText("acc"),
    operationId: idText("opn"),
    memberId: idText("mbr"),
    lotId: idText("lot"),
    amount: AmountText,
    activeAt: InstantText,
    expiresAt: InstantText,
    balance: BalanceAfter,
  })
  .openapi("Accrual");

export const RedemptionBody = z
  .strictObject({ ...memberFields, amount: PositiveAmount, brand: Brand, storeId: StoreId, reference: Reference })
  .refine(namesOneMember, ONE_MEMBER)
  .openapi("RedemptionBody");

const RedemptionAnswer = z
  .strictObject({
    redemptionId: idText("red"),
    operationId: idText("opn"),
    memberId: idText("mbr"),
    amount: AmountText,
    lots: z.array(LotPart),
    balance: BalanceAfter,
  })
  .openapi("Redemption");

/** Who may grant what: support compensates, and nothing else. */
export function requireKind(client: Client, kind: z.output<typeof AccrualBody>["kind"]): void {
  if (kind === "compensation" || client.scopes.has("admin") || client.scopes.has("crm")) return;
  throw new Problem("forbidden", { scopes: ["crm", "admin"], kind });
}

/** Grants bonuses. */
export async function grantBonuses(desk: Desk, caller: Caller, body: z.output<typeof AccrualBody>): Promise<Judged> {
  await requireBrand(desk, body.brand);
  const memberId = await requireMember(desk, body);
  const { amount, brand, kind, activeAt = null, expiresAt = null } = body;
  return untilFresh(() =>
    desk.engine.run({
      ...requestOf(accrue, { memberId, amount, brand, kind, activeAt, expiresAt }, caller),
      ...placed(bucketOf(memberId)),
      asked: { operation: "accrual", body },
    }),
  );
}

/** Spends bonuses without a receipt of lines. */
export async function redeemBonuses(
  desk: Desk,
  caller: Caller,
  body: z.output<typeof RedemptionBody>,
): Promise<Judged> {
  await requireStore(desk, body.storeId, body.brand);
  const memberId = await requireMember(desk, body);
  const { amount, brand } = body;
  return untilFresh(() =>
    desk.engine.run({
      ...requestOf(redeem, { memberId, amount, brand }, caller),
      ...placed(bucketOf(memberId)),
      asked: { operation: "redemption", body },
    }),
  );
}

export const bonusRoutes = [
  defineRoute({
    method: "post",
    path: "/v1/accruals",
    operationId: "accrue",
    tag: "Bonuses",
    summary: "Grant bonuses outside of a sale",
    description: "Promotions, compensation, opening balances. Support may grant bonuses of kind `compensation` only.",
    permission: "accruals.grant",
    idempotency: "always",
    body: AccrualBody,
    bodyExample: {
      identifier: { kind: "card", value: "2900000000017" },
      amount: "500.00",
      brand: "mvideo",
      kind: "promo",
      reason: "birthday",
      reference: "crm-2026-000123",
    },
    brandOf: ({ brand }) => brand,
    answers: { 201: { description: "Granted.", schema: AccrualAnswer } },
    problems: ["member_not_found", "unknown_brand", "senseless_lifetime"],
    async handle({ service, client, caller, body }) {
      requireKind(client, body.kind);
      return replyOf(await grantBonuses(service, caller, body));
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/redemptions",
    operationId: "redeem",
    tag: "Bonuses",
    summary: "Spend bonuses without a receipt of lines",
    description: "Soonest-ending bonuses first, whole or not at all.",
    permission: "redemptions.spend",
    idempotency: "always",
    body: RedemptionBody,
    bodyExample: {
      identifier: { kind: "card", value: "2900000000017" },
      amount: "150.00",
      brand: "eldorado",
      storeId: "E-1",
      reference: "service-7781",
    },
    brandOf: ({ brand }) => brand,
    answers: { 201: { description: "Spent.", schema: RedemptionAnswer } },
    problems: ["member_not_found", "insufficient_bonuses", "unknown_store"],
    handle: async ({ service, caller, body }) => replyOf(await redeemBonuses(service, caller, body)),
  }),
];
