/** The form of a policy: the programme's rules as data. Versions of it are rows; none is ever a constant in code. */
import { z } from "zod";
import { AMOUNT_PATTERN } from "../kernel/amount.ts";
import { isTimeZone } from "../kernel/zone.ts";
import { LOT_KINDS } from "../ledger/account.ts";

/** A rate or share, as a decimal string: `"0.03"`. */
const Rate = z.string().regex(/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/);
const Period = z.union([
  z.strictObject({ days: z.int().min(0).max(3660) }),
  z.strictObject({ months: z.int().min(0).max(120) }),
]);
/** A lot ends after it begins: no life of nothing. */
const Life = z.union([
  z.strictObject({ days: z.int().min(1).max(3660) }),
  z.strictObject({ months: z.int().min(1).max(120) }),
]);
const Kinds = z.array(z.enum(LOT_KINDS));

export const PolicyRules = z.strictObject({
  /** The zone in which days of the programme begin and end. */
  zone: z.string().refine(isTimeZone),
  earning: z.strictObject({
    /** The most exact match is taken: brand and category, then category, then brand, then neither. */
    rates: z
      .array(z.strictObject({ rate: Rate, brand: z.string().optional(), category: z.string().optional() }))
      .min(1),
    excludedCategories: z.array(z.string()),
  }),
  burning: z.strictObject({
    /** The greatest share of a line's price that bonuses may pay; most exact match as above. */
    shares: z
      .array(z.strictObject({ share: Rate, brand: z.string().optional(), category: z.string().optional() }))
      .min(1),
    excludedCategories: z.array(z.string()),
    /** Money that each unit keeps, where it is sold for money. */
    minimumMoneyPerUnit: z.string().regex(AMOUNT_PATTERN),
    order: z.array(z.enum(["promo-first", "own-brand-first"])),
  }),
  /** By kind: how long after the day of the goods (or of the grant) the bonuses become active; absent, at once. */
  activation: z.partialRecord(z.enum(LOT_KINDS), Period),
  /** By kind: how long after the day of activation they live. */
  life: z.record(z.enum(LOT_KINDS), Life),
  /** A later purchase moves the end of lots of these kinds to at least this long after its day. */
  extension: z.strictObject({ kinds: Kinds, period: Period }),
  /** Whose bonuses may be spent where; `*` is any brand. */
  rollout: z.array(z.strictObject({ issuer: z.string(), seller: z.string() })),
  /** Life of what a return brings back into a lot that has ended. */
  returnGrace: Period,
  holds: z.strictObject({ longestDays: z.int().min(1).max(366) }),
  receipts: z.strictObject({ lateDays: z.int().min(0), earlyMinutes: z.int().min(0) }),
});
export type PolicyRules = z.infer<typeof PolicyRules>;
