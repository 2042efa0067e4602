/**
 * Time, applied on read: every activation, expiry and end of a hold that is due, in time order.
 * At one instant holds end first, then lots become active, then lots expire; so what a hold gives back
 * after its lot's end expires at once, and no balance depends on when a job ran.
 */
import { type Bonus, minOf } from "../../kernel/amount.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { LotId } from "../../kernel/ids.ts";
import { leftIn, type OpenHold } from "../hold.ts";
import { nextTurnAt, withChange } from "../lot.ts";
import type { WalletDraft } from "../wallet-draft.ts";
import { payOut } from "./between.ts";

/** Applies all that is due at `now`. Doing it twice changes nothing the second time. */
export function applyDue(draft: WalletDraft, now: Instant): void {
  draft.at = now;
  if (!draft.isDue(now)) return;
  for (const turn of dueTurns(draft, now)) {
    if (turn.kind === "release") endHold(draft, turn.hold, turn.at);
    else if (turn.kind === "activate") activate(draft, turn.lotId, turn.at);
    else expire(draft, turn.lotId, turn.at);
  }
  draft.dueApplied(now);
}

type Turn =
  | { kind: "release"; at: Instant; hold: OpenHold }
  | { kind: "activate"; at: Instant; lotId: LotId }
  | { kind: "expire"; at: Instant; lotId: LotId };

const rank = { release: 0, activate: 1, expire: 2 } as const;

function dueTurns(draft: WalletDraft, now: Instant): Turn[] {
  const turns: Turn[] = [];
  const { lots, holds } = draft.dueCandidates(now);
  // By id: which lot pays a debt must not depend on the order in which holds were made or loaded.
  for (const hold of [...holds].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    if (hold.expiresAt <= now) turns.push({ kind: "release", at: hold.expiresAt, hold });
  }
  for (const lot of lots) {
    if (nextTurnAt(lot) > now && lot.expiresAt > now) continue;
    if (lot.pending > 0n) turns.push({ kind: "activate", at: lot.activeAt, lotId: lot.id });
    if (lot.expiresAt <= now && !lot.closed) turns.push({ kind: "expire", at: lot.expiresAt, lotId: lot.id });
  }
  // Sorting is stable: lots of one instant keep their burn order, holds the order of their ids.
  return turns.sort((a, b) => a.at - b.at || rank[a.kind] - rank[b.kind]);
}

/** Pending bonuses become available, and pay what the member owes first. */
function activate(draft: WalletDraft, id: LotId, at: Instant): void {
  const lot = draft.lot(id);
  draft.post(withChange(lot, { pending: 0n, available: lot.available + lot.pending }), {
    debit: "pending",
    credit: "available",
    amount: lot.pending,
    event: "activation",
    at,
  });
  repayDebt(draft, id, lot.pending, at);
}

/** What is free in a lot whose end has come becomes breakage. What is held stays until its hold ends. */
function expire(draft: WalletDraft, id: LotId, at: Instant): void {
  const lot = draft.lot(id);
  const rest = withChange(lot, { available: 0n, closed: lot.held === 0n && lot.pending === 0n });
  if (lot.available > 0n) {
    draft.post(rest, { debit: "available", credit: "breakage", amount: lot.available, event: "expiry", at });
  } else if (rest.closed) draft.put(rest);
}

/**
 * Time ends a hold: each part that is left goes back to its lot, pays debt first, and expires at once where the lot's end has
 * passed.
 */
function endHold(draft: WalletDraft, hold: OpenHold, at: Instant): void {
  const parts = leftIn(hold);
  for (const part of parts) releasePart(draft, part.lotId, part.amount, at);
  const moves = [...hold.moves, { event: "release" as const, operationId: null, at, parts }];
  draft.putHold({ ...hold, moves, status: "expired", endedAt: at });
}

/** Gives back a part of what a hold has pinned. */
export function releasePart(draft: WalletDraft, id: LotId, amount: Bonus, at: Instant): void {
  if (amount === 0n) return;
  const lot = draft.lot(id);
  draft.post(withChange(lot, { held: lot.held - amount, available: lot.available + amount }), {
    debit: "held",
    credit: "available",
    amount,
    event: "release",
    at,
  });
  repayDebt(draft, id, amount, at);
  if (lot.expiresAt <= at) expire(draft, id, at);
}

/**
 * Pays debt out of what has just become available in a lot: the issuer's own first, then the others by name.
 * What is owed to another entity makes the issuer owe that entity.
 */
export function repayDebt(draft: WalletDraft, id: LotId, became: Bonus, at: Instant): void {
  const creditors = [...draft.byIssuer].filter(([, { debt }]) => debt > 0n).map(([entity]) => entity);
  if (creditors.length === 0) return;
  const { issuer } = draft.lot(id);
  creditors.sort((a, b) => Number(b === issuer) - Number(a === issuer) || (a < b ? -1 : 1));
  let left = became;
  for (const entity of creditors) {
    const owed = draft.debtTo(entity);
    const amount = minOf(left, owed);
    if (amount === 0n) break;
    left -= amount;
    payOut(draft, draft.lot(id), "available", { entity, account: "debt", amount, event: "repayment", at });
    draft.setDebt(entity, owed - amount);
  }
}
