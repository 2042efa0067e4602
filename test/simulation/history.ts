/** Histories: what members, tills, a checkout and time do. Small numbers that choose; what they choose from is known when it happens. */
import fc from "fast-check";
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
  | { readonly op: "ready" | "code"; readonly pick: number }
  | { readonly op: "reroute"; readonly pick: number; readonly store: number }
  | { readonly op: "cancel"; readonly pick: number; readonly lines: LineChoice | null }
  | {
      readonly op: "pickUp";
      readonly pick: number;
      readonly lines: LineChoice | null;
      /** In per cent of the price that was ordered at; null: no price is sent. */
      readonly price: number | null;
      readonly added: (Pick<Basket, "goods" | "wish"> & { readonly quoted: boolean }) | null;
      readonly code: "right" | "wrong";
      readonly elsewhere: boolean;
    }
  | { readonly op: "guess"; readonly pick: number; readonly times: number }
  | { readonly op: "time"; readonly minutes: number }
  | { readonly op: "edge"; readonly before: boolean }
  | {
      readonly op: "retry";
      readonly pick: number;
      readonly how: "same" | "new_key" | "other_body" | "new_key_other_body";
    }
  | { readonly op: "jobs" };

export type CommandOf<O extends Command["op"]> = Extract<Command, { readonly op: O }>;

const pick = fc.nat({ max: 999 });
const store = fc.nat({ max: 5 });
const who = fc.constantFrom<(0 | 1)[]>(0, 0, 0, 1);
const sometimes = (parts: number) => fc.nat({ max: parts - 1 }).map((each) => each === parts - 1);
const orNull = <T>(one: fc.Arbitrary<T>, freq = 5) => fc.option(one, { nil: null, freq });
const DAY = 1440;

const goods = fc.record({
  category: fc.constantFrom("tv", "tv", "kettles", "kettles", "kettles", "gift-card", "delivery"),
  quantity: fc.constantFrom("1", "1", "1", "2", "3", "3", "5", "7", "0.350", "1.250"),
  unitPrice: fc.oneof(
    fc.constantFrom("0.01", "0.02", "0.03", "0.99", "3.33", "66.67", "99.99", "100.00", "333.33", "1000.00", "4999.99"),
    fc.constantFrom("1000.00", "2500.00", "49990.00"),
    fc.nat({ max: 300_000 }).map((kopecks) => (kopecks / 100).toFixed(2)),
  ),
  noEarn: sometimes(12),
  noSpend: sometimes(12),
});
const basketGoods = fc.array(goods, { minLength: 1, maxLength: 4 });
const wish: fc.Arbitrary<Wish> = fc.oneof(
  { weight: 3, arbitrary: fc.constant("none" as const) },
  { weight: 5, arbitrary: fc.constant("max" as const) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 1000 }) },
  { weight: 1, arbitrary: fc.constantFrom("over_limit" as const, "too_many" as const) },
);
const basket = {
  who,
  byCard: fc.boolean(),
  store,
  channel: fc.constantFrom("pos" as const, "pos" as const, "web" as const, "app" as const, "call" as const),
  goods: basketGoods,
  wish,
};
const lines = fc.array(fc.record({ line: fc.nat({ max: 3 }), units: fc.nat({ max: 9 }) }), {
  minLength: 1,
  maxLength: 3,
});
const late = fc.oneof(
  { weight: 10, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 * DAY }) },
  { weight: 2, arbitrary: fc.integer({ min: 3 * DAY, max: 34 * DAY }) },
  { weight: 1, arbitrary: fc.constantFrom(-5, -6, 35 * DAY, 35 * DAY + 1) },
);

/** Mostly some hours; sometimes minutes, within which quotes and codes live; sometimes days and weeks. */
const minutes = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 20 }) },
  { weight: 5, arbitrary: fc.integer({ min: 30, max: 20 * 60 }) },
  { weight: 3, arbitrary: fc.integer({ min: DAY, max: 3 * DAY }) },
  { weight: 2, arbitrary: fc.integer({ min: 3 * DAY, max: 16 * DAY }) },
  { weight: 1, arbitrary: fc.integer({ min: 16 * DAY, max: 100 * DAY }) },
);

