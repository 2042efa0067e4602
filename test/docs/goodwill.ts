/** Says sorry with a hundred bonuses, active at once. */
import { z } from "@hono/zod-openapi";
import { accept, reject } from "../../src/engine/definition/decision.ts";
import { defineOperation } from "../../src/engine/definition/operation.ts";
import { BalanceAfter, idText } from "../../src/kernel/answers.ts";
import { Brand, memberFields, ofOneMember, text } from "../../src/kernel/fields.ts";
import { nth } from "../../src/kernel/ids.ts";
import { balanceAfter } from "../../src/ledger/posting/balance.ts";
import { grant } from "../../src/ledger/posting/grant.ts";
import { requireMember } from "../../src/members/lookup.ts";
import { expiryOf } from "../../src/policy/policy.ts";

export const goodwill = defineOperation({
  name: "goodwill",
  permission: "accruals.grant",
  http: {
    method: "post",
    path: "/v1/goodwill",
    tag: "Bonuses",
    summary: "Say sorry with a hundred bonuses",
    idempotencyKey: "required",
    batchItem: "goodwill",
  },
  body: ofOneMember(z.strictObject({ ...memberFields, brand: Brand, reason: text(500) })),
  answers: {
    201: {
      description: "Granted.",
      schema: z.strictObject({ operationId: idText("opn"), lotId: idText("lot"), balance: BalanceAfter }),
    },
  },
  problems: ["member_not_found", "member_erased"],
  actsFor: ({ brand }) => brand,
  facts: ({ reason }) => ({ reason }),
  prepare: async (look, { body }) => ({ brand: body.brand, ...(await requireMember(look, body)) }),
  presented: ({ profileId }) => profileId,
  needs: ({ memberId }) => ({ wallets: [memberId] }),
  decide({ now, policy, operationId, wallet }, { memberId, profileId, brand }) {
    const member = wallet(memberId);
    if (member === undefined) return reject("member_not_found");
    const lotId = nth("lot", operationId, 1);
    const made = { operationId, policyVersion: policy.version, profileId };
    const terms = { kind: "compensation", activeAt: now, expiresAt: expiryOf(policy, "compensation", now) } as const;
    grant(member, { id: lotId, issuer: brand, amount: 100_00n, ...terms, ...made }, now, now);
    return accept({ answer: { operationId, lotId, balance: balanceAfter(member, [brand], policy.burn) } });
  },
});
