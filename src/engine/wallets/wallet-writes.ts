/** How wallets, lots and holds are written: those that were born in a group, and those that changed. */
import { ifAny, type Writing } from "../../db/table-rows.ts";
import type { Instant } from "../../kernel/clock.ts";
import { capturedOf, type Hold } from "../../ledger/hold.ts";
import type { Lot } from "../../ledger/lot.ts";
import { totalOf } from "../../ledger/totals.ts";
import type { Wallet } from "../../ledger/wallet.ts";
import { holdRows, lotRows, walletRows } from "./wallet-rows.ts";

const insertWallets = walletRows.inserting();
const updateWallets = walletRows.updating(["bucket", "memberId"], ["createdAt"]);
const insertLots = lotRows.inserting();
const updateLots = lotRows.updating(
  ["bucket", "memberId", "id"],
  ["issuer", "profileId", "kind", "activeAt", "operationId", "policyVersion"],
);
const saveHolds = holdRows.upserting(["bucket", "memberId", "id"], ["orderId", "amount", "parts", "reference"]);

/** Statements that write wallets: those that were born, and those that changed. */
export function savingWallets(changed: Iterable<Wallet>, born: ReadonlySet<Wallet>): Writing[] {
  const all = [...changed];
  return [
    ...ifAny(all.filter((wallet) => born.has(wallet)).map(rowOf), insertWallets),
    ...ifAny(all.filter((wallet) => !born.has(wallet)).map(rowOf), updateWallets),
  ];
}

function rowOf(wallet: Wallet) {
  const { pending, available, held, debt } = totalOf(wallet.byIssuer);
  return {
    memberId: wallet.memberId,
    ...wallet.owner,
    version: wallet.version,
    pending,
    available,
    held,
    debt,
    byIssuer: wallet.byIssuer,
    soonestEnds: wallet.soonestEnds,
    nextMoveAt: finite(wallet.nextMoveAt),
    nextTurnAt: finite(wallet.nextTurnAt),
    postedAt: wallet.postedAt,
    createdAt: wallet.createdAt,
  };
}

const finite = (instant: Instant): Instant | null => (Number.isFinite(instant) ? instant : null);

/** Statements that write lots: those that were born in this group, and those that changed. */
export function savingLots(changed: Iterable<Lot>, born: (lot: Lot) => boolean): Writing[] {
  const all = [...changed];
  return [
    ...ifAny(all.filter(born), insertLots),
    ...ifAny(
      all.filter((lot) => !born(lot)),
      updateLots,
    ),
  ];
}

/** Statements that write holds that are new or have changed. */
export function savingHolds(changed: Iterable<Hold>): Writing[] {
  const list = [...changed].map((hold) => ({
    ...hold,
    captured: capturedOf(hold),
    endedAt: hold.status === "open" ? null : hold.endedAt,
  }));
  return ifAny(list, saveHolds);
}
