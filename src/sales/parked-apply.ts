/** When a sale comes, the returns that were waiting for it are made at once, in the order in which they came. */
import { as } from "../kernel/ids.ts";
import { type Context, type Saved, save } from "../engine/command.ts";
import type { Draft } from "../ledger/draft.ts";
import { type ParkedReturn, parkedStore } from "./parked.ts";
import type { Purchase } from "./purchase-document.ts";
import { makeReturn } from "./take-back.ts";

/** Applies what waits for a purchase, under its natural key; what cannot be made (more than was sold) is refused for good, and said. */
export function applyParked(
  context: Context,
  key: string,
  sold: Purchase,
  member: Draft | undefined,
): { purchase: Purchase; documents: Saved[] } {
  const waiting = context.document(parkedStore, key);
  if (waiting === undefined) return { purchase: sold, documents: [] };
  let purchase = sold;
  const documents: Saved[] = [];
  const settled = waiting.map((parked): ParkedReturn => {
    if (parked.state.status !== "parked") return parked;
    const made = makeReturn(context, as("ret", parked.operationId), purchase, member, parked.terms);
    if ("code" in made) return { ...parked, state: { status: "refused", code: made.code } };
    purchase = made.purchase;
    // The purchase itself is saved once, by the sale.
    documents.push(...made.documents.filter(({ id }) => id !== sold.id));
    return { ...parked, state: { status: "applied" } };
  });
  return { purchase, documents: [...documents, save(parkedStore, key, settled)] };
}
