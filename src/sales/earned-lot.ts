/** The lot that a purchase earns: judged by the receipt's own day; what has passed meanwhile happens at once. */
import type { Bonus } from "../kernel/amount.ts";
import type { Instant } from "../kernel/clock.ts";
import type { LotId, ProfileId } from "../kernel/ids.ts";
import type { CommandContext } from "../engine/definition/context.ts";
import type { Brand } from "../ledger/account.ts";
import { type Grant, grant } from "../ledger/posting/grant.ts";
import type { WalletDraft } from "../ledger/wallet-draft.ts";
import { activationOf, expiryOf, type Policy } from "../policy/policy.ts";

export interface EarningTerms {
  readonly activeAt: Instant;
  readonly expiresAt: Instant;
}

/** When what goods of this instant have earned becomes active, and ends. */
export function earningTerms(policy: Policy, occurredAt: Instant, storeZone: string): EarningTerms {
  const activeAt = activationOf(policy, "ordinary", occurredAt, storeZone);
  return { activeAt, expiresAt: expiryOf(policy, "ordinary", activeAt) };
}

interface Earned {
  readonly id: LotId;
  readonly issuer: Brand;
  /** Whose identifier the receipt came with. */
  readonly profileId: ProfileId | null;
  readonly amount: Bonus;
  readonly occurredAt: Instant;
  readonly storeZone: string;
  /** It lives until then at least. */
  readonly graceUntil?: Instant;
  /** Taken off suspense, where the receipt waited for its card. */
  readonly source?: "suspense";
}

/** Makes the lot, by the policy of the receipt's day. */
export function earnLot({ operationId, policies, now }: CommandContext, member: WalletDraft, earned: Earned): void {
  const { id, issuer, profileId, amount, occurredAt, storeZone, graceUntil = 0, source } = earned;
  const policy = policies.at(occurredAt);
  const { activeAt, expiresAt } = earningTerms(policy, occurredAt, storeZone);
  const terms: Grant = {
    id,
    issuer,
    profileId,
    kind: "ordinary",
    amount,
    activeAt,
    expiresAt: Math.max(expiresAt, graceUntil),
    operationId,
    policyVersion: policy.version,
    source,
  };
  grant(member, terms, occurredAt, now);
}
