/**
 * The measures, each in terms of figures: this is the one place that says what each is. Numerators and denominators can be added up
 * over days and brands, shares cannot; the whole programme's are added up so, but for its members and its settled months, which are counted once.
 */
import { formatAmount } from "../../kernel/amount.ts";
import { halfUpToShare } from "../../kernel/rounding.ts";
import { type FigureName, FIGURES, HOLDERS, type Holder, MEMBERS_HOLD, receiptsOf, salesOf } from "./figures.ts";

/** Minor units, or counts; what is absent is zero. */
export type FigureValues = ReadonlyMap<FigureName, bigint>;

interface Share {
  readonly of: readonly FigureName[];
  readonly among: readonly FigureName[];
  /** For the document: what it says. */
  readonly note: string;
}

const HOLDER_NAMES = Object.keys(HOLDERS) as Holder[];

export const SHARES = {
  penetration: {
    of: MEMBERS_HOLD.map(receiptsOf),
    among: HOLDER_NAMES.map(receiptsOf),
    note: "Loyalty penetration: receipts of members, among all receipts that the ledger was sent: those without a card and those whose card leads to nobody yet included. Reversed receipts count nowhere; returns do not change it.",
  },
  salesPenetration: {
    of: MEMBERS_HOLD.map(salesOf),
    among: HOLDER_NAMES.map(salesOf),
    note: "The same by value: totals of receipts, as sold, before returns.",
  },
  crossBrandPurchases: {
    of: [receiptsOf("away")],
    among: [receiptsOf("home"), receiptsOf("away")],
    note: "Receipts of members at another brand than that of the profile whose identifier was presented, among receipts of members at which one was presented.",
  },
  crossBrandSpending: {
    of: ["redeemed_of_others"],
    among: ["redeemed"],
    note: "Bonuses that another brand had granted, among all bonuses taken at this brand's tills, less what came back.",
  },
  overlap: {
    of: ["members_shared"],
    among: ["members"],
    note: "Overlap of the bases, at the end of the last day: members who have a profile of another brand as well, among members who have a profile of this one; of the whole programme, those with profiles of several among all members. The erased do not count.",
  },
} as const satisfies Readonly<Record<string, Share>>;
export type ShareName = keyof typeof SHARES;
export const SHARE_NAMES = Object.keys(SHARES) as ShareName[];

interface Mean {
  readonly days: FigureName;
  readonly months: FigureName;
  /** For the document: what it says. */
  readonly note: string;
}

export const MEANS = {
  timeToAgree: {
    days: "days_to_agreed",
    months: "months_agreed",
    note: "Time to settle: days from the end of a month until both sides have agreed to its settlement, of the months that were agreed on these days.",
  },
  timeToPay: {
    days: "days_to_paid",
    months: "months_paid",
    note: "The same until it was noted as paid, of the months that were paid on these days.",
  },
} as const satisfies Readonly<Record<string, Mean>>;
export type MeanName = keyof typeof MEANS;
export const MEAN_NAMES = Object.keys(MEANS) as MeanName[];

const AMOUNTS = {
  granted: "granted",
  clawedBack: "clawed_back",
  spent: "spent",
  expired: "expired",
  redeemed: "redeemed",
  redeemedOfOthers: "redeemed_of_others",
  liability: "liability",
  debt: "debt",
} as const satisfies Readonly<Record<string, FigureName>>;
export type AmountName = keyof typeof AMOUNTS;
export const AMOUNT_NAMES = Object.keys(AMOUNTS) as AmountName[];

export const noteOf = (name: AmountName): string => FIGURES[AMOUNTS[name]].note;

const sumOf = (values: FigureValues, names: readonly FigureName[]): bigint =>
  names.reduce((sum, name) => sum + (values.get(name) ?? 0n), 0n);

function shareOf(values: FigureValues, name: ShareName) {
  const { of, among }: Share = SHARES[name];
  const [numerator, denominator] = [sumOf(values, of), sumOf(values, among)];
  const isAmount = of.some((each) => FIGURES[each].unit === "amount");
  const shown = (value: bigint) => (isAmount ? formatAmount(value) : value.toString());
  return {
    numerator: shown(numerator),
    denominator: shown(denominator),
    share: halfUpToShare(numerator, denominator),
  };
}

function meanOf(values: FigureValues, name: MeanName) {
  const [days, months] = [sumOf(values, [MEANS[name].days]), sumOf(values, [MEANS[name].months])];
  return { days: Number(days), months: Number(months), mean: halfUpToShare(days, months) };
}

const each = <N extends string, V>(names: readonly N[], valueOf: (name: N) => V) =>
  Object.fromEntries(names.map((name) => [name, valueOf(name)])) as Record<N, V>;

/** All measures, as they are answered. */
export const measuresOf = (values: FigureValues) => ({
  receipts: each(HOLDER_NAMES, (holder) => Number(sumOf(values, [receiptsOf(holder)]))),
  ...each(SHARE_NAMES, (name) => shareOf(values, name)),
  ...each(MEAN_NAMES, (name) => meanOf(values, name)),
  ...each(AMOUNT_NAMES, (name) => formatAmount(sumOf(values, [AMOUNTS[name]]))),
});
