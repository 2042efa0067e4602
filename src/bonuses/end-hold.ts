/** Ends a hold: captured, whole or in part with the rest given back, or released. A hold ends once. */
import { type Bonus, formatAmount, minOf } from "../kernel/amount.ts";
import type { HoldId, MemberId } from "../kernel/ids.ts";
import type { Command, Decision } from "../engine/command.ts";
import { refuse, reject } from "../engine/command.ts";
import { type BalanceAfter, balanceAfter } from "../ledger/balance.ts";
import type { Draft } from "../ledger/draft.ts";
import { endHold, releasePart } from "../ledger/due.ts";
import type { LotPart, OpenHold } from "../ledger/hold.ts";
import { captureParts } from "../ledger/spend.ts";

export interface EndHoldInput {
  readonly memberId: MemberId;
  readonly holdId: HoldId;
}

export interface CaptureInput extends EndHoldInput {
  /** Absent: all of it. */
  readonly amount: Bonus | null;
}

export interface EndHoldAnswer {
  readonly holdId: string;
  readonly operationId: string;
  readonly memberId: string;
  readonly status: "captured" | "released";
  readonly captured: string;
  readonly released: string;
  readonly balance: BalanceAfter;
}

export const captureHold: Command<CaptureInput, EndHoldAnswer> = {
  name: "capture-hold",
  needs: (input) => ({ wallets: [input.memberId] }),
  decide(context, input) {
    const member = context.wallet(input.memberId);
    if (member === undefined) return reject("member_not_found");
    const hold = member.openHold(input.holdId);
    if (hold === undefined) return refuse("hold_not_open");
    const amount = input.amount ?? hold.amount;
    if (amount > hold.amount) {
      return refuse("capture_over_hold", { held: formatAmount(hold.amount), asked: formatAmount(amount) });
    }
    const { captured, rest } = divide(hold.parts, amount);
    captureParts(member, captured, hold.brand, context.now);
    for (const part of rest) releasePart(member, part.lotId, part.amount, context.now);
    member.putHold({ ...hold, status: "captured", captured: amount, endedAt: context.now });
    return ended(context, member, hold, "captured", amount);
  },
};

export const releaseHold: Command<EndHoldInput, EndHoldAnswer> = {
  name: "release-hold",
  needs: (input) => ({ wallets: [input.memberId] }),
  decide(context, input) {
    const member = context.wallet(input.memberId);
    if (member === undefined) return reject("member_not_found");
    const hold = member.openHold(input.holdId);
    if (hold === undefined) return refuse("hold_not_open");
    endHold(member, hold, "released", context.now);
    return ended(context, member, hold, "released", 0n);
  },
};

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
  { now, policies, operationId }: Parameters<typeof captureHold.decide>[0],
  member: Draft,
  hold: OpenHold,
  status: "captured" | "released",
  captured: Bonus,
): Decision<EndHoldAnswer> {
  const policy = policies.at(now);
  return {
    kind: "accepted",
    status: 200,
    occurredAt: now,
    policyVersion: policy.version,
    memberId: member.memberId,
    documents: [],
    answer: {
      holdId: hold.id,
      operationId,
      memberId: member.memberId,
      status,
      captured: formatAmount(captured),
      released: formatAmount(hold.amount - captured),
      balance: balanceAfter(member, [hold.brand], policy.burn),
    },
  };
}
