/** Names under which operations on receipts stand in the journal, for those who meet one there, and what it has taken. */

export const PURCHASE = "purchase";
/** A pickup of an order makes a purchase. */
export const ORDER_PICKUP = "order-pickup";
export const RETURN = "return";
export const RETURN_BY_RECEIPT = "return-by-receipt";
export const REVERSAL = "reversal";
/** What waited for an identifier is brought to the member whom it leads to. */
export const CLAIM = "claim";

/** Operations that make a purchase, which bears the operation's number. */
export const MAKES_PURCHASE: readonly string[] = [PURCHASE, ORDER_PICKUP];
/** Operations that make a return, or park one: either bears the operation's number. */
export const MAKES_RETURN: readonly string[] = [RETURN, RETURN_BY_RECEIPT];

export const makesPurchase = (name: string): boolean => MAKES_PURCHASE.includes(name);
export const makesReturn = (name: string): boolean => MAKES_RETURN.includes(name);

/** How it is told that another operation has taken a receipt. */
export const receiptTaken = (by: string) => (by === REVERSAL ? "receipt_reversed" : "receipt_conflict");
