/** What the steps of the demo share: who is who in the ledger, what was counted, what there is to tell. */
import { formatInstant, HOUR_MS, type Instant } from "../../kernel/clock.ts";
import { type Answer, problemOf } from "../client/api.ts";
import type { Brand } from "../client/brands.ts";
import type { Receipt } from "../client/receipt.ts";
import { Totals } from "../report/totals.ts";
import { Chronicle } from "./chronicle.ts";
import type { Person, Store } from "./town.ts";

/** What the town has that a plain count of receipts does not show. */
class Curiosities {
  linked = 0;
  unknownCards = 0;
  refusedSpends = 0;
  undone = 0;
  tombstones = 0;
  lateReceipts = 0;
  previews = 0;
  holds = 0;
  released = 0;
  lapsed = 0;
  gifts = 0;
}

export class Life {
  readonly seed: string;
  readonly totals = new Totals();
  readonly curiosities = new Curiosities();
  readonly chronicle = new Chronicle();
  /** Cards that receipts came with before anybody knew them. */
  readonly unknownCards = new Set<string>();
  /** Members by the person's number. */
  readonly members = new Map<number, string>();

  constructor(seed: string) {
    this.seed = seed;
  }

  key(what: string): string {
    return `demo-${this.seed}-${what}`;
  }
}

/** Everything of one person happens in its order. */
export const personKey = ({ index }: Person): string => `person ${index}`;

/** How a person is named at a till: by the card of its brand, or by another one. */
export function identifierOf({ cards, bases }: Person, brand: Brand): { kind: "card"; value: string } {
  const [home = "mvideo"] = bases;
  return { kind: "card", value: cards[brand] ?? cards[home] ?? "" };
}

/** The date in the town, which keeps Moscow's time. */
export const dateInTown = (at: Instant): string => formatInstant(at + 3 * HOUR_MS).slice(0, 10);

/** The day's receipt of one of a store's tills. */
export function receiptAt({ brand, id }: Store, at: Instant, number: string): Receipt {
  return { brand, storeId: id, terminalId: `${id}-1`, shift: dateInTown(at), number };
}

/** A refusal that the story has foreseen: its code. Anything else that is not a success ends the demo. */
export function refusedWith(answer: Answer, ...codes: readonly string[]): string | null {
  if (answer.status < 300) return null;
  const code = problemOf(answer);
  if (codes.includes(code)) return code;
  throw new Error(`the ledger said ${code}: ${JSON.stringify(answer.body)}`);
}
