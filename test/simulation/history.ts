/** Random histories, in two parts: commands of all kinds, or steps of a few orders that go far, or debts, or prices that have fallen. */
import fc from "fast-check";
import type { Command, CommandOf, History, Wish } from "./commands.ts";

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

/** A command of a kind with all its fields. */
const command = <O extends Command["op"]>(
  op: O,
  fields: { [F in Exclude<keyof CommandOf<O>, "op">]: fc.Arbitrary<CommandOf<O>[F]> },
): fc.Arbitrary<Command> => fc.record({ op: fc.constant(op), ...fields }) as unknown as fc.Arbitrary<Command>;

const granted = {
  who,
  store,
  kind: fc.constantFrom("ordinary" as const, "promo" as const, "promo" as const, "offer" as const),
  amount: fc.oneof(fc.bigInt({ min: 1n, max: 400_00n }), fc.bigInt({ min: 1n, max: 9_000_00n })),
  hours: orNull(fc.integer({ min: 1, max: 30 * 24 }), 2),
};
const grant = command("grant", granted);
const share = fc.integer({ min: 1, max: 1050 });

const order = {
  ...basket,
  wish: fc.oneof(wish, fc.constant("max" as const)),
  quoted: fc.boolean(),
  ready: fc.constantFrom(true, true, true, false),
  at: store,
  storageDays: orNull(fc.constantFrom(1, 7, 14), 3),
};
const pickUp = {
  pick,
  lines: fc.oneof(fc.constant(null), lines, fc.constant("paid" as const)),
  price: orNull(fc.constantFrom(0, 30, 60, 90, 100, 110, 150), 4),
  added: orNull(fc.record({ goods: fc.array(goods, { minLength: 1, maxLength: 2 }), wish, quoted: fc.boolean() }), 2),
  code: sometimes(9).map((each) => (each ? ("wrong" as const) : ("right" as const))),
  elsewhere: sometimes(15),
};

const COMMANDS: Readonly<Record<Command["op"], fc.Arbitrary<Command>>> = {
  grant,
  quote: command("quote", basket),
  buy: command("buy", { ...basket, quoted: fc.boolean(), late, reuse: fc.boolean() }),
  buyQuoted: command("buyQuoted", { pick, change: fc.constantFrom("none", "none", "none", "price", "member") }),
  return: command("return", { pick, store, by: fc.constantFrom("id", "receipt"), lines, late }),
  returnEarly: command("returnEarly", { store, at: store, lines }),
  reverse: command("reverse", {
    what: fc.constantFrom("purchase", "purchase", "pickup", "pickup", "return", "return", "unseen"),
    pick,
  }),
  hold: command("hold", { who, store, share, minutes: fc.integer({ min: 0, max: 10 * DAY }) }),
  capture: command("capture", { pick, share, final: fc.boolean() }),
  release: command("release", { pick }),
  order: command("order", order),
  ready: command("ready", { pick }),
  code: command("code", { pick }),
  reroute: command("reroute", { pick, store }),
  cancel: command("cancel", { pick, lines: orNull(lines, 3) }),
  pickUp: command("pickUp", pickUp),
  guess: command("guess", { pick, times: fc.constantFrom(1, 4, 5, 6, 6, 6) }),
  stage: command("stage", { stage: fc.constantFrom(0, 0, 1, 2, 3), minutes: fc.integer({ min: 1, max: DAY }) }),
  time: command("time", { minutes }),
  edge: command("edge", { before: fc.boolean() }),
  retry: command("retry", {
    pick,
    how: fc.constantFrom("same", "same", "new_key", "other_body", "new_key_other_body"),
  }),
  jobs: command("jobs", {}),
};

type Weights = Readonly<Partial<Record<Command["op"], number>>>;

const SALES: Weights = { grant: 5, quote: 2, buy: 12, buyQuoted: 2, return: 10, returnEarly: 1, reverse: 5 };
const HOLDS: Weights = { hold: 7, capture: 9, release: 7 };
const ORDERS: Weights = { order: 9, ready: 4, code: 4, reroute: 3, cancel: 4, pickUp: 12, guess: 3 };
const TIME: Weights = { stage: 2, time: 9, edge: 4, retry: 5, jobs: 1 };
const EVERYTHING: Weights = { ...SALES, ...HOLDS, ...ORDERS, ...TIME };

/** A few orders, each with many steps; so that one is undone after another. */
const STEPS: Weights = { order: 5, ready: 8, code: 8, reroute: 7, cancel: 4, pickUp: 18, guess: 4, reverse: 10 };
const MEANWHILE: Weights = { grant: 4, buy: 2, return: 5, hold: 2, capture: 3, release: 2, stage: 2, time: 4, edge: 2 };
const FEW_ORDERS: Weights = { ...STEPS, ...MEANWHILE, retry: 2, jobs: 1 };

/** Bonuses are spent as soon as they are active, and goods come back that have earned them: what is owed then, and by whom. */
const DEBTS: Weights = { grant: 1, buy: 12, return: 10, reverse: 5, edge: 9, time: 2, ...HOLDS, retry: 1 };

/** Commands by their weights; some of them, perhaps, of a special kind. */
function anyOf(weights: Weights, special: Partial<typeof COMMANDS> = {}): fc.Arbitrary<Command> {
  const commands = { ...COMMANDS, ...special };
  const all = Object.entries(weights) as [Command["op"], number][];
  return fc.oneof(...all.map(([op, weight]) => ({ weight, arbitrary: commands[op] })));
}

/** Orders that bonuses pay for; prices have fallen when they are collected, and it is undone. */
const FALLEN = anyOf(
  { grant: 4, order: 5, code: 5, pickUp: 12, reverse: 12, return: 3, ready: 2, time: 1, guess: 2 },
  {
    grant: command("grant", { ...granted, kind: fc.constant("offer" as const) }),
    order: command("order", { ...order, wish: fc.constant("max" as const) }),
    pickUp: command("pickUp", {
      ...pickUp,
      lines: fc.constantFrom(null, "paid" as const),
      price: fc.constantFrom(0, 30, 60, 90),
    }),
    reverse: command("reverse", { what: fc.constant("pickup" as const), pick }),
  },
);

/** Somebody has something to spend before all the rest; what one part has left behind is there in the other. */
export function history(longest: number): fc.Arbitrary<History> {
  const bounds = { minLength: Math.ceil(longest / 12), maxLength: Math.floor(longest / 2), size: "max" } as const;
  const life = (weight: number, any: fc.Arbitrary<Command>) => ({
    weight,
    arbitrary: fc.noBias(fc.array(any, bounds)),
  });
  const part = fc.oneof(life(4, anyOf(EVERYTHING)), life(4, anyOf(FEW_ORDERS)), life(2, anyOf(DEBTS)), life(5, FALLEN));
  const commands = fc
    .tuple(fc.array(grant, { minLength: 1, maxLength: 5 }), part, part)
    .map((parts): Command[] => parts.flat());
  return fc.record({ begins: fc.nat({ max: 400 * DAY }), commands });
}
