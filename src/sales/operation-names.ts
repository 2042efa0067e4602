/** Names under which operations on receipts stand in the journal, for those who meet one there, and what it has taken. */

export const PURCHASE = "purchase";
/** A pickup of an order makes a purchase. */
export const ORDER_PICKUP = "order-pickup";
export const RETURN = "return";
export const RETURN_BY_RECEIPT = "return-by-receipt";
export const REVERSAL = "reversal";

/** Whether an operation of this name makes a purchase, which bears the operation's number. */
export const makesPurchase = (name: string): boolean => name === PURCHASE || name === ORDER_PICKUP;

/** Whether an operation of this name makes a return, or parks one: either bears the operation's number. */
export const makesReturn = (name: string): boolean => name === RETURN || name === RETURN_BY_RECEIPT;

/** How it is told that another operation has taken a receipt. */
export const receiptTaken = (by: string) => (by === REVERSAL ? "receipt_reversed" : "receipt_conflict");
