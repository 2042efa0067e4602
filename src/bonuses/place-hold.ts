/** Pins bonuses to their lots until they are captured, given back, or the hold ends by itself. */
import { type Bonus, formatAmount } from "../kernel/amount.ts";
import { formatInstant, type Instant } from "../kernel/clock.ts";
import { as, type MemberId } from "../kernel/ids.ts";
import type { Command } from "../engine/command.ts";
import { refuse, reject } from "../engine/command.ts";
import type { Brand } from "../ledger/account.ts";
import { type BalanceAfter, balanceAfter } from "../ledger/balance.ts";
import { hold, spendable } from "../ledger/spend.ts";

export interface HoldInput {
  readonly memberId: MemberId;
  readonly amount: Bonus;
  readonly brand: Brand;
  readonly expiresAt: Instant;
  readonly reference: string;
}

export interface HoldAnswer {
  readonly holdId: string;
  readonly operationId: string;
  readonly memberId: string;
  readonly amount: string;
  readonly status: "open";
  readonly expiresAt: string;
  readonly balance: BalanceAfter;
}

const DAY_MS = 86_400_000;

export const placeHold: Command<HoldInput, HoldAnswer> = {
  name: "place-hold",
  needs: (input) => ({ wallets: [input.memberId] }),
  decide({ now, policies, operationId, wallet }, { memberId, amount, brand, expiresAt, reference }) {
    const member = wallet(memberId);
    if (member === undefined) return reject("member_not_found");
    const policy = policies.at(now);
    const latest = now + policy.rules.holds.longestDays * DAY_MS;
    if (expiresAt <= now || expiresAt > latest) return reject("senseless_lifetime", { latest: formatInstant(latest) });
    const available = spendable(member, brand, policy.burn);
    if (available < amount) {
      return refuse("insufficient_bonuses", { available: formatAmount(available), asked: formatAmount(amount) });
    }
    const id = as("hld", operationId);
    const parts = hold(member, amount, brand, policy.burn, now);
    member.putHold({ id, memberId, brand, amount, parts, reference, expiresAt, status: "open" });
    return {
      kind: "accepted",
      status: 201,
      occurredAt: now,
      policyVersion: policy.version,
      memberId,
      documents: [],
      answer: {
        holdId: id,
        operationId,
        memberId,
        amount: formatAmount(amount),
        status: "open",
        expiresAt: formatInstant(expiresAt),
        balance: balanceAfter(member, [brand], policy.burn),
      },
    };
  },
};
