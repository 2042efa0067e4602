/** The form of a policy: the programme's rules as data. Versions of it are rows; none is ever a constant in code. */
import { z } from "zod";
import { AMOUNT_PATTERN } from "../kernel/amount.ts";
import { senseless, text } from "../kernel/fields.ts";
import { isTimeZone } from "../kernel/zone.ts";
import { AdjustmentRules, DEFAULT_ADJUSTMENTS } from "./adjustment-rules.ts";
import { LOT_KINDS, type LotKind } from "../ledger/account.ts";

/** A rate or share, as a decimal string: `"0.03"`. */
const Rate = z.string().regex(/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/, 'a decimal such as "0.03", no rate is above 1');
const Period = z.union([
  z.strictObject({ days: z.int().min(0).max(3660) }),
  z.strictObject({ months: z.int().min(0).max(120) }),
]);
/** A lot ends after it begins: no life of nothing. */
const Life = z.union([
  z.strictObject({ days: z.int().min(1).max(3660) }),
  z.strictObject({ months: z.int().min(1).max(120) }),
]);
const Kinds = z.array(z.enum(LOT_KINDS)).max(LOT_KINDS.length);
/** How goods are sold. */
export const CHANNELS = ["pos", "web", "app", "call"] as const;
export type Channel = (typeof CHANNELS)[number];
/**
 * What a rule is for: absent, all. Of several rules that fit, the most exact is taken: one that names the category before
 * one that does not, then one that names the brand, then one that names the channel.
 */
const Brand = text(32);
const Category = text(64);
const MOST_RULES = 1_000;
const scope = {
  brand: Brand.optional(),
  category: Category.optional(),
  channel: z.enum(CHANNELS).optional(),
};
const Amount = z.string().regex(AMOUNT_PATTERN);
/** Roubles for one bonus, VAT included: of up to four decimals. */
const Price = z.string().regex(/^(0|[1-9]\d{0,2})\.\d{2,4}$/, 'a price with two to four decimals: "1.00"');
/** A bound in bonuses, as a share of the price of what it bounds, or both: then the lower. */
const Cap = z
  .strictObject({
    per: z.enum(["line", "category", "receipt"]),
    ...scope,
    amount: Amount.optional(),
    share: Rate.optional(),
  })
  .refine(({ amount, share }) => amount !== undefined || share !== undefined, senseless("an amount, a share, or both"));

/** What a cell of the rollout lets be done: spend bonuses of an issuer at a seller, collect an order of one brand at another. */
const FEATURES = ["spending", "pickup"] as const;
export type Feature = (typeof FEATURES)[number];

const Features = z
  .array(z.enum(FEATURES))
  .min(1)
  .max(FEATURES.length)
  .default([...FEATURES]);

const Days = z.int().min(1).max(366);
/** Days until it is ready, at most; of storage then, and of storage that a checkout may ask for. */
const OrderTerms = z.strictObject({
  channel: z.enum(CHANNELS).optional(),
  waitDays: Days,
  storageDays: Days,
  longestStorageDays: Days,
});

/** What holds where rules say nothing of settlement: those of the first version do not. */
export const DEFAULT_SETTLEMENT = { price: "1.00", vat: "0.22" } as const;

/** The share of each kind that is taken to end unspent, where the rules say nothing. */
export const BREAKAGE = { ordinary: "0.2", promo: "0.2", offer: "0.2", compensation: "0.2", opening: "0.2" };

