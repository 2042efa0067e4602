/**
 * The code that proves a pickup: six digits, told once, to whoever sends it to the customer. What is kept is a hash of it,
 * taken with a secret that is not in the database, so that a copy of the database does not tell the codes.
 */
import type { ProblemCode, ProblemData } from "../kernel/problems.ts";
import { MINUTE_MS, formatInstant, type Instant } from "../kernel/clock.ts";
import { hashOfCode, OneTimeCode, sameCode } from "../kernel/one-time-code.ts";
import type { Order } from "../sales/documents/order-document.ts";

/** Wrong tries, after which no code is taken for a while. */
const MOST_WRONG_CODES = 5;
const CODE_BLOCKED_MINUTES = 15;

export const PickupCode = OneTimeCode;

/** 32 hexadecimal digits. The order makes equal codes of two orders differ. */
export const hashCode = (secret: string, { brand, orderNumber }: Pick<Order, "brand" | "orderNumber">, code: string) =>
  hashOfCode(secret, [brand, orderNumber], code);

/** A new code for an order: nobody has used it or tried it. */
export const freshCode = (codeHash: string) =>
  ({ codeHash, codeUsedBy: null, codeTries: 0, codeBlockedUntil: null }) as const;

/** Why a code is not taken, and the order as the try leaves it, where it was a wrong one. */
export interface CodeFault {
  readonly code: ProblemCode;
  readonly data: ProblemData;
  readonly order?: Order;
}

/** Judges a code by its hash; undefined where it is right. A right code is not taken either while wrong ones have it blocked. */
export function faultOfCode(order: Order, codeHash: string, now: Instant): CodeFault | undefined {
  const { codeBlockedUntil: until } = order;
  if (until !== null && until > now) return { code: "pickup_code_blocked", data: { until: formatInstant(until) } };
  if (sameCode(codeHash, order.codeHash)) {
    return order.codeUsedBy === null ? undefined : { code: "pickup_code_used", data: {} };
  }
  const codeTries = order.codeTries + 1;
  const blocks = codeTries >= MOST_WRONG_CODES;
  const codeBlockedUntil = blocks ? now + CODE_BLOCKED_MINUTES * MINUTE_MS : null;
  return {
    code: "pickup_code_wrong",
    data: { triesLeft: blocks ? 0 : MOST_WRONG_CODES - codeTries },
    order: { ...order, codeTries: blocks ? 0 : codeTries, codeBlockedUntil },
  };
}
