/** Wallets as they were: images to compare with, and copies to try things on. */
import type { Brand } from "../../src/ledger/account.ts";
import type { IssuerTotals } from "../../src/ledger/totals.ts";
import { type Coverage, Wallet, type WalletState } from "../../src/ledger/wallet.ts";

/** A plain condition, since it is asked for millions of times; the text is made only where it fails. */
export function must(condition: boolean, what: string | (() => string)): void {
  if (!condition) throw new Error(typeof what === "string" ? what : what());
}

const WHOLE: Coverage = { endingBefore: Number.POSITIVE_INFINITY, burnableTo: "all", holds: true };

/** The same wallet from its own rows: lots that have closed stay behind, and what it has kept of itself stays as it is. */
export function copyOf(wallet: Wallet, backwards = false): Wallet {
  const lots = wallet.lots.filter((lot) => !lot.closed);
  const holds = [...wallet.holds.values()];
  return new Wallet({
    ...rowOf(wallet),
    lots: backwards ? lots.toReversed() : lots,
    holds: backwards ? holds.toReversed() : holds,
    coverage: WHOLE,
  });
}

/** What a wallet keeps of itself beside its lots and holds, as a database has it. */
export function rowOf(wallet: Wallet): Omit<WalletState, "lots" | "holds" | "coverage"> {
  const { memberId, owner, version, postedAt, createdAt, byIssuer, soonestEnds, nextMoveAt, nextTurnAt } = wallet;
  return {
    memberId,
    ...owner,
    version,
    postedAt,
    createdAt,
    byIssuer: new Map(byIssuer),
    soonestEnds: { ...soonestEnds },
    nextMoveAt: Number.isFinite(nextMoveAt) ? nextMoveAt : null,
    nextTurnAt: Number.isFinite(nextTurnAt) ? nextTurnAt : null,
  };
}

/** What is owed, entity by entity. */
export const debtsOf = (byIssuer: ReadonlyMap<Brand, IssuerTotals>): Map<Brand, bigint> =>
  new Map([...byIssuer].map(([entity, { debt }]) => [entity, debt] as const).filter(([, debt]) => debt > 0n));

/** All that can be seen of a wallet. Its lots are frozen, so that the same lots are equal lots. */
export function imageOf(wallet: Wallet) {
  const { version, postedAt, nextMoveAt, nextTurnAt, owner } = wallet;
  return {
    lots: [...wallet.lots],
    holds: [...wallet.holds.values()],
    byIssuer: new Map(wallet.byIssuer),
    soonestEnds: { ...wallet.soonestEnds },
    version,
    postedAt,
    nextMoveAt,
    nextTurnAt,
    owner,
  };
}

export function checkUntouched(wallet: Wallet, before: ReturnType<typeof imageOf>, by: string): void {
  const same =
    wallet.version === before.version &&
    wallet.postedAt === before.postedAt &&
    wallet.owner === before.owner &&
    wallet.nextMoveAt === before.nextMoveAt &&
    wallet.nextTurnAt === before.nextTurnAt &&
    sameEntries([...wallet.byIssuer], [...before.byIssuer]) &&
    sameEntries(Object.entries(wallet.soonestEnds), Object.entries(before.soonestEnds)) &&
    sameItems(wallet.lots, before.lots) &&
    before.lots.every((lot) => wallet.lot(lot.id) === lot) &&
    sameItems([...wallet.holds.values()], before.holds);
  must(same, `${by} leaves the wallet untouched`);
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

export const sameEntries = (a: readonly (readonly [string, unknown])[], b: typeof a): boolean =>
  a.length === b.length && a.every(([name, value], index) => name === b[index]?.[0] && value === b[index]?.[1]);

export function sameAmounts(a: ReadonlyMap<string, bigint>, b: ReadonlyMap<string, bigint>): boolean {
  if (a.size !== b.size) return false;
  for (const [name, amount] of a) if (b.get(name) !== amount) return false;
  return true;
}
