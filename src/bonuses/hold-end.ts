/** Ends a hold: captured, whole or in part with the rest given back, or released. A hold ends once. */
import { z } from "@hono/zod-openapi";
import { type Bonus, formatAmount, minOf } from "../kernel/amount.ts";
import { AmountText, BalanceAfter, idText } from "../kernel/answers.ts";
import { idInPath, PositiveAmount } from "../kernel/fields.ts";
import type { HoldId, MemberId } from "../kernel/ids.ts";
import { accept, refuse, reject } from "../engine/definition/decision.ts";
import type { CommandContext } from "../engine/definition/context.ts";
import { defineOperation } from "../engine/definition/operation.ts";
import { balanceAfter } from "../ledger/posting/balance.ts";
import { endHold, releasePart } from "../ledger/posting/due.ts";
import type { LotPart, OpenHold } from "../ledger/hold.ts";
import { captureParts } from "../ledger/posting/spend.ts";
import type { WalletDraft } from "../ledger/wallet-draft.ts";
import { holdEnded } from "./events.ts";
import { requireHold } from "./hold-read.ts";

const EndedHold = z
  .strictObject({
    holdId: idText("hld"),
    operationId: idText("opn"),
    memberId: idText("mbr"),
    status: z.enum(["captured", "released"]),
    captured: AmountText,
    released: AmountText,
    balance: BalanceAfter,
  })
  .openapi("EndedHold");

const common = { permission: "holds.keep", params: idInPath("holdId", "hld") } as const;
const needsOf = ({ memberId, holdId, lots }: HeldBy) => ({ wallets: [memberId], holds: [holdId], lots });

/** A hold as it was found: whose it is, and on which lots. */
interface HeldBy {
  readonly memberId: MemberId;
  readonly holdId: HoldId;
  readonly lots: readonly LotPart["lotId"][];
}

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
    const { holdId, memberId, lots } = await requireHold(look, params.holdId, actor.brand);
    return { holdId, memberId, lots, asked: body.amount ?? null };
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

export const holdRelease = defineOperation({
  ...common,
  name: "hold-release",
  http: {
    method: "post",
    path: "/v1/holds/{holdId}/release",
    tag: "Bonuses",
    summary: "Give back what is held",
    idempotencyKey: "required",
    example: {},
  },
  body: z.strictObject({}).openapi("NoFields"),
  answers: { 200: { description: "Given back.", schema: EndedHold } },
  problems: ["hold_not_found", "hold_not_open"],
  async prepare(look, { actor, params }): Promise<HeldBy> {
    const { holdId, memberId, lots } = await requireHold(look, params.holdId, actor.brand);
    return { holdId, memberId, lots };
  },
  needs: (input) => needsOf(input),
  decide(context, { memberId, holdId }) {
    const member = context.wallet(memberId);
    if (member === undefined) return reject("member_not_found");
    const hold = member.openHold(holdId);
    if (hold === undefined) return refuse("hold_not_open");
    endHold(member, hold, "released", context.now);
    return ended(context, member, hold, "released", 0n);
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

function ended(
  { policy, operationId }: CommandContext,
  member: WalletDraft,
  hold: OpenHold,
  status: "captured" | "released",
  amount: Bonus,
) {
  const { id: holdId, memberId, brand } = hold;
  const captured = formatAmount(amount);
  const released = formatAmount(hold.amount - amount);
  const balance = balanceAfter(member, [brand], policy.burn);
  return accept({
    answer: { holdId, operationId, memberId, status, captured, released, balance },
    events: [holdEnded({ holdId, memberId, brand, amount: formatAmount(hold.amount), status, captured })],
  });
}
