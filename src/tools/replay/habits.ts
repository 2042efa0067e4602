/** How customers are known, which card they show, and what they spend. */
import type { Instant } from "../../kernel/clock.ts";
import { hash128 } from "../../kernel/hash.ts";
import type { Brand } from "../client/brands.ts";
import type { Invoice } from "./invoice.ts";

/** A brand's profile, with one card. */
export interface Profile {
  readonly brand: Brand;
  readonly externalId: string;
  readonly card: string;
}

export interface Habits {
  /** With which profiles a customer is registered, at the first invoice, by the brand of that or by both. */
  profilesOf(customer: string, home: Brand): readonly Profile[];
  /** The card that is shown with an invoice of a customer's. */
  cardOf(customer: string, invoice: Pick<Invoice, "number" | "at">): string;
  /** What a receipt of an invoice spends: all that it may, or so much. */
  spendOn(customer: string, invoice: Pick<Invoice, "number" | "at">, receiptNumber: string): string;
}

/** Everybody has one card, and one receipt in three spends all that it may. */
export function oneCard(seed: string): Habits {
  return {
    profilesOf: (customer, brand) => [{ brand, externalId: customer, card: customer }],
    cardOf: (customer) => customer,
    spendOn: (_, { number }) => (spendsBonuses(seed, number) ? "max" : "0.00"),
  };
}

/** The spending rule: one receipt in three of a member, by a hash of seed and number, spends all that it may. */
export const spendsBonuses = (seed: string, invoiceNumber: string): boolean => chanceOf(seed, invoiceNumber) % 3 === 0;

/** A number that follows from a seed and a text. */
export const chanceOf = (seed: string, text: string): number =>
  Number.parseInt(hash128(`${seed}|${text}`).slice(0, 8), 16);

/** Something that happens once all invoices before an instant have been played, and the clock stands there. */
export interface Pause {
  /** The beginning of an hour. */
  readonly at: Instant;
  readonly happens: () => Promise<void>;
}