const op = <O extends Command["op"]>(name: O) => fc.constant(name);

const grant = fc.record({
  op: op("grant"),
  who,
  store,
  kind: fc.constantFrom("ordinary" as const, "promo" as const, "promo" as const, "compensation" as const),
  amount: fc.oneof(fc.bigInt({ min: 1n, max: 400_00n }), fc.bigInt({ min: 1n, max: 9_000_00n })),
  hours: orNull(fc.integer({ min: 1, max: 30 * 24 }), 2),
});

const sales: fc.WeightedArbitrary<Command>[] = [
  { weight: 5, arbitrary: grant },
  { weight: 2, arbitrary: fc.record({ op: op("quote"), ...basket }) },
  {
    weight: 12,
    arbitrary: fc.record({ op: op("buy"), ...basket, quoted: fc.boolean(), late, reuse: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: op("buyQuoted"),
      pick,
      change: fc.constantFrom("none" as const, "none" as const, "none" as const, "price" as const, "member" as const),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      op: op("return"),
      pick,
      store,
      by: fc.constantFrom("id" as const, "receipt" as const),
      lines,
      late,
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: op("returnEarly"), store, at: store, lines }) },
  {
    weight: 4,
    arbitrary: fc.record({
      op: op("reverse"),
      what: fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom("purchase" as const, "pickup" as const, "return" as const) },
        { weight: 1, arbitrary: fc.constant("unseen" as const) },
      ),
      pick,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: op("hold"),
      who,
      store,
      share: fc.integer({ min: 1, max: 1050 }),
      minutes: fc.integer({ min: 0, max: 10 * DAY }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ op: op("capture"), pick, share: fc.integer({ min: 1, max: 1050 }), final: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ op: op("release"), pick }) },
];

const orders: fc.WeightedArbitrary<Command>[] = [
  {
    weight: 9,
    arbitrary: fc.record({
      op: op("order"),
      ...basket,
      quoted: fc.boolean(),
      /** Made ready at once. */
      ready: fc.constantFrom(true, true, true, false),
      at: store,
      storageDays: orNull(fc.constantFrom(1, 7, 14), 3),
    }),
  },
  { weight: 4, arbitrary: fc.record({ op: op("ready"), pick }) },
  { weight: 4, arbitrary: fc.record({ op: op("code"), pick }) },
  { weight: 3, arbitrary: fc.record({ op: op("reroute"), pick, store }) },
  { weight: 4, arbitrary: fc.record({ op: op("cancel"), pick, lines: orNull(lines, 3) }) },
  {
    weight: 12,
    arbitrary: fc.record({
      op: op("pickUp"),
      pick,
      lines: orNull(lines, 2),
      price: orNull(fc.constantFrom(0, 30, 60, 90, 100, 110, 150), 2),
      added: orNull(
        fc.record({ goods: fc.array(goods, { minLength: 1, maxLength: 2 }), wish, quoted: fc.boolean() }),
        1,
      ),
      code: sometimes(9).map((each) => (each ? "wrong" : "right")),
      elsewhere: sometimes(15),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: op("guess"), pick, times: fc.integer({ min: 1, max: 6 }) }) },
];

const time: fc.WeightedArbitrary<Command>[] = [
  { weight: 9, arbitrary: fc.record({ op: op("time"), minutes }) },
  { weight: 4, arbitrary: fc.record({ op: op("edge"), before: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      op: op("retry"),
      pick,
      how: fc.constantFrom(
        "same" as const,
        "same" as const,
        "new_key" as const,
        "other_body" as const,
        "new_key_other_body" as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: op("jobs") }) },
];

export interface History {
  /** Minutes after the first day on which it begins. */
  readonly begins: number;
  readonly commands: readonly Command[];
}

/** Somebody has something to spend before all the rest. */
export function history(longest: number): fc.Arbitrary<History> {
  const any = fc.oneof(...sales, ...orders, ...time);
  const commands = fc
    .tuple(
      fc.array(grant, { maxLength: 4 }),
      fc.noBias(fc.array(any, { minLength: 1, maxLength: longest, size: "max" })),
    )
    .map(([grants, rest]): Command[] => [...grants, ...rest]);
  return fc.record({ begins: fc.nat({ max: 400 * DAY }), commands });
}
