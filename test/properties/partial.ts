/**
 * A second wallet of each member, of which only a part is loaded, as the engine does it: at random, and anew for some
 * commands; with all that a command names; and as a whole where a decision wants more. What it has kept of itself
 * (sums, ends, next turns) is its own, as it was accepted, so that nothing comes to it from the whole wallet but lots.
 */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { LOT_KINDS, type LotKind } from "../../src/ledger/account.ts";
import { compareLots, type Lot } from "../../src/ledger/lot.ts";
import { spendable } from "../../src/ledger/posting/spend.ts";
import { type Coverage, LotsMissing, Wallet } from "../../src/ledger/wallet.ts";
import type { WalletDraft } from "../../src/ledger/wallet-draft.ts";
import { BRANDS } from "./commands.ts";
import { must, rowOf, sameEntries } from "./snapshot.ts";
import { DAY_MS, type Decision, draftOf, type Names, sameTransfers, type World } from "./world.ts";

/** How much of a wallet is loaded. */
export interface Part {
  /** Whether it is loaded anew, or what was loaded for the command before still serves. */
  readonly anew: boolean;
  /** Lots that end within so many days, of all kinds or of these. */
  readonly days: number;
  readonly kinds: readonly LotKind[] | undefined;
  /** So many lots with something free. */
  readonly burnable: number;
  readonly holds: boolean;
}

const ALL_DAYS = 1_000_000;

export const part: fc.Arbitrary<Part> = fc.record({
  anew: fc.boolean(),
  days: fc.oneof(fc.constant(-ALL_DAYS), fc.integer({ min: -2, max: 25 }), fc.constant(ALL_DAYS)),
  kinds: fc.oneof(fc.constant(undefined), fc.subarray([...LOT_KINDS])),
  burnable: fc.integer({ min: 0, max: 5 }),
  holds: fc.boolean(),
});

/** Follows both members with wallets in part. */
export class PartialWallets {
  readonly #wallets = new Map<World, Wallet>();
  /** What is loaded from now on. */
  part: Part = { anew: true, days: ALL_DAYS, kinds: undefined, burnable: 0, holds: true };
  /** How the last decision was made: by a part alone, or after all was loaded. */
  outcome: "in part" | "as a whole" | undefined;

  walletOf(world: World): Wallet {
    return this.#wallets.get(world) ?? world.wallet;
  }

  /** Decides the same on the wallets in part, before the whole ones take it over. */
  readonly follow = (decision: Decision): void => {
    const { worlds, names } = decision;
    for (const world of worlds) this.#load(world, names);
    const missing = this.#decide(decision);
    const isPart = worlds.some((world) => !this.walletOf(world).isWhole);
    this.outcome = missing || !isPart ? "as a whole" : "in part";
    if (!missing) return;
    for (const world of worlds) this.#wallets.set(world, loaded(world, this.walletOf(world), WHOLE, names));
    must(!this.#decide(decision), "a wallet that is whole misses nothing");
  };

  #load(world: World, names: Names): void {
    const known = this.#wallets.get(world);
    if (known === undefined || this.part.anew) {
      this.#wallets.set(world, loaded(world, this.walletOf(world), coverageOf(world, this.part), names));
    } else {
      for (const lot of named(world, names)) if (known.lot(lot.id) === undefined) known.replace([lot]);
      for (const hold of heldBy(world, names)) known.holds.set(hold.id, hold);
    }
  }

  /** Answers whether more was wanted; if not, the decision is the same, and accepted where it is not a refusal. */
  #decide({ worlds, moves, drafts, answer }: Decision): boolean {
    try {
      const own = worlds.map((world) => draftOf(this.walletOf(world), world.now));
      const said = moves(own);
      must(isDeepStrictEqual(said, answer), "a wallet in part answers as the whole one");
      for (const [index, draft] of own.entries()) {
        checkSame(draft, drafts[index] as WalletDraft, worlds[index] as World);
        if (answer !== undefined) draft.accept((worlds[index] as World).now);
      }
      return false;
    } catch (error) {
      if (error instanceof LotsMissing) return true;
      throw error;
    }
  }
}

const WHOLE: Coverage = { endingBefore: Number.POSITIVE_INFINITY, burnableTo: "all", holds: true };

/** Of all open lots, those that there are enough of to say so. */
function coverageOf({ lots, now, wallet }: World, { days, kinds, burnable, holds }: Part): Coverage {
  const free = [...lots.values()].filter(({ available }) => available > 0n).sort(compareLots);
  const last = free[burnable - 1];
  const anyHeld = [...wallet.holds.values()].some(({ status }) => status === "open");
  return {
    endingBefore: Math.abs(days) === ALL_DAYS ? days * Number.POSITIVE_INFINITY : now + days * DAY_MS,
    endingKinds: kinds === undefined ? undefined : new Set(kinds),
    burnableTo: burnable === 0 ? "none" : (last ?? "all"),
    holds: holds || !anyHeld,
  };
}

/** The wallet with what it has kept of itself, and no more of its lots and holds than it says. */
function loaded(world: World, kept: Wallet, coverage: Coverage, names: Names): Wallet {
  const { endingBefore, endingKinds, burnableTo, holds } = coverage;
  const open = [...world.lots.values()].filter(({ closed }) => !closed);
  const isBurnable = (lot: Lot) =>
    lot.available > 0n && (burnableTo === "all" || (burnableTo !== "none" && compareLots(lot, burnableTo) <= 0));
  const ends = ({ expiresAt, kind }: Lot) => expiresAt < endingBefore && (endingKinds?.has(kind) ?? true);
  return new Wallet({
    ...rowOf(kept),
    lots: [...open.filter((lot) => ends(lot) || isBurnable(lot)), ...named(world, names)],
    holds: holds ? [...world.wallet.holds.values()] : heldBy(world, names),
    coverage,
  });
}

/** Lots that are named are there, closed or not. */
const named = (world: World, { lots = [] }: Names): Lot[] =>
  lots.map((id) => world.lots.get(id)).filter((lot) => lot !== undefined);

const heldBy = (world: World, { holds = [] }: Names) =>
  holds.map((id) => world.wallet.holds.get(id)).filter((hold) => hold !== undefined);

function checkSame(draft: WalletDraft, whole: WalletDraft, { rules }: World): void {
  must(sameTransfers(draft, whole), "a wallet in part posts the same");
  must(isDeepStrictEqual(draft.terms, whole.terms), "a wallet in part changes the same terms");
  must(isDeepStrictEqual(draft.changedLots, whole.changedLots), "a wallet in part leaves lots the same");
  must(isDeepStrictEqual(draft.changedHolds, whole.changedHolds), "a wallet in part leaves holds the same");
  must(sameEntries(totalsOf(draft), totalsOf(whole)), "a wallet in part has the same totals");
  for (const seller of BRANDS) {
    must(spendable(draft, seller, rules) === spendable(whole, seller, rules), "as much is spendable");
  }
}

/** By issuer, in one order. */
const totalsOf = ({ byIssuer }: WalletDraft): [string, string][] =>
  [...byIssuer]
    .map(([issuer, sums]): [string, string] => [issuer, Object.values(sums).join(" ")])
    .filter(([, sums]) => sums !== "0 0 0 0")
    .sort(([a], [b]) => (a < b ? -1 : 1));
