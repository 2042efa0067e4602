/** What the steps of a replay share: where they count, whom they know, and how they read an answer. */
import type { Step } from "../client/timeline.ts";
import { type Answer, isPassing, problemOf } from "../client/api.ts";
import type { Instant } from "../../kernel/clock.ts";
import type { Brand } from "../client/brands.ts";
import type { Totals } from "../report/totals.ts";
import type { Diary } from "./diary.ts";
import type { Tally } from "./fate.ts";
import type { Habits } from "./habits.ts";
import type { OrderTotals } from "./order-totals.ts";
import type { Planner } from "./plan.ts";

export interface Replay {
  readonly seed: string;
  readonly planner: Planner;
  readonly tally: Tally;
  readonly totals: Totals;
  readonly orders: OrderTotals;
  /** The brand that registered each customer: that of the first invoice. */
  readonly homes: Map<string, Brand>;
  /** Members by card, as they are registered. */
  readonly members: Map<string, string>;
  readonly habits: Habits;
  readonly diary: Diary;
  /** What happens to a customer right after the first registration. */
  readonly welcome: (replay: Replay, customer: string, at: Instant) => Iterable<Step>;
}

/** What keeps a customer's steps in their order. */
export const customerKey = (customer: string): string => `customer ${customer}`;

/** How a till or a checkout names a customer. */
export const cardNamed = (value: string | null) => (value === null ? {} : { identifier: { kind: "card", value } });

/** The code of a refusal by the ledger's rules; null for a success. Faults are not outcomes, and end the replay. */
export function refusalOf(answer: Answer): string | null {
  if (answer.status < 300) return null;
  if (answer.status >= 500 || isPassing(answer.status)) throw new Error(`the service failed: ${problemOf(answer)}`);
  return problemOf(answer);
}
