/** Wallets as they were: images to compare with, and copies to try things on. */
import { Wallet } from "../../src/ledger/wallet.ts";
import { BRANDS } from "./commands.ts";

/** A plain condition, since it is asked for millions of times; the text is made only where it fails. */
export function must(condition: boolean, what: string | (() => string)): void {
  if (!condition) throw new Error(typeof what === "string" ? what : what());
}

/** The same wallet from its own rows: lots that have closed stay behind. */
export function copyOf(wallet: Wallet, backwards = false): Wallet {
  const lots = wallet.lots.filter((lot) => !lot.closed);
  const holds = [...wallet.holds.values()];
  const { memberId, status, version, postedAt } = wallet;
  return new Wallet({
    memberId,
    status,
    version,
    postedAt,
    debts: new Map(wallet.debts),
    lots: backwards ? lots.toReversed() : lots,
    holds: backwards ? holds.toReversed() : holds,
  });
}

/** All that can be seen of a wallet. Its lots are frozen, so that the same lots are equal lots. */
export function imageOf(wallet: Wallet) {
  const { version, postedAt, nextMoveAt, nextTurnAt, status } = wallet;
  return {
    lots: [...wallet.lots],
    holds: [...wallet.holds.values()],
    debts: new Map(wallet.debts),
    byIssuer: BRANDS.map((issuer) => wallet.availableOf(issuer)),
    ...wallet.totals(),
    version,
    postedAt,
    nextMoveAt,
    nextTurnAt,
    status,
  };
}

export function checkUntouched(wallet: Wallet, before: ReturnType<typeof imageOf>, by: string): void {
  const totals = wallet.totals();
  const same =
    wallet.version === before.version &&
    wallet.postedAt === before.postedAt &&
    wallet.status === before.status &&
    wallet.nextMoveAt === before.nextMoveAt &&
    wallet.nextTurnAt === before.nextTurnAt &&
    totals.pending === before.pending &&
    totals.available === before.available &&
    totals.held === before.held &&
    totals.debt === before.debt &&
    sameItems(wallet.lots, before.lots) &&
    before.lots.every((lot) => wallet.lot(lot.id) === lot) &&
    sameItems([...wallet.holds.values()], before.holds) &&
    sameAmounts(wallet.debts, before.debts) &&
    BRANDS.every((issuer, index) => wallet.availableOf(issuer) === before.byIssuer[index]);
  must(same, `${by} leaves the wallet untouched`);
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

export function sameAmounts(a: ReadonlyMap<string, bigint>, b: ReadonlyMap<string, bigint>): boolean {
  if (a.size !== b.size) return false;
  for (const [name, amount] of a) if (b.get(name) !== amount) return false;
  return true;
}
