/** What became of the orders of a replay, added up. */
import type { HandedOut } from "../client/wire.ts";

export class OrderTotals {
  placed = 0;
  /** Orders that are handed out on more than one visit. */
  inParts = 0;
  pickups = 0;
  held = 0n;
  /** Spent of what was held. */
  captured = 0n;
  /** Held, and given back by a pickup. */
  released = 0n;

  ordered(held: bigint, visits: number): void {
    this.placed += 1;
    if (visits > 1) this.inParts += 1;
    this.held += held;
  }

  handedOut({ captured, released }: HandedOut): void {
    this.pickups += 1;
    this.captured += captured;
    this.released += released;
  }

  /** Whether pickups have used all that was held, or given it back. */
  get complete(): boolean {
    return this.held === this.captured + this.released;
  }
}
