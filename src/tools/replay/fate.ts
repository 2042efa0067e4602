/** What became of each line of the file. Every line has one fate, and the counts add up to the lines read. */

export const FATES = {
  sold_member: "sold to a member",
  sold_anonymous: "sold with no customer",
  sold_free_member: "sold at price zero, to a member",
  sold_free_anonymous: "sold at price zero, with no customer",
  returned: "returned, to one sale",
  returned_spread: "returned, spread over several sales",
  returned_partly: "returned in part, the rest parked",
  parked: "parked: no earlier sale to return to",
  stock_correction: "no sale: stock written off (negative quantity, no price)",
  adjustment: "no sale: adjustment of the books (invoices A…, negative price)",
  no_goods: "no sale: nothing on the line (quantity zero)",
  refused: "refused by the ledger",
} as const;
export type Fate = keyof typeof FATES;

/** Counts lines by fate; refusals also by their code. */
export class Tally {
  readonly counts = new Map<Fate, number>();
  readonly refusals = new Map<string, number>();

  add(fate: Fate, lines = 1): void {
    this.counts.set(fate, (this.counts.get(fate) ?? 0) + lines);
  }

  refuse(code: string, lines = 1): void {
    this.add("refused", lines);
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + lines);
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }
}

/** A line that comes back through one or more returns: its fate is known when the last of them is answered. */
export class ReturnedLine {
  readonly #fate: Fate;
  readonly #tally: Tally;
  #awaited: number;
  #refusal: string | null = null;

  constructor(fate: Fate, returns: number, tally: Tally) {
    this.#fate = fate;
    this.#awaited = returns;
    this.#tally = tally;
  }

  /** One of its returns was answered; `refusal` is the code where the answer was no. */
  settle(refusal: string | null): void {
    this.#awaited -= 1;
    this.#refusal ??= refusal;
    if (this.#awaited !== 0) return;
    if (this.#refusal === null) this.#tally.add(this.#fate);
    else this.#tally.refuse(this.#refusal);
  }
}
