/** What a basket comes to: how much of it bonuses may pay, how that is spread over its lines, and what the money earns. */
import { least, total } from "./amounts.ts";
import { type Asked, earnedBy, type Goods, mostOf, priceOf } from "./rules.ts";

export interface PlannedLine {
  readonly goods: Goods;
  readonly price: bigint;
  readonly most: bigint;
  readonly spend: bigint;
  readonly earned: bigint;
}

export interface Plan {
  readonly lines: readonly PlannedLine[];
  readonly price: bigint;
  readonly maxSpend: bigint;
  readonly spend: bigint;
  readonly earned: bigint;
}

/** What is refused, and why. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
}

export const isRefusal = (found: object): found is Refusal => "code" in found;

export function planOf(basket: readonly Goods[], spendable: bigint, asked: Asked): Plan | Refusal {
  const most = basket.map(mostOf);
  const allowed = total(most);
  const maxSpend = least(allowed, spendable);
  const spend = asked === "max" ? maxSpend : asked;
  if (spend > spendable) return { status: 409, code: "insufficient_bonuses" };
  if (spend > allowed) return { status: 409, code: "spend_over_limit" };
  const spends = spread(spend, most);
  const lines = basket.map((goods, index) => lineOf(goods, most[index] ?? 0n, spends[index] ?? 0n));
  return added(lines, maxSpend);
}

export function lineOf(goods: Goods, most: bigint, spend: bigint): PlannedLine {
  const price = priceOf(goods);
  return { goods, price, most, spend, earned: earnedBy(goods, price - spend) };
}

export function added(lines: readonly PlannedLine[], maxSpend: bigint): Plan {
  return {
    lines,
    price: total(lines.map(({ price }) => price)),
    maxSpend,
    spend: total(lines.map(({ spend }) => spend)),
    earned: total(lines.map(({ earned }) => earned)),
  };
}

/** Spreads an amount in proportion to weights: rounded down, and then a kopeck more for each of the largest remainders. */
function spread(amount: bigint, weights: readonly bigint[]): bigint[] {
  const whole = total(weights);
  if (whole === 0n) return weights.map(() => 0n);
  const shares = weights.map((weight, index) => {
    return { index, share: (amount * weight) / whole, remainder: (amount * weight) % whole };
  });
  const short = Number(amount - total(shares.map(({ share }) => share)));
  const lucky = [...shares].sort((a, b) => Number(b.remainder - a.remainder) || a.index - b.index).slice(0, short);
  return shares.map((each) => each.share + (lucky.includes(each) ? 1n : 0n));
}

/** The figures that a customer is shown. */
export const figures = ({ lines, maxSpend, spend }: Plan): string =>
  [maxSpend, spend, ...lines.flatMap((line) => [line.price, line.most, line.spend, line.earned])].join(" ");
