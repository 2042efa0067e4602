/** Spends bonuses at a store without a receipt of lines: soonest-ending lots first, whole or not at all. */
import { z } from "@hono/zod-openapi";
import { formatAmount } from "../kernel/amount.ts";
import { AmountText, BalanceAfter, idText, LotPart, orNull } from "../kernel/answers.ts";
import { Brand, buyerFields, ofOneMember, PositiveAmount, Reference, StoreId } from "../kernel/fields.ts";
import { as } from "../kernel/ids.ts";
import { accept, refuse, reject } from "../engine/definition/decision.ts";
import { defineOperation } from "../engine/definition/operation.ts";
import { balanceAfter } from "../ledger/posting/balance.ts";
import { isBlocked, spend, spendable } from "../ledger/posting/spend.ts";
import {
  actedAs,
  balanceFor,
  insufficient,
  isRefused,
  overLimit,
  representing,
  requireActing,
  withActing,
} from "../members/representing/acting.ts";
import { ACTING_PROBLEMS, actedFields, BALANCE_OF_REPRESENTED } from "../members/representing/words.ts";
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
    z.strictObject({ ...buyerFields, amount: PositiveAmount, brand: Brand, storeId: StoreId, reference: Reference }),
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
          balance: orNull(BalanceAfter).openapi({ description: BALANCE_OF_REPRESENTED }),
          ...actedFields,
        })
        .openapi("Redemption"),
    },
  },
  problems: [
    "member_erased",
    "member_not_found",
    "spending_unavailable",
    "insufficient_bonuses",
    "unknown_store",
    ...ACTING_PROBLEMS,
  ],
  actsFor: ({ brand }) => brand,
  facts: ({ storeId, reference }) => ({ storeId, reference }),
  async prepare(look, { body }) {
    const { amount, brand, storeId } = body;
    await requireStore(look, storeId, brand);
    const { whom, acting } = await requireActing(look, body);
    return { ...whom, acting, amount, brand };
  },
  presented: ({ profileId }) => profileId,
  needs: ({ memberId, acting }) => withActing(acting, memberId, { wallets: [memberId], burns: true }),
  decide(context, { memberId, acting, amount: asked, brand }) {
    const { now, policy, operationId } = context;
    const member = context.wallet(memberId);
    if (member === undefined) return reject("member_not_found");
    const acts = representing(context, memberId, acting);
    if (isRefused(acts)) return acts;
    if (isBlocked(member)) return refuse("spending_unavailable");
    const available = spendable(member, brand, policy.burn);
    const amount = formatAmount(asked);
    const over = overLimit(acts, asked);
    if (over !== undefined) return over;
    if (available < asked) return refuse("insufficient_bonuses", insufficient(acts, available, asked));
    const lots = lotAmounts(spend(member, asked, brand, policy.burn, now));
    const balance = balanceAfter(member, [brand], policy.burn);
    return accept({
      documents: acts?.used(asked, member.version),
      answer: {
        redemptionId: as("red", operationId),
        operationId,
        memberId,
        amount,
        lots,
        balance: balanceFor(acts, balance),
        ...actedAs(acts, member.version),
      },
      events: [bonusesSpent({ memberId, brand, amount })],
    });
  },
});
