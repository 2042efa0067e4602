/** Who may adjust what: staff who are known, never an account of their own, and no more in a day than the rules let them. */
import { formatAmount, maxOf, parseAmount } from "../../kernel/amount.ts";
import type { MemberId } from "../../kernel/ids.ts";
import { localDate } from "../../kernel/zone.ts";
import type { Actor } from "../../engine/actor.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { type Refused, type Rejected, refuse, reject, type Saved, save } from "../../engine/definition/decision.ts";
import { type DocumentNeed, need } from "../../engine/definition/document-store.ts";
import { isOwnOfAny, needStanding } from "../../members/staff/one-person.ts";
import { staffStore } from "../../members/staff/staff-store.ts";
import type { AdjustmentRules, Direction } from "../../policy/adjustment-rules.ts";

/** Who acts: the maker, and where somebody agrees, the checker. */
export const needStaff = (staffIds: readonly string[]): DocumentNeed[] => [
  ...[...new Set(staffIds)].map((staffId) => need(staffStore, staffId)),
  needStanding(staffIds),
];

/**
 * `unknown_staff` where the last of them, who acts, is not registered; `own_account` where the member is any of them: whoever has
 * asked may have become one with the member since.
 */
export function mayAct(
  context: CommandContext,
  staffIds: readonly string[],
  memberId: MemberId,
): Refused | Rejected | undefined {
  const acting = staffIds.at(-1) ?? "";
  if (context.document(staffStore, acting) === undefined) return reject("unknown_staff", { staffId: acting });
  return isOwnOfAny(context, staffIds, memberId) ? refuse("own_account") : undefined;
}

/** The greatest of the limits that an actor's scopes have; an administrator has all. */
function limitOf({ scopes }: Pick<Actor, "scopes">, { limits }: AdjustmentRules) {
  const own = limits.filter(({ scope }) => scopes.has("admin") || scopes.has(scope));
  return own.reduce(
    (most, { count, amount }) => ({
      count: Math.max(most.count, count),
      amount: maxOf(most.amount, parseAmount(amount)),
    }),
    { count: 0, amount: 0n },
  );
}

/**
 * Counts one more adjustment of a person on this day; `adjustment_limit` where that is too many, or too much. Their row is
 * locked, so that it holds whichever services they ask at once.
 */
export function countedFor(
  context: CommandContext,
  staffId: string,
  amount: bigint,
): Refused | { readonly saved: Saved } {
  const { actor, policy, now } = context;
  const person = context.document(staffStore, staffId);
  if (person === undefined) throw new RangeError("whoever counts is known");
  const day = localDate(now, policy.rules.zone);
  const isToday = person.adjustedOn === day;
  const count = (isToday ? person.adjustedCount : 0) + 1;
  const sum = (isToday ? person.adjustedAmount : 0n) + amount;
  const limit = limitOf(actor, policy.rules.adjustments);
  if (count > limit.count || sum > limit.amount) {
    return refuse("adjustment_limit", {
      day,
      count: count - 1,
      mostCount: limit.count,
      amount: formatAmount(sum - amount),
      mostAmount: formatAmount(limit.amount),
    });
  }
  const counted = { ...person, adjustedOn: day, adjustedCount: count, adjustedAmount: sum };
  return { saved: save(staffStore, staffId, counted) };
}

/** The reason as the rules in force have it; undefined where they do not have it in this direction. */
export const reasonIn = ({ reasons }: AdjustmentRules, code: string, direction: Direction) =>
  reasons.find((reason) => reason.code === code && reason.directions.includes(direction));

/** Whether an amount takes two people. */
export const needsSecond = ({ approvalAbove }: AdjustmentRules, amount: bigint): boolean =>
  amount > parseAmount(approvalAbove);
