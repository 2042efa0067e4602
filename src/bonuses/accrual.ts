/** Grants bonuses outside of a sale: promotions, offers, opening balances. */
import { z } from "@hono/zod-openapi";
import { formatAmount } from "../kernel/amount.ts";
import { AmountText, BalanceAfter, idText, InstantText } from "../kernel/answers.ts";
import { formatInstant } from "../kernel/clock.ts";
import { Brand, Instant, memberFields, ofOneMember, PositiveAmount, Reference, text } from "../kernel/fields.ts";
import { as, nth } from "../kernel/ids.ts";
import { Problem } from "../kernel/problems.ts";
import { accept, reject } from "../engine/definition/decision.ts";
import { defineOperation } from "../engine/definition/operation.ts";
import { LOT_KINDS } from "../ledger/account.ts";
import { balanceAfter } from "../ledger/posting/balance.ts";
import { grant } from "../ledger/posting/grant.ts";
import { requireMember } from "../members/lookup.ts";
import { activationOf, expiryOf } from "../policy/policy.ts";
import { bonusesGranted } from "./events.ts";

export const accrual = defineOperation({
  name: "accrual",
  permission: "accruals.grant",
  http: {
    method: "post",
    path: "/v1/accruals",
    tag: "Bonuses",
    summary: "Grant bonuses outside of a sale",
    description:
      "Promotions, offers, opening balances. What somebody is given because something went wrong is an adjustment: bonuses of kind `compensation` are granted here by an administrator only, who brings over what another system had given.",
    idempotencyKey: "required",
    batchItem: "accrual",
    example: {
      identifier: { kind: "card", value: "2900000000017" },
      amount: "500.00",
      brand: "mvideo",
      kind: "promo",
      reason: "birthday",
      reference: "crm-2026-000123",
    },
  },
  body: ofOneMember(
    z.strictObject({
      ...memberFields,
      amount: PositiveAmount,
      brand: Brand.openapi({ description: "The issuer, whose cost it is." }),
      kind: z.enum(LOT_KINDS),
      activeAt: Instant.optional().openapi({ description: "Absent: as the policy says for the kind." }),
      expiresAt: Instant.optional().openapi({ description: "Absent: as the policy says for the kind." }),
      reason: text(500),
      reference: Reference,
    }),
  ).openapi("AccrualBody"),
  answers: {
    201: {
      description: "Granted.",
      schema: z
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
        .openapi("Accrual"),
    },
  },
  problems: ["member_erased", "member_not_found", "senseless_lifetime"],
  actsFor: ({ brand }) => brand,
  facts: ({ reason, reference }) => ({ reason, reference }),
  // Else the limits and the second person of adjustments could be passed by.
  forbids: ({ scopes }, { kind }) =>
    kind === "compensation" && !scopes.has("admin") ? new Problem("forbidden", { scopes: ["admin"], kind }) : undefined,
  prepare: async (look, { body }) => ({ ...body, ...(await requireMember(look, body)) }),
  presented: ({ profileId }) => profileId,
  needs: ({ memberId }) => ({ wallets: [memberId] }),
  decide({ now, policy, operationId, wallet }, { memberId, profileId, amount, brand: issuer, kind, ...asked }) {
    const member = wallet(memberId);
    if (member === undefined) return reject("member_not_found");
    const activeAt = asked.activeAt ?? activationOf(policy, kind, now, policy.rules.zone);
    const expiresAt = asked.expiresAt ?? expiryOf(policy, kind, activeAt);
    if (expiresAt <= activeAt || expiresAt <= now) return reject("senseless_lifetime");
    const id = nth("lot", operationId, 1);
    const lot = { id, issuer, profileId, kind, activeAt, expiresAt, operationId, policyVersion: policy.version };
    grant(member, { ...lot, amount }, now, now);
    const terms = {
      memberId,
      lotId: id,
      amount: formatAmount(amount),
      activeAt: formatInstant(activeAt),
      expiresAt: formatInstant(expiresAt),
    };
    const balance = balanceAfter(member, [issuer], policy.burn);
    return accept({
      answer: { accrualId: as("acc", operationId), operationId, ...terms, balance },
      events: [bonusesGranted({ ...terms, issuer, kind })],
    });
  },
});