export const PolicyRules = z.strictObject({
  /** The zone in which days of the programme begin and end. */
  zone: z.string().min(1).max(64).refine(isTimeZone, senseless("must be the IANA name of a time zone")),
  earning: z.strictObject({
    rates: z
      .array(z.strictObject({ rate: Rate, ...scope }))
      .min(1)
      .max(MOST_RULES),
    excludedCategories: z.array(Category).max(MOST_RULES),
    /** Whether purchases of a blocked member earn. */
    blockedMembersEarn: z.boolean().default(true),
  }),
  burning: z.strictObject({
    /** The greatest share of a line's price that bonuses may pay. */
    shares: z
      .array(z.strictObject({ share: Rate, ...scope }))
      .min(1)
      .max(MOST_RULES),
    /** Further bounds: of a line, of all lines of a category together, of a receipt. */
    caps: z.array(Cap).max(MOST_RULES).default([]),
    excludedCategories: z.array(Category).max(MOST_RULES),
    /** Money that each unit keeps, where it is sold for money. */
    minimumMoneyPerUnit: Amount,
    order: z.array(z.enum(["promo-first", "own-brand-first"])).max(2),
  }),
  /** By kind: how long after the day of the goods (or of the grant) the bonuses become active; absent, at once. */
  activation: z.strictObject({
    ordinary: Period.optional(),
    promo: Period.optional(),
    offer: Period.optional(),
    compensation: Period.optional(),
    opening: Period.optional(),
  } satisfies Record<LotKind, z.ZodType>),
  /** By kind: how long after the day of activation they live. */
  life: z.strictObject({ ordinary: Life, promo: Life, offer: Life, compensation: Life, opening: Life } satisfies Record<
    LotKind,
    typeof Life
  >),
  /** A later purchase moves the end of lots of these kinds to at least this long after its day. */
  extension: z.strictObject({ kinds: Kinds, period: Period }),
  /** Whose bonuses may be spent at which other brand, and whose orders collected there; `*` is any brand. At home they always may. */
  rollout: z.array(z.strictObject({ issuer: Brand, seller: Brand, features: Features })).max(MOST_RULES),
  /** Life of what a return brings back into a lot that has ended. */
  returnGrace: Period,
  /** `minutes`: how long a till's hold lasts that does not say until when. */
  holds: z.strictObject({ minutes: z.int().min(1).max(1440).default(15), longestDays: z.int().min(1).max(366) }),
  /** How long orders wait, by the channel in which they were placed, or in all others. */
  orders: z
    .array(OrderTerms)
    .min(1)
    .max(CHANNELS.length + 1)
    .default([{ waitDays: 14, storageDays: 3, longestStorageDays: 14 }]),
  merging: z
    .strictObject({
      /** What a link that a customer has started brings, where it is more than this altogether, is not spent for so many hours. */
      coolOff: z.strictObject({ amount: Amount, hours: z.int().min(0).max(720) }),
    })
    .default({ coolOff: { amount: "3000.00", hours: 24 } }),
  /** Days between asking that a member be erased and doing it, in which it may change its mind; the law leaves thirty. */
  erasure: z.strictObject({ waitDays: z.int().min(0).max(30) }).default({ waitDays: 14 }),
  /** By kind: the share of what is granted, and not taken back with its goods, that is taken to end unspent. */
  breakage: z
    .strictObject({ ordinary: Rate, promo: Rate, offer: Rate, compensation: Rate, opening: Rate } satisfies Record<
      LotKind,
      typeof Rate
    >)
    .default(BREAKAGE),
  adjustments: AdjustmentRules.default(DEFAULT_ADJUSTMENTS),
  quotes: z.strictObject({ lifeMinutes: z.int().min(1).max(1440) }).default({ lifeMinutes: 15 }),
  /** What an issuer owes a seller for each bonus of its own that was spent there: by kind where that is named, else one price. */
  settlement: z
    .strictObject({
      price: Price,
      prices: z
        .strictObject({
          ordinary: Price.optional(),
          promo: Price.optional(),
          offer: Price.optional(),
          compensation: Price.optional(),
          opening: Price.optional(),
        } satisfies Record<LotKind, z.ZodType>)
        .default({}),
      /** The rate of the VAT that a price has in it. */
      vat: Rate,
    })
    .default({ ...DEFAULT_SETTLEMENT, prices: {} }),
  receipts: z.strictObject({ lateDays: z.int().min(1).max(3660), earlyMinutes: z.int().min(0).max(1440) }),
});
export type PolicyRules = z.infer<typeof PolicyRules>;
