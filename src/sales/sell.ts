/** A sale: spends and earns together, atomically, under the natural key of its receipt. */
import { type Bonus, formatAmount, minOf, sum } from "../kernel/amount.ts";
import { formatInstant, type Instant } from "../kernel/clock.ts";
import { as, type LotId, type MemberId, nth } from "../kernel/ids.ts";
import { type Command, type Context, need, type Refused, refuse, reject, type Saved, save } from "../engine/command.ts";
import { type BalanceAfter, balanceAfter } from "../ledger/balance.ts";
import type { Draft } from "../ledger/draft.ts";
import { extend, grant } from "../ledger/grant.ts";
import type { LotPart } from "../ledger/hold.ts";
import { spend, spendable } from "../ledger/spend.ts";
import { activationOf, expiryOf, extensionOf, type Policy } from "../policy/policy.ts";
import { wrongAge } from "./age.ts";
import { parkedStore } from "./parked.ts";
import { applyParked } from "./parked-apply.ts";
import {
  type LineInput,
  type PricedLine,
  priceLine,
  type SoldLine,
  sellLines,
  totalOf,
  unitGroups,
} from "./pricing.ts";
import type { Channel, Purchase, PurchaseLine } from "./purchase-document.ts";
import { purchaseStore } from "./purchase-store.ts";
import type { Receipt } from "./receipt.ts";
import { suspend } from "./suspense.ts";

export interface SaleInput {
  readonly receipt: Receipt;
  /** The receipt's natural key. */
  readonly key: string;
  readonly storeZone: string;
  readonly channel: Channel;
  /** Absent: no card at all, or one that leads to nobody. */
  readonly memberId: MemberId | null;
  /** The hash of an identifier that leads to nobody. */
  readonly awaits: string | null;
  readonly lines: readonly LineInput[];
  readonly spend: Bonus | "max";
  readonly occurredAt: Instant;
  /** Whether receipts of any age are taken from this caller. */
  readonly anyAge: boolean;
}

/** What one line was sold for, as the till is told. */
interface LineAnswer {
  readonly lineId: string;
  readonly total: string;
  readonly maxSpend: string;
  readonly spend: string;
  readonly paid: string;
  readonly earn: string;
  /** The line's units and their prices in money, as a fiscal receipt needs them. */
  readonly units: readonly { readonly quantity: string; readonly unitPrice: string }[];
}

export interface SaleAnswer {
  readonly purchaseId: string;
  readonly operationId: string;
  readonly memberId: string | null;
  readonly total: string;
  readonly spent: string;
  readonly paid: string;
  readonly earned: string;
  /** When what was earned becomes active, and ends; absent where nothing was. */
  readonly earn: { readonly lotId: string | null; readonly activeAt: string; readonly expiresAt: string } | null;
  readonly suspended: boolean;
  readonly lines: readonly LineAnswer[];
  readonly balance: BalanceAfter | null;
}

export const sell: Command<SaleInput, SaleAnswer> = {
  name: "purchase",
  needs: ({ memberId, key }) => ({
    wallets: memberId === null ? [] : [memberId],
    documents: [need(parkedStore, key)],
  }),
  decide(context, input) {
    const { receipt, occurredAt, memberId } = input;
    const member = memberId === null ? undefined : context.wallet(memberId);
    if (memberId !== null && member === undefined) return reject("member_not_found");
    const tooEarlyOrLate = wrongAge(context.policies.at(context.now), occurredAt, context.now, input.anyAge);
    if (tooEarlyOrLate !== undefined) return tooEarlyOrLate;
    const policy = context.policies.at(occurredAt);
    const priced = input.lines.map((line) => priceLine(line, receipt.brand, policy));
    const asked = askedSpend(member, priced, input, policy);
    if (typeof asked !== "bigint") return asked;
    const lines = sellLines(priced, asked, receipt.brand, policy, member !== undefined || input.awaits !== null);
    const parts =
      member === undefined || asked === 0n ? [] : spend(member, asked, receipt.brand, policy.burn, occurredAt);
    const earned = sum(lines.map((line) => line.earn));
    const terms = earned === 0n ? null : earningTerms(policy, input);
    const lotId = member === undefined || terms === null ? null : nth("lot", context.operationId, 1);
    if (member !== undefined) {
      extend(member, policy.extensionKinds, extensionOf(policy, occurredAt, input.storeZone), context.now);
      if (lotId !== null && terms !== null) earnLot(context, member, lotId, earned, terms, input, policy);
    } else if (earned > 0n) suspend(context, receipt.brand, earned, occurredAt);
    const sold: Purchase = {
      id: as("pur", context.operationId),
      memberId,
      receipt,
      channel: input.channel,
      lines: allot(lines, parts),
      total: totalOf(lines),
      spent: asked,
      earned,
      lotId,
      awaits: input.awaits,
      returned: new Map(),
      status: "sold",
      occurredAt,
      postedAt: context.now,
    };
    const { purchase, documents } = applyParked(context, input.key, sold, member);
    const saved: Saved[] = [save(purchaseStore, purchase.id, purchase), ...documents];
    return {
      kind: "accepted",
      status: 201,
      occurredAt,
      policyVersion: policy.version,
      memberId,
      documents: saved,
      answer: answerOf(context, sold, priced, terms, member, policy),
    };
  },
};

