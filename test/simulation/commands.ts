/** What members, tills, a checkout and time do. Small numbers that choose; what they choose from is known when it happens. */
import type { Kind } from "./model/rules.ts";

type GoodsWish = {
  readonly category: string;
  readonly quantity: string;
  readonly unitPrice: string;
  readonly noEarn: boolean;
  readonly noSpend: boolean;
};

/** How many bonuses: none, the most, a share (in thousandths) of the most, more than the rules let, or more than there are. */
export type Wish = "none" | "max" | "over_limit" | "too_many" | number;

/** Some lines of a receipt or an order, and how many of each; counted on where there are fewer. */
export type LineChoice = readonly { readonly line: number; readonly units: number }[];

interface Basket {
  readonly who: 0 | 1;
  readonly byCard: boolean;
  readonly store: number;
  readonly channel: "pos" | "web" | "app" | "call";
  readonly goods: readonly GoodsWish[];
  readonly wish: Wish;
}

/** `pick` chooses among what there is; `late` is in minutes, below zero for a till whose clock is ahead. */
export type Command =
  | {
      readonly op: "grant";
      readonly who: 0 | 1;
      readonly store: number;
      readonly kind: Kind;
      readonly amount: bigint;
      readonly hours: number | null;
    }
  | ({ readonly op: "quote" } & Basket)
  | ({ readonly op: "buy"; readonly quoted: boolean; readonly late: number; readonly reuse: boolean } & Basket)
  | { readonly op: "buyQuoted"; readonly pick: number; readonly change: "none" | "price" | "member" }
  | {
      readonly op: "return";
      readonly pick: number;
      readonly store: number;
      readonly by: "id" | "receipt";
      readonly lines: LineChoice;
      readonly late: number;
    }
  | { readonly op: "returnEarly"; readonly store: number; readonly at: number; readonly lines: LineChoice }
  | { readonly op: "reverse"; readonly what: "purchase" | "pickup" | "return" | "unseen"; readonly pick: number }
  | {
      readonly op: "hold";
      readonly who: 0 | 1;
      readonly store: number;
      readonly share: number;
      readonly minutes: number;
    }
  | { readonly op: "capture"; readonly pick: number; readonly share: number; readonly final: boolean }
  | { readonly op: "release"; readonly pick: number }
  | ({
      readonly op: "order";
      readonly quoted: boolean;
      readonly ready: boolean;
      readonly storageDays: number | null;
      readonly at: number;
    } & Basket)
  | { readonly op: "ready"; readonly pick: number }
  | { readonly op: "code"; readonly pick: number }
  | { readonly op: "reroute"; readonly pick: number; readonly store: number }
  | { readonly op: "cancel"; readonly pick: number; readonly lines: LineChoice | null }
  | {
      readonly op: "pickUp";
      readonly pick: number;
      /** Null: all that waits; `paid`: all for which bonuses are held. */
      readonly lines: LineChoice | "paid" | null;
      /** In per cent of the price that was ordered at; null: no price is sent. */
      readonly price: number | null;
      readonly added: (Pick<Basket, "goods" | "wish"> & { readonly quoted: boolean }) | null;
      readonly code: "right" | "wrong";
      readonly elsewhere: boolean;
    }
  | { readonly op: "guess"; readonly pick: number; readonly times: number }
  /** A version of the rules is published, which begins after so many minutes. */
  | { readonly op: "stage"; readonly stage: number; readonly minutes: number }
  | { readonly op: "time"; readonly minutes: number }
  | { readonly op: "edge"; readonly before: boolean }
  | {
      readonly op: "retry";
      readonly pick: number;
      readonly how: "same" | "new_key" | "other_body" | "new_key_other_body";
    }
  | { readonly op: "jobs" };

export type CommandOf<O extends Command["op"]> = Extract<Command, { readonly op: O }>;

export interface History {
  /** Minutes after the first day on which it begins. */
  readonly begins: number;
  readonly commands: readonly Command[];
}
