/** What a world remembers of its commands, so that later ones can undo them. */
import type { LotId } from "../../../src/kernel/ids.ts";
import type { Clawback } from "../../../src/ledger/posting/giveback.ts";
import type { LotPart } from "../../../src/ledger/hold.ts";

/** What was spent at a seller's, and how much of each part has come back since. */
export interface Spent {
  readonly seller: string;
  readonly parts: readonly LotPart[];
  readonly back: bigint[];
}

export interface GivenBack {
  readonly spent: Spent;
  readonly amounts: readonly bigint[];
}

interface Clawed {
  readonly lotId: LotId;
  readonly amount: bigint;
  readonly cover: Clawback;
}

/** What was spent, and what can still be undone. */
export class History {
  readonly spent: Spent[] = [];
  readonly givenBack: GivenBack[] = [];
  readonly clawed: Clawed[] = [];
  readonly returned: { readonly givenBack: GivenBack; readonly clawed: Clawed }[] = [];

  spend(seller: string, parts: readonly LotPart[]): void {
    if (parts.length > 0) this.spent.push({ seller, parts, back: parts.map(() => 0n) });
  }

  /** What was clawed back out of the earnings of a lot, and still stands. */
  clawedFrom(lotId: LotId): bigint {
    let total = 0n;
    for (const clawed of this.clawed) if (clawed.lotId === lotId) total += clawed.amount;
    for (const { clawed } of this.returned) if (clawed.lotId === lotId) total += clawed.amount;
    return total;
  }
}
