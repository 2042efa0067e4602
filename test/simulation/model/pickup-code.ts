/** The code that proves a pickup: it works once, and wrong ones block it for a while. */
import type { Refusal } from "./plan.ts";
import { CODE_BLOCK, WRONG_CODES } from "./rules.ts";
import type { Purchase } from "./sales.ts";

export class PickupCode {
  value = "";
  #usedBy: Purchase | undefined;
  #wrong = 0;
  #blockedUntil = 0;

  get works(): boolean {
    return this.#usedBy === undefined;
  }

  /** When it is taken again, where it is blocked. */
  get blockedUntil(): number {
    return this.#blockedUntil;
  }

  renew(value: string): void {
    this.value = value;
    this.#usedBy = undefined;
    this.#wrong = 0;
    this.#blockedUntil = 0;
  }

  usedBy(purchase: Purchase): void {
    this.#usedBy = purchase;
    this.#wrong = 0;
  }

  /** It works again where this purchase, which it had proved, is undone. */
  undone(purchase: Purchase): void {
    if (this.#usedBy === purchase) this.#usedBy = undefined;
  }

  /** Why what was said is not taken; a wrong code is counted. */
  fault(said: string, now: number): Refusal | undefined {
    if (this.#blockedUntil > now) return { status: 409, code: "pickup_code_blocked" };
    if (said === this.value) return this.works ? undefined : { status: 409, code: "pickup_code_used" };
    this.#wrong += 1;
    if (this.#wrong === WRONG_CODES) {
      this.#wrong = 0;
      this.#blockedUntil = now + CODE_BLOCK;
    }
    return { status: 409, code: "pickup_code_wrong" };
  }
}
