/** Where operations on orders, and on the receipts of their pickups, say in their answers what became of the order. */
import { REVERSAL } from "../../sales/operation-names.ts";

/** SQL: whether an operation is the reversal of a pickup. */
export const undoesPickup = (operation: string): string =>
  `(${operation}.name = '${REVERSAL}' and ${operation}.answer->>'orderId' is not null)`;

/** SQL: the state and the version of the order. What is about a receipt names them as the order's. */
export const statusIn = (answer: string): string => `coalesce(${answer}->>'orderStatus', ${answer}->>'status')`;
export const versionIn = (answer: string): string => `coalesce(${answer}->>'orderVersion', ${answer}->>'version')::int`;
