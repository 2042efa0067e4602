/**
 * A follower: keeps something that follows from the journal, and from nothing else, so that nobody has to go through all of
 * the journal for it. It comes behind, by about a second; whoever reads what it keeps adds what is not in it yet.
 */
import type { Transaction } from "../connection/session.ts";

/** A stretch of the journal: of whole transactions, all of which have ended. */
interface Stretch {
  readonly from: bigint;
  /** The first position after it. */
  readonly below: bigint;
}

export interface Follower {
  /** Under which its position is kept. */
  readonly name: string;
  /** Adds what stands in a stretch. Each position comes once, and in order. */
  add(tx: Transaction, stretch: Stretch): Promise<unknown>;
  /** Throws away all that it keeps, to begin anew. */
  clear(tx: Transaction): Promise<unknown>;
}
