/** For whom a cited quote was made: for whoever buys now, under whichever member's name. */
import type { Reader } from "../../engine/connection/reader.ts";
import type { BuyerFields } from "../../members/lookup.ts";
import { namesakesOf } from "../../members/namesakes.ts";
import { type Customer, isFor, type QuoteId, type QuotedAt } from "./quote-id.ts";

/**
 * The customer to hold a quote against. It is who buys, and nobody is looked up. Where the quote is another's, it may be of
 * before two members became one, or parted: then it is good, or told anew, as for a balance that has changed.
 */
export async function quotedCustomer(
  reader: Reader,
  id: QuoteId | undefined,
  at: QuotedAt,
  { memberId, profileId, awaits }: BuyerFields,
): Promise<Customer> {
  const customer = memberId ?? awaits;
  if (id === undefined || memberId === null || isFor(id, at, customer)) return customer;
  const others = await namesakesOf(reader, { memberId, profileId });
  return others.find((other) => isFor(id, at, other)) ?? customer;
}
