/** Spends what is held, whole or in part; the rest is given back, or stays for the next capture. */
import { z } from "@hono/zod-openapi";
import { formatAmount } from "../../kernel/amount.ts";
import { PositiveAmount } from "../../kernel/fields.ts";
import { refuse, reject } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { amountOf, divideParts, leftIn, MOST_MOVES } from "../../ledger/hold.ts";
import { captureFrom, releaseFrom } from "../../ledger/posting/held.ts";
import { changed, common, HoldAfter, needsOf, requireOpen } from "./hold-end.ts";
import { requireHold } from "./hold-read.ts";

export const holdCapture = defineOperation({
  ...common,
  name: "hold-capture",
  ofErased: "goes_on",
  http: {
    method: "post",
    path: "/v1/holds/{holdId}/capture",
    tag: "Bonuses",
    summary: "Spend what is held, whole or in part",
    description:
      "What is not captured is given back, and the hold ends; with `final: false` it stays held, for further captures, until all is spent, " +
      "it is released or its time is over.",
    idempotencyKey: "required",
    example: { amount: "100.00" },
  },
  body: z
    .strictObject({
      amount: PositiveAmount.optional().openapi({ description: "Absent: all that is held still." }),
      final: z.boolean().default(true).openapi({ description: "Whether the rest is given back." }),
    })
    .openapi("CaptureBody"),
  answers: { 200: { description: "Spent.", schema: HoldAfter } },
  problems: [
    "member_not_found",
    "hold_not_found",
    "hold_not_open",
    "hold_of_order",
    "capture_over_hold",
    "too_many_parts",
  ],
  async prepare(look, { actor, params, body }) {
    const hold = await requireHold(look, params.holdId, actor.brand);
    return { ...hold, asked: body.amount ?? null, final: body.final };
  },
  presented: ({ profileId }) => profileId,
  needs: (input) => needsOf(input),
  decide(context, { asked, final, ...found }) {
    const member = context.wallet(found.memberId);
    if (member === undefined) return reject("member_not_found");
    const hold = requireOpen(member, found);
    if ("kind" in hold) return hold;
    const left = leftIn(hold);
    const held = amountOf(left);
    const amount = asked ?? held;
    if (amount > held) {
      return refuse("capture_over_hold", { held: formatAmount(held), asked: formatAmount(amount) });
    }
    if (!final && hold.moves.length >= MOST_MOVES) return refuse("too_many_parts", { most: MOST_MOVES });
    const { first, rest } = divideParts(left, amount);
    let after = captureFrom(member, hold, first, context);
    const some = { captured: amount, released: 0n };
    if (!final || after.status !== "open") return changed(context, member, after, found, some);
    after = releaseFrom(member, after, rest, context);
    return changed(context, member, after, found, { captured: amount, released: held - amount });
  },
});
