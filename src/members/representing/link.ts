/** The link by which one member may act for another: when it holds, and what may still be spent by it. Pure. */
import type { RowOf } from "../../db/table-rows.ts";
import { type Bonus, formatAmount, maxOf, minOf } from "../../kernel/amount.ts";
import type { Instant } from "../../kernel/clock.ts";
import { localDate } from "../../kernel/zone.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import type { representativeLinks, representativeUses } from "./tables.ts";

export type RepresentativeLink = RowOf<typeof representativeLinks, "bucket">;
export type RepresentativeUse = RowOf<typeof representativeUses, "bucket">;

/** Whether somebody has ended it, or its time is over. */
export const isOver = ({ endedAt, until }: RepresentativeLink, now: Instant): boolean =>
  endedAt !== null || (until !== null && until <= now);

/** Whether it holds at an instant. */
export const isInForce = (link: RepresentativeLink, now: Instant): boolean =>
  (link.since === null || link.since <= now) && !isOver(link, now);

type Now = Pick<CommandContext, "now" | "policy">;

/**
 * The month in which something counts: the calendar's, in the programme's zone; or the one that the link was last used in, where
 * the clock of that service was ahead. So no month is counted in again once the next has begun.
 */
export function monthOf({ month }: Pick<RepresentativeLink, "month">, { now, policy }: Now): string {
  const own = localDate(now, policy.rules.zone).slice(0, 7);
  return month !== null && month > own ? month : own;
}

/** What may be spent by a link: by each limit, null where it has none; and by all of them, which is nothing where it has none at all. */
export interface Allowance {
  readonly perOperation: Bonus | null;
  readonly perMonth: Bonus | null;
  readonly most: Bonus;
}

export function allowanceOf(link: RepresentativeLink, now: Now): Allowance {
  const { perOperation, perMonth } = link;
  const spent = link.month === monthOf(link, now) ? link.monthSpent : 0n;
  const left = perMonth === null ? null : maxOf(0n, perMonth - spent);
  const bounds = [perOperation, left].filter((bound) => bound !== null);
  const [first = 0n, second = first] = bounds;
  return { perOperation, perMonth: left, most: minOf(first, second) };
}

/** As it is told: what is left of each limit. */
export const allowanceText = ({ perOperation, perMonth, most }: Allowance) => ({
  perOperation: perOperation === null ? null : formatAmount(perOperation),
  perMonth: perMonth === null ? null : formatAmount(perMonth),
  most: formatAmount(most),
});

/** A link with one use more, and the row that remembers it. */
export function usedBy(
  link: RepresentativeLink,
  used: Omit<RepresentativeUse, "representationId" | "ordinal" | "month" | "monthSpent">,
  now: Now,
): [RepresentativeLink, RepresentativeUse] {
  const month = monthOf(link, now);
  const monthSpent = (link.month === month ? link.monthSpent : 0n) + used.amount;
  const ordinal = link.uses + 1;
  return [
    { ...link, month, monthSpent, uses: ordinal },
    { ...used, representationId: link.id, ordinal, month, monthSpent },
  ];
}
