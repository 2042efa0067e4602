/** What happened to whom, in the order in which the ledger said so: for the stories at the end. */
import type { Instant } from "../../kernel/clock.ts";
import type { Person } from "./town.ts";

export interface Entry {
  readonly at: Instant;
  readonly text: string;
  /** What makes it worth telling. */
  readonly topic:
    | "profile"
    | "unknown_card"
    | "purchase"
    | "spent"
    | "spent_across"
    | "return"
    | "hold"
    | "gift"
    | "trouble";
}

export class Chronicle {
  readonly #entries = new Map<number, Entry[]>();

  tell(person: Person | null, at: Instant, topic: Entry["topic"], text: string): void {
    if (person === null) return;
    const entries = this.#entries.get(person.index) ?? [];
    entries.push({ at, topic, text });
    this.#entries.set(person.index, entries);
  }

  of(person: Person): readonly Entry[] {
    return this.#entries.get(person.index) ?? [];
  }
}
