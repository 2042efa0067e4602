/** Spends what is held, whole or in part; the rest is given back. */
import { z } from "@hono/zod-openapi";
import { type Bonus, formatAmount, minOf } from "../../kernel/amount.ts";
import { PositiveAmount } from "../../kernel/fields.ts";
import { refuse, reject } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import type { LotPart } from "../../ledger/hold.ts";
import { releasePart } from "../../ledger/posting/due.ts";
import { captureParts } from "../../ledger/posting/spend.ts";
import { common, ended, EndedHold, needsOf } from "./hold-end.ts";
import { requireHold } from "./hold-read.ts";

export const holdCapture = defineOperation({
  ...common,
  name: "hold-capture",
  http: {
    method: "post",
    path: "/v1/holds/{holdId}/capture",
    tag: "Bonuses",
    summary: "Spend what is held, whole or in part",
    description: "A hold ends once: what is not captured is given back.",
    idempotencyKey: "required",
    example: { amount: "100.00" },
  },
  body: z
    .strictObject({
      amount: PositiveAmount.optional().openapi({ description: "Absent: all of it. The rest is given back." }),
    })
    .openapi("CaptureBody"),
  answers: { 200: { description: "Spent.", schema: EndedHold } },
  problems: ["hold_not_found", "hold_not_open", "capture_over_hold"],
  async prepare(look, { actor, params, body }) {
    const hold = await requireHold(look, params.holdId, actor.brand);
    return { ...hold, asked: body.amount ?? null };
  },
  needs: (input) => needsOf(input),
  decide(context, { memberId, holdId, asked }) {
    const member = context.wallet(memberId);
    if (member === undefined) return reject("member_not_found");
    const hold = member.openHold(holdId);
    if (hold === undefined) return refuse("hold_not_open");
    const amount = asked ?? hold.amount;
    if (amount > hold.amount) {
      return refuse("capture_over_hold", { held: formatAmount(hold.amount), asked: formatAmount(amount) });
    }
    const { captured, rest } = divide(hold.parts, amount);
    captureParts(member, captured, hold.brand, context.now);
    for (const part of rest) releasePart(member, part.lotId, part.amount, context.now);
    member.putHold({ ...hold, status: "captured", captured: amount, endedAt: context.now });
    return ended(context, member, hold, "captured", amount);
  },
});

/** The first parts up to an amount, and what is left of them. */
function divide(parts: readonly LotPart[], amount: Bonus): { captured: LotPart[]; rest: LotPart[] } {
  let left = amount;
  const captured: LotPart[] = [];
  const rest: LotPart[] = [];
  for (const part of parts) {
    const taken = minOf(left, part.amount);
    left -= taken;
    captured.push({ ...part, amount: taken });
    rest.push({ ...part, amount: part.amount - taken });
  }
  return { captured, rest };
}
