/** Grants bonuses outside of a sale: promotions, compensation, opening balances. */
import { type Bonus, formatAmount } from "../kernel/amount.ts";
import { formatInstant, type Instant } from "../kernel/clock.ts";
import { as, type MemberId, nth } from "../kernel/ids.ts";
import type { Command } from "../engine/command.ts";
import { reject } from "../engine/command.ts";
import type { Brand, LotKind } from "../ledger/account.ts";
import { type BalanceAfter, balanceAfter } from "../ledger/balance.ts";
import { grant } from "../ledger/grant.ts";
import { activationOf, expiryOf } from "../policy/policy.ts";

export interface AccrualInput {
  readonly memberId: MemberId;
  readonly amount: Bonus;
  /** The issuer, whose cost it is. */
  readonly brand: Brand;
  readonly kind: LotKind;
  /** Absent: as the policy says for the kind. */
  readonly activeAt: Instant | null;
  readonly expiresAt: Instant | null;
}

export interface AccrualAnswer {
  readonly accrualId: string;
  readonly operationId: string;
  readonly memberId: string;
  readonly lotId: string;
  readonly amount: string;
  readonly activeAt: string;
  readonly expiresAt: string;
  readonly balance: BalanceAfter;
}

export const accrue: Command<AccrualInput, AccrualAnswer> = {
  name: "accrue",
  needs: (input) => ({ wallets: [input.memberId] }),
  decide({ now, policies, operationId, wallet }, input) {
    const member = wallet(input.memberId);
    if (member === undefined) return reject("member_not_found");
    const policy = policies.at(now);
    const activeAt = input.activeAt ?? activationOf(policy, input.kind, now, policy.rules.zone);
    const expiresAt = input.expiresAt ?? expiryOf(policy, input.kind, activeAt);
    if (expiresAt <= activeAt || expiresAt <= now) return reject("senseless_lifetime");
    const id = nth("lot", operationId, 1);
    const { amount, brand: issuer, kind } = input;
    grant(
      member,
      { id, issuer, profileId: null, kind, amount, activeAt, expiresAt, operationId, policyVersion: policy.version },
      now,
      now,
    );
    return {
      kind: "accepted",
      status: 201,
      occurredAt: now,
      policyVersion: policy.version,
      memberId: input.memberId,
      documents: [],
      answer: {
        accrualId: as("acc", operationId),
        operationId,
        memberId: input.memberId,
        lotId: id,
        amount: formatAmount(amount),
        activeAt: formatInstant(activeAt),
        expiresAt: formatInstant(expiresAt),
        balance: balanceAfter(member, [issuer], policy.burn),
      },
    };
  },
};
