/** Spends bonuses at a store without a receipt of lines: soonest-ending lots first, whole or not at all. */
import { z } from "@hono/zod-openapi";
import { formatAmount } from "../kernel/amount.ts";
import { AmountText, BalanceAfter, idText, LotPart } from "../kernel/answers.ts";
import { Brand, memberFields, ofOneMember, PositiveAmount, Reference, StoreId } from "../kernel/fields.ts";
import { as } from "../kernel/ids.ts";
import { accept, refuse, reject } from "../engine/definition/decision.ts";
import { defineOperation } from "../engine/definition/operation.ts";
import { balanceAfter } from "../ledger/posting/balance.ts";
import { isBlocked, spend, spendable } from "../ledger/posting/spend.ts";
import { requireMember } from "../members/lookup.ts";
import { requireStore } from "../programme/lookup.ts";
import { lotAmounts } from "./answers.ts";
import { bonusesSpent } from "./events.ts";

export const redemption = defineOperation({
  name: "redemption",
  permission: "redemptions.spend",
  http: {
    method: "post",
    path: "/v1/redemptions",
    tag: "Bonuses",
    summary: "Spend bonuses without a receipt of lines",
    description: "Soonest-ending bonuses first, whole or not at all.",
    idempotencyKey: "required",
    batchItem: "redemption",
    example: {
      identifier: { kind: "card", value: "2900000000017" },
      amount: "150.00",
      brand: "eldorado",
      storeId: "E-1",
      reference: "service-7781",
    },
  },
  body: ofOneMember(
    z.strictObject({ ...memberFields, amount: PositiveAmount, brand: Brand, storeId: StoreId, reference: Reference }),
  ).openapi("RedemptionBody"),
  answers: {
    201: {
      description: "Spent.",
      schema: z
        .strictObject({
          redemptionId: idText("red"),
          operationId: idText("opn"),
          memberId: idText("mbr"),
          amount: AmountText,
          lots: z.array(LotPart),
          balance: BalanceAfter,
        })
        .openapi("Redemption"),
    },
  },
  problems: ["member_not_found", "spending_unavailable", "insufficient_bonuses", "unknown_store"],
  actsFor: ({ brand }) => brand,
  facts: ({ storeId, reference }) => ({ storeId, reference }),
  async prepare(look, { body }) {
    const { amount, brand, storeId } = body;
    await requireStore(look, storeId, brand);
    return { ...(await requireMember(look, body)), amount, brand };
  },
  presented: ({ profileId }) => profileId,
  needs: ({ memberId }) => ({ wallets: [memberId], burns: true }),
  decide({ now, policy, operationId, wallet }, { memberId, amount: asked, brand }) {
    const member = wallet(memberId);
    if (member === undefined) return reject("member_not_found");
    if (isBlocked(member)) return refuse("spending_unavailable");
    const available = spendable(member, brand, policy.burn);
    const amount = formatAmount(asked);
    if (available < asked) return refuse("insufficient_bonuses", { available: formatAmount(available), asked: amount });
    const lots = lotAmounts(spend(member, asked, brand, policy.burn, now));
    const balance = balanceAfter(member, [brand], policy.burn);
    return accept({
      answer: { redemptionId: as("red", operationId), operationId, memberId, amount, lots, balance },
      events: [bonusesSpent({ memberId, brand, amount })],
    });
  },
});
