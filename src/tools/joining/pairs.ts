/**
 * Which customers of a year are registered as two members, when they are one, which card they show, and what they spend. All
 * of it follows from the invoices, so a run that knows of no pairs can spend by the same rule.
 */
import { formatAmount } from "../../kernel/amount.ts";
import { DAY_MS, type Instant } from "../../kernel/clock.ts";
import { otherBrand, type Brand } from "../client/brands.ts";
import type { Diary } from "../replay/diary.ts";
import { chanceOf, type Habits, oneCard } from "../replay/habits.ts";
import type { Invoice } from "../replay/invoice.ts";
import { endOfYear } from "../replay/run.ts";
import { brandOf } from "../replay/shop.ts";

const PAIR_EVERY = 10;

/** Days on which members are joined and parted: at midnight (UTC). */
export interface Calendar {
  readonly half: Instant;
  readonly threeQuarters: Instant;
  readonly end: Instant;
}

export function calendarOf(invoices: readonly Invoice[]): Calendar {
  const [first, last] = [invoices[0]?.at ?? 0, invoices.at(-1)?.at ?? 0];
  const after = (quarters: number): Instant => Math.floor((first + ((last - first) * quarters) / 4) / DAY_MS) * DAY_MS;
  return { half: after(2), threeQuarters: after(3), end: endOfYear(invoices) };
}

/** A customer who is two members. */
export interface Pair {
  readonly customer: string;
  /** The brand of the first invoice: of the first card. */
  readonly home: Brand;
  readonly cards: readonly [string, string];
  readonly since: Instant;
  /** Spends only what is the same whether it is one wallet or two. */
  readonly careful: boolean;
  /** The first invoice with goods once the two are one. */
  firstAsOne: string | null;
}

/** Every tenth customer, in the order of their first invoices; every second of these is careful. */
export function pairsIn(invoices: readonly Invoice[], { half, threeQuarters }: Calendar): Map<string, Pair> {
  const known = new Set<string>();
  const pairs = new Map<string, Pair>();
  for (const { customer, number, at, lines } of invoices) {
    if (customer === null) continue;
    if (!known.has(customer)) {
      known.add(customer);
      if (known.size % PAIR_EVERY === 0) {
        const careful = pairs.size % 2 === 0;
        const named = { customer, home: brandOf(number), cards: [customer, `9${customer}`] as const, since: at };
        pairs.set(customer, { ...named, careful, firstAsOne: null });
      }
    }
    const pair = pairs.get(customer);
    const isOne = at >= half && at < threeQuarters;
    const hasGoods = lines.some(({ quantity, unitPrice }) => quantity > 0n && unitPrice >= 0n);
    if (pair !== undefined && isOne && hasGoods) pair.firstAsOne ??= number;
  }
  return pairs;
}

type OfInvoice = Pick<Invoice, "number" | "at">;

/** What pairs do, by the calendar. */
class YearOfPairs {
  readonly seed: string;
  readonly pairs: ReadonlyMap<string, Pair>;
  readonly calendar: Calendar;
  readonly plain: Habits;

  constructor(seed: string, pairs: ReadonlyMap<string, Pair>, calendar: Calendar) {
    this.seed = seed;
    this.pairs = pairs;
    this.calendar = calendar;
    this.plain = oneCard(seed);
  }

  /** What a careful one spends; null of everybody else. */
  careful(customer: string, invoice: OfInvoice, receiptNumber: string): string | null {
    const pair = this.pairs.get(customer);
    if (pair?.careful !== true) return null;
    const { half, threeQuarters } = this.calendar;
    const isOne = invoice.at >= half && invoice.at < threeQuarters && invoice.number !== pair.firstAsOne;
    return isOne ? this.plain.spendOn(customer, invoice, receiptNumber) : "0.00";
  }

  /** Of which brand's card an invoice is: of the seller's own, and while the two are one, of either's by chance. */
  cardOf(pair: Pair, { number, at }: OfInvoice): string {
    const { half, threeQuarters } = this.calendar;
    const isOne = at >= half && at < threeQuarters;
    const isFirst = isOne ? chanceOf(this.seed, `card ${number}`) % 2 === 0 : brandOf(number) === pair.home;
    return pair.cards[isFirst ? 0 : 1];
  }
}

/**
 * The habits of a run in which pairs are two members. One that owes something since it was parted spends no more: as two the
 * other could, and as one member it has less than nothing.
 */
export function pairedHabits(
  seed: string,
  pairs: ReadonlyMap<string, Pair>,
  calendar: Calendar,
  owes: (customer: string) => boolean,
): Habits {
  const year = new YearOfPairs(seed, pairs, calendar);
  return {
    profilesOf(customer, home) {
      const pair = pairs.get(customer);
      if (pair === undefined) return year.plain.profilesOf(customer, home);
      const [one, other] = pair.cards;
      return [
        { brand: home, externalId: customer, card: one },
        { brand: otherBrand(home), externalId: customer, card: other },
      ];
    },
    cardOf(customer, invoice) {
      const pair = pairs.get(customer);
      return pair === undefined ? customer : year.cardOf(pair, invoice);
    },
    spendOn(customer, invoice, receiptNumber) {
      if (owes(customer)) return "0.00";
      return year.careful(customer, invoice, receiptNumber) ?? year.plain.spendOn(customer, invoice, receiptNumber);
    },
  };
}

/** The habits of the run without: everybody is one member. Pairs spend on each receipt what they have spent as two, all others by the rule. */
export function singleHabits(seed: string, pairs: ReadonlyMap<string, Pair>, asTwo: Diary): Habits {
  const plain = oneCard(seed);
  return {
    ...plain,
    spendOn(customer, invoice, receiptNumber) {
      if (!pairs.has(customer)) return plain.spendOn(customer, invoice, receiptNumber);
      const entry = asTwo.entries.get(receiptNumber);
      return formatAmount(asTwo.held.get(receiptNumber) ?? (entry?.kind === "sale" ? entry.spent : 0n));
    },
  };
}
