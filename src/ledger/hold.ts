/**
 * A hold: bonuses pinned to their lots until they are captured, at once or in parts, given back, or time ends it. What has
 * left it, and what came back into it, is written down move by move; so what was held at any instant can be told.
 */
import { type Bonus, minOf, sum } from "../kernel/amount.ts";
import type { Instant } from "../kernel/clock.ts";
import type { HoldId, LotId, MemberId, OperationId, OrderId } from "../kernel/ids.ts";
import type { Brand } from "./account.ts";

/** Moves of one hold that leave something in it: each is kept with it, and read with it. */
export const MOST_MOVES = 400;

/** An amount out of one lot. */
export interface LotPart {
  readonly lotId: LotId;
  readonly issuer: Brand;
  readonly amount: Bonus;
}

/**
 * What has left a hold: spent, or given back; or came back into it, since what it had paid for was undone: `restore`, what
 * had been spent; `hold`, what had been given back and is free still.
 */
export type HoldMove = PartMove | OwnerMove;

interface PartMove {
  readonly event: "capture" | "release" | "restore" | "hold";
  /** Null where time did it. */
  readonly operationId: OperationId | null;
  readonly at: Instant;
  readonly parts: readonly LotPart[];
}

/** The hold, with all that is left in it, has gone from one wallet into another, as its lots have: nothing left it by that. */
interface OwnerMove {
  readonly event: "move";
  readonly operationId: OperationId;
  readonly at: Instant;
  readonly parts: readonly LotPart[];
  readonly from: MemberId;
  readonly to: MemberId;
}

interface HoldTerms {
  readonly id: HoldId;
  readonly memberId: MemberId;
  /** The order that it pays for, which alone captures and releases it. */
  readonly orderId: OrderId | null;
  /** The seller at whose tills it may be captured. */
  readonly brand: Brand;
  readonly amount: Bonus;
  /** As they were pinned, in burn order. */
  readonly parts: readonly LotPart[];
  readonly moves: readonly HoldMove[];
  readonly reference: string;
  readonly expiresAt: Instant;
}

/**
 * Expired where time gave back the last of it; else captured where any of it was spent, and stays so. What has gone into
 * another wallet leaves a record of itself behind, `moved`, which counts for nothing but the past.
 */
export type Hold = HoldTerms &
  (
    | { readonly status: "open" }
    | { readonly status: "captured" | "released" | "expired" | "moved"; readonly endedAt: Instant }
  );

export type OpenHold = HoldTerms & { readonly status: "open" };

const sign = { capture: -1n, release: -1n, restore: 1n, hold: 1n, move: 0n } as const;

/** What is pinned still, lot by lot, in burn order; of an instant that has passed, after all moves until then. */
export function leftIn({ parts, moves }: Pick<Hold, "parts" | "moves">, until = Number.POSITIVE_INFINITY): LotPart[] {
  const left = new Map(parts.map((part) => [part.lotId, part.amount]));
  for (const { event, at, parts: moved } of moves) {
    if (at > until) continue;
    for (const { lotId, amount } of moved) left.set(lotId, (left.get(lotId) ?? 0n) + sign[event] * amount);
  }
  return parts.map((part) => ({ ...part, amount: left.get(part.lotId) ?? 0n })).filter(({ amount }) => amount > 0n);
}

/** In whose wallet a hold was at an instant: it was placed by the first, and went on since. */
export function holderAt({ memberId, moves }: Pick<Hold, "memberId" | "moves">, at: Instant): MemberId {
  const gone = moves.filter((move) => move.event === "move");
  const last = gone.filter((move) => move.at <= at).at(-1);
  return last?.to ?? gone[0]?.from ?? memberId;
}

export const amountOf = (parts: readonly Pick<LotPart, "amount">[]): Bonus => sum(parts.map(({ amount }) => amount));

/** What was spent of it, and stays so. */
export function capturedOf({ moves }: Pick<Hold, "moves">): Bonus {
  const total = (event: HoldMove["event"]) =>
    amountOf(moves.filter((move) => move.event === event).flatMap(({ parts }) => parts));
  return total("capture") - total("restore");
}

/** The first parts up to an amount, and what is left of them. */
export function divideParts(parts: readonly LotPart[], amount: Bonus): { first: LotPart[]; rest: LotPart[] } {
  let left = amount;
  const first: LotPart[] = [];
  const rest: LotPart[] = [];
  for (const part of parts) {
    const taken = minOf(left, part.amount);
    left -= taken;
    if (taken > 0n) first.push({ ...part, amount: taken });
    if (taken < part.amount) rest.push({ ...part, amount: part.amount - taken });
  }
  return { first, rest };
}

/** What of parts is among others, lot by lot. */
export const among = (parts: readonly LotPart[], others: readonly LotPart[]): LotPart[] =>
  without(parts, without(parts, others));

/** What is left of parts when others are taken off them, lot by lot. */
export function without(parts: readonly LotPart[], taken: readonly LotPart[]): LotPart[] {
  const gone = new Map(taken.map(({ lotId, amount }) => [lotId, amount]));
  return parts
    .map((part) => ({ ...part, amount: part.amount - minOf(part.amount, gone.get(part.lotId) ?? 0n) }))
    .filter(({ amount }) => amount > 0n);
}
