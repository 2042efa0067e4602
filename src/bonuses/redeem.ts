/** Spends bonuses at a seller without a receipt of lines: soonest-ending lots first, whole or not at all. */
import { type Bonus, formatAmount } from "../kernel/amount.ts";
import { as, type MemberId } from "../kernel/ids.ts";
import type { Command } from "../engine/command.ts";
import { refuse, reject } from "../engine/command.ts";
import type { Brand } from "../ledger/account.ts";
import { type BalanceAfter, balanceAfter } from "../ledger/balance.ts";
import type { LotPart } from "../ledger/hold.ts";
import { spend, spendable } from "../ledger/spend.ts";

export interface RedemptionInput {
  readonly memberId: MemberId;
  readonly amount: Bonus;
  readonly brand: Brand;
}

/** A part of a lot on the wire. */
interface LotAmount {
  readonly lotId: string;
  readonly issuer: string;
  readonly amount: string;
}

export interface RedemptionAnswer {
  readonly redemptionId: string;
  readonly operationId: string;
  readonly memberId: string;
  readonly amount: string;
  readonly lots: readonly LotAmount[];
  readonly balance: BalanceAfter;
}

const lotAmounts = (parts: readonly LotPart[]): LotAmount[] =>
  parts.map(({ lotId, issuer, amount }) => ({ lotId, issuer, amount: formatAmount(amount) }));

export const redeem: Command<RedemptionInput, RedemptionAnswer> = {
  name: "redeem",
  needs: (input) => ({ wallets: [input.memberId] }),
  decide({ now, policies, operationId, wallet }, { memberId, amount, brand }) {
    const member = wallet(memberId);
    if (member === undefined) return reject("member_not_found");
    const policy = policies.at(now);
    const available = spendable(member, brand, policy.burn);
    if (available < amount) {
      return refuse("insufficient_bonuses", { available: formatAmount(available), asked: formatAmount(amount) });
    }
    const parts = spend(member, amount, brand, policy.burn, now);
    return {
      kind: "accepted",
      status: 201,
      occurredAt: now,
      policyVersion: policy.version,
      memberId,
      documents: [],
      answer: {
        redemptionId: as("red", operationId),
        operationId,
        memberId,
        amount: formatAmount(amount),
        lots: lotAmounts(parts),
        balance: balanceAfter(member, [brand], policy.burn),
      },
    };
  },
};
