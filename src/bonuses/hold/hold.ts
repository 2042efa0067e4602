/** Puts bonuses aside: pins them to their lots until they are captured, given back, or the hold ends by itself. */
import { z } from "@hono/zod-openapi";
import { formatAmount } from "../../kernel/amount.ts";
import { AmountText, BalanceAfter, idText, InstantText, orNull } from "../../kernel/answers.ts";
import { DAY_MS, formatInstant, MINUTE_MS } from "../../kernel/clock.ts";
import { Brand, buyerFields, Instant, ofOneMember, PositiveAmount, Reference } from "../../kernel/fields.ts";
import { as } from "../../kernel/ids.ts";
import { accept, refuse, reject } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { balanceAfter } from "../../ledger/posting/balance.ts";
import { hold as pin, isBlocked, spendable } from "../../ledger/posting/spend.ts";
import {
  actedAs,
  balanceFor,
  insufficient,
  isRefused,
  overLimit,
  representing,
  requireActing,
  withActing,
} from "../../members/representing/acting.ts";
import { ACTING_PROBLEMS, actedFields, BALANCE_OF_REPRESENTED } from "../../members/representing/words.ts";
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
      ...buyerFields,
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
          balance: orNull(BalanceAfter).openapi({ description: BALANCE_OF_REPRESENTED }),
          ...actedFields,
        })
        .openapi("PlacedHold"),
    },
  },
  problems: [
    ...(["member_erased", "member_not_found", "spending_unavailable", "insufficient_bonuses"] as const),
    ...(["hold_too_long", "hold_ends_in_past"] as const),
    ...ACTING_PROBLEMS,
  ],
  actsFor: ({ brand }) => brand,
  facts: ({ reference }) => ({ reference }),
  async prepare(look, { body: { amount, brand, reference, expiresAt, ...named } }) {
    const { whom, acting } = await requireActing(look, named);
    return { ...whom, acting, amount, brand, reference, expiresAt };
  },
  presented: ({ profileId }) => profileId,
  needs: ({ memberId, acting }) => withActing(acting, memberId, { wallets: [memberId], burns: true }),
  decide(context, { memberId, acting, amount, brand, reference, ...asked }) {
    const { now, policy, operationId } = context;
    const member = context.wallet(memberId);
    if (member === undefined) return reject("member_not_found");
    const { minutes, longestDays } = policy.rules.holds;
    const latest = now + longestDays * DAY_MS;
    const expiresAt = asked.expiresAt ?? now + minutes * MINUTE_MS;
    if (expiresAt <= now) return reject("hold_ends_in_past", { now: formatInstant(now) });
    if (expiresAt > latest) return reject("hold_too_long", { latest: formatInstant(latest) });
    const acts = representing(context, memberId, acting);
    if (isRefused(acts)) return acts;
    if (isBlocked(member)) return refuse("spending_unavailable");
    const over = overLimit(acts, amount);
    if (over !== undefined) return over;
    const available = spendable(member, brand, policy.burn);
    const terms = { memberId, brand, amount: formatAmount(amount) };
    if (available < amount) return refuse("insufficient_bonuses", insufficient(acts, available, amount));
    const id = as("hld", operationId);
    const parts = pin(member, amount, brand, policy.burn, now);
    const pinned = { id, memberId, orderId: null, brand, amount, parts, moves: [], reference, expiresAt };
    member.putHold({ ...pinned, status: "open" });
    const end = formatInstant(expiresAt);
    const balance = balanceAfter(member, [brand], policy.burn);
    return accept({
      documents: acts?.used(amount, member.version),
      answer: {
        holdId: id,
        operationId,
        memberId,
        amount: terms.amount,
        status: "open",
        expiresAt: end,
        balance: balanceFor(acts, balance),
        ...actedAs(acts, member.version),
      },
      events: [holdPlaced({ holdId: id, ...terms, expiresAt: end })],
    });
  },
});
