/**
 * Why a lot or a transfer is as it is, in data and in words: the operation that made it, its receipt and its rule,
 * every transfer of the lot in order with what it left, and why the lot ends when it does.
 */
import { z } from "@hono/zod-openapi";
import { formatAmount, formatQuantity } from "../../kernel/amount.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { idInPath, senseless } from "../../kernel/fields.ts";
import { mayDo } from "../../kernel/permissions.ts";
import { floorToBonus, type Fraction } from "../../kernel/rounding.ts";
import type { Actor } from "../../engine/actor.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { defineRead } from "../../engine/definition/read.ts";
import type { Lot } from "../../ledger/lot.ts";
import { standingIn } from "../../members/owner.ts";
import { lotItem } from "../../members/reads/lots.ts";
import { factsFor, type StoredFacts } from "../../members/reads/operation-facts.ts";
import { transferItem } from "../../members/reads/transfers.ts";
import { expiryOf, type Policy } from "../../policy/policy.ts";
import type { PolicyTimeline } from "../../policy/timeline.ts";
import type { Purchase } from "../../sales/documents/purchase-document.ts";
import { receiptOf } from "../../sales/receipt/receipt.ts";
import { type ExplainedEnd, type ExplainedLine, Explanation } from "./answer.ts";
import { historyOf } from "./history.ts";
import { readSources, type Sources, type Subject } from "./sources.ts";
import { wordsOf } from "./words.ts";

export const explain = defineRead({
  name: "explain",
  permission: "members.read",
  http: {
    method: "get",
    path: "/v1/members/{memberId}/explain",
    tag: "Members",
    summary: "Explain a lot or a transfer",
    description:
      "In data and in words: what made it, under which receipt and rule, every transfer of the lot in order with what it left, " +
      "and why the lot ends when it does. A transfer that is not posted is what time has made since the last command.",
  },
  params: idInPath("memberId", "mbr"),
  query: z
    .strictObject({
      transferId: z.string().max(64).optional().openapi({ pattern: "^trn_[0-9a-f]{40}$" }),
      lotId: z
        .string()
        .max(64)
        .optional()
        .openapi({ pattern: "^lot_[0-9a-f]{32}$", example: "lot_0195560d2a0070008a30f1c2d3e4f001" }),
    })
    .refine(({ transferId, lotId }) => (transferId === undefined) !== (lotId === undefined), {
      ...senseless("give transferId or lotId, one of the two"),
      path: ["lotId"],
    }),
  answer: { description: "The explanation.", schema: Explanation },
  problems: ["unprocessable_request", "member_not_found", "not_found"],
  read: (look, { actor, params, query }) => explanationOf(look, actor, params.memberId, query),
});

/** Explains a transfer or a lot of a member, or of somebody who is part of it; `not_found` where the member has none such. */
export async function explanationOf(look: Lookup, actor: Actor, named: string, subject: Subject): Promise<Explanation> {
  const [{ memberId, sources }, policies] = await Promise.all([
    look.reader.snapshot(async (tx) => {
      const standing = await standingIn(tx, named);
      return { memberId: standing, sources: await readSources(tx, standing, subject, look.clock) };
    }),
    look.readPolicies(),
  ]);
  const { transfer, lot, cause, operation } = sources;
  const policy = policies.at(operation.occurredAt);
  // Whose receipt it was, and of which goods, is told to whoever may read it.
  const seesReceipt = mayDo(actor.scopes, "purchases.read");
  const receipted = sources.purchase ?? sources.returned;
  const told = {
    memberId,
    transfer: transfer === null ? null : transferItem(actor, transfer, new Map([[operation.id, operation]])),
    lot: lot === null ? null : lotItem(lot),
    cause,
    operation: operationOf(actor, operation),
    receipt: seesReceipt && receipted !== null ? receiptOf(receipted) : null,
    // A version that was dated back since is not the one that applied.
    lines: seesReceipt ? linesOf(sources, policy.version === operation.policyVersion ? policy : null) : [],
    ends: lot === null ? [] : endsOf(sources, lot, policyOfLot(policies, sources, lot)),
    history: lot === null ? [] : historyOf(sources, lot),
    truncated: sources.truncated || sources.termsTruncated,
  };
  return { ...told, words: wordsOf(told, policy.rules.zone) };
}

function operationOf(actor: Actor, operation: StoredFacts): Explanation["operation"] {
  const { id: operationId, policyVersion, occurredAt, postedAt } = operation;
  const at = { occurredAt: formatInstant(occurredAt), postedAt: formatInstant(postedAt) };
  return { ...factsFor(actor, operation), operationId, policyVersion, ...at };
}

function linesOf({ purchase, returned }: Sources, policy: Policy | null): ExplainedLine[] {
  if (purchase !== null) {
    const rateOf = ({ category, noEarn, total, spend, earn }: Purchase["lines"][number]) => {
      if (noEarn) return "0";
      if (policy === null) return null;
      const rate = policy.earnRate({ brand: purchase.brand, category, channel: purchase.channel });
      // Whoever bought was to earn nothing.
      return earn === 0n && floorToBonus(total - spend, rate) > 0n ? "0" : decimalOf(rate);
    };
    return purchase.lines.map((line) => ({
      lineId: line.lineId,
      sku: line.sku,
      category: line.category,
      quantity: formatQuantity(line.quantity),
      money: formatAmount(line.total - line.spend),
      bonuses: formatAmount(line.spend),
      earned: formatAmount(line.earn),
      rate: rateOf(line),
    }));
  }
  return (returned?.lines ?? []).map((line) => ({
    lineId: line.lineId,
    sku: null,
    category: null,
    quantity: formatQuantity(line.quantity),
    money: formatAmount(line.money),
    bonuses: formatAmount(line.bonuses),
    earned: formatAmount(line.earned),
    rate: null,
  }));
}

/** Rates have at most six places: `"0.03"`. */
function decimalOf({ numerator, denominator }: Fraction): string {
  const digits = ((numerator * 1_000_000n) / denominator).toString().padStart(7, "0");
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`.replace(/\.?0+$/, "");
}

/** The policy that the lot was made under; null where the timeline does not give it any more. */
function policyOfLot(policies: PolicyTimeline, { posted }: Sources, lot: Lot): Policy | null {
  const made = posted[0]?.occurredAt;
  const policy = made === undefined ? null : policies.at(made);
  return policy?.version === lot.policyVersion ? policy : null;
}

/** The end that the lot had first in this wallet, and each that it was given since. */
function endsOf({ terms, posted }: Sources, lot: Lot, policy: Policy | null): ExplainedEnd[] {
  const first = terms[0]?.formerEnd ?? lot.expiresAt;
  const byPolicy = policy !== null && expiryOf(policy, lot.kind, lot.activeAt) === first;
  const why = posted[0]?.event === "move" ? "move" : byPolicy ? "life" : "stated";
  return [
    { since: null, until: formatInstant(first), why, operationId: null },
    ...terms.map(({ postedAt, newEnd, reason, operationId }) => ({
      since: formatInstant(postedAt),
      until: formatInstant(newEnd),
      why: reason,
      operationId,
    })),
  ];
}