/** How much is to be spent, or why that cannot be. */
function askedSpend(
  member: Draft | undefined,
  priced: readonly PricedLine[],
  input: SaleInput,
  policy: Policy,
): Bonus | Refused {
  const allowed = sum(priced.map((line) => line.maxSpend));
  const available = member === undefined ? 0n : spendable(member, input.receipt.brand, policy.burn);
  const possible = minOf(allowed, available);
  if (input.spend === "max") return possible;
  const data = {
    asked: formatAmount(input.spend),
    available: formatAmount(available),
    maxSpend: formatAmount(possible),
  };
  if (input.spend > available) return refuse("insufficient_bonuses", data);
  if (input.spend > allowed) return refuse("spend_over_limit", data);
  return input.spend;
}

interface EarningTerms {
  readonly activeAt: Instant;
  readonly expiresAt: Instant;
}

function earningTerms(policy: Policy, { occurredAt, storeZone }: SaleInput): EarningTerms {
  const activeAt = activationOf(policy, "ordinary", occurredAt, storeZone);
  return { activeAt, expiresAt: expiryOf(policy, "ordinary", activeAt) };
}

function earnLot(
  { operationId, now }: Context,
  member: Draft,
  id: LotId,
  amount: Bonus,
  terms: EarningTerms,
  { receipt, occurredAt }: SaleInput,
  policy: Policy,
): void {
  const lot = { id, issuer: receipt.brand, profileId: null, kind: "ordinary", amount, ...terms, operationId } as const;
  grant(member, { ...lot, policyVersion: policy.version }, occurredAt, now);
}

/** Gives each line its part of the lots that were burnt, in the order of both. */
function allot(lines: readonly SoldLine[], parts: readonly LotPart[]): PurchaseLine[] {
  const queue = parts.map((part) => ({ ...part }));
  return lines.map((line) => {
    let left = line.spend;
    const own: LotPart[] = [];
    while (left > 0n) {
      const next = queue[0];
      if (next === undefined) break;
      const amount = minOf(left, next.amount);
      own.push({ ...next, amount });
      left -= amount;
      next.amount -= amount;
      if (next.amount === 0n) queue.shift();
    }
    return { ...line, parts: own };
  });
}

function answerOf(
  { operationId }: Context,
  sold: Purchase,
  priced: readonly PricedLine[],
  terms: EarningTerms | null,
  member: Draft | undefined,
  policy: Policy,
): SaleAnswer {
  return {
    purchaseId: sold.id,
    operationId,
    memberId: sold.memberId,
    total: formatAmount(sold.total),
    spent: formatAmount(sold.spent),
    paid: formatAmount(sold.total - sold.spent),
    earned: formatAmount(sold.earned),
    earn:
      terms === null
        ? null
        : { lotId: sold.lotId, activeAt: formatInstant(terms.activeAt), expiresAt: formatInstant(terms.expiresAt) },
    suspended: sold.awaits !== null,
    lines: sold.lines.map((line, index) => lineAnswer(line, priced[index]?.maxSpend ?? 0n)),
    balance: member === undefined ? null : balanceAfter(member, [sold.receipt.brand], policy.burn),
  };
}

/** How one line was priced, as the till is told. */
function lineAnswer(line: SoldLine, maxSpend: Bonus): LineAnswer {
  return {
    lineId: line.lineId,
    total: formatAmount(line.total),
    maxSpend: formatAmount(maxSpend),
    spend: formatAmount(line.spend),
    paid: formatAmount(line.total - line.spend),
    earn: formatAmount(line.earn),
    units: unitGroups(line).map(({ units, unitPrice }) => ({
      quantity: units.toString(),
      unitPrice: formatAmount(unitPrice),
    })),
  };
}
