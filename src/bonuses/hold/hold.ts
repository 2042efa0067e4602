/** Puts bonuses aside: pins them to their lots until they are captured, given back, or the hold ends by itself. */
import { z } from "@hono/zod-openapi";
import { formatAmount } from "../../kernel/amount.ts";
import { AmountText, BalanceAfter, idText, InstantText } from "../../kernel/answers.ts";
import { DAY_MS, formatInstant, MINUTE_MS } from "../../kernel/clock.ts";
import { Brand, Instant, memberFields, ofOneMember, PositiveAmount, Reference } from "../../kernel/fields.ts";
import { as } from "../../kernel/ids.ts";
import { accept, refuse, reject } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { balanceAfter } from "../../ledger/posting/balance.ts";
import { hold as pin, isBlocked, spendable } from "../../ledger/posting/spend.ts";
import { requireMember } from "../../members/lookup.ts";
import { holdPlaced } from "../events.ts";

export const hold = defineOperation({
  name: "hold",
  permission: "holds.keep",
  http: {
    method: "post",
    path: "/v1/holds",
    tag: "Bonuses",
    summary: "Put bonuses aside",
    description: "Pins bonuses to their lots. A hold keeps its lots alive until it ends, even past their own end.",
    idempotencyKey: "required",
    example: {
      identifier: { kind: "card", value: "2900000000017" },
      amount: "150.00",
      brand: "mvideo",
      expiresAt: "2026-03-02T12:15:00+03:00",
      reference: "order-5512",
    },
  },
  body: ofOneMember(
    z.strictObject({
      ...memberFields,
      amount: PositiveAmount,
      brand: Brand,
      expiresAt: Instant.optional().openapi({ description: "Absent: as long as the rules give a till." }),
      reference: Reference,
    }),
  ).openapi("HoldBody"),
  answers: {
    201: {
      description: "Put aside.",
      schema: z
        .strictObject({
          holdId: idText("hld"),
          operationId: idText("opn"),
          memberId: idText("mbr"),
          amount: AmountText,
          status: z.literal("open"),
          expiresAt: InstantText,
          balance: BalanceAfter,
        })
        .openapi("PlacedHold"),
    },
  },
  problems: ["member_not_found", "spending_unavailable", "insufficient_bonuses", "hold_too_long", "hold_ends_in_past"],
  actsFor: ({ brand }) => brand,
  facts: ({ reference }) => ({ reference }),
  prepare: async (look, { body }) => ({ ...body, ...(await requireMember(look, body)) }),
  presented: ({ profileId }) => profileId,
  needs: ({ memberId }) => ({ wallets: [memberId], burns: true }),
  decide({ now, policy, operationId, wallet }, { memberId, amount, brand, reference, ...asked }) {
    const member = wallet(memberId);
    if (member === undefined) return reject("member_not_found");
    const { minutes, longestDays } = policy.rules.holds;
    const latest = now + longestDays * DAY_MS;
    const expiresAt = asked.expiresAt ?? now + minutes * MINUTE_MS;
    if (expiresAt <= now) return reject("hold_ends_in_past", { now: formatInstant(now) });
    if (expiresAt > latest) return reject("hold_too_long", { latest: formatInstant(latest) });
    if (isBlocked(member)) return refuse("spending_unavailable");
    const available = spendable(member, brand, policy.burn);
    const terms = { memberId, brand, amount: formatAmount(amount) };
    if (available < amount) {
      return refuse("insufficient_bonuses", { available: formatAmount(available), asked: terms.amount });
    }
    const id = as("hld", operationId);
    const parts = pin(member, amount, brand, policy.burn, now);
    const pinned = { id, memberId, orderId: null, brand, amount, parts, moves: [], reference, expiresAt };
    member.putHold({ ...pinned, status: "open" });
    const end = formatInstant(expiresAt);
    const balance = balanceAfter(member, [brand], policy.burn);
    return accept({
      answer: { holdId: id, operationId, memberId, amount: terms.amount, status: "open", expiresAt: end, balance },
      events: [holdPlaced({ holdId: id, ...terms, expiresAt: end })],
    });
  },
});
