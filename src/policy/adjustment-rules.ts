/** The rules of adjustments: for which reasons, up to which amounts, and when it takes two people. */
import { z } from "zod";
import { AMOUNT_PATTERN } from "../kernel/amount.ts";
import { text } from "../kernel/fields.ts";

/** Credit: bonuses are given; debit: bonuses are taken. */
export const DIRECTIONS = ["credit", "debit"] as const;
export type Direction = (typeof DIRECTIONS)[number];

const MOST_REASONS = 100;
const MOST_CATEGORIES = 30;
/** Whose limits the rules state; whoever has several of these scopes has the greatest of their limits. */
export const ADJUSTING_SCOPES = ["support", "finance"] as const;

const Code = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "small letters, digits and underscores, at most 40");
const Name = z.strictObject({ ru: text(100), en: text(100) });
const Amount = z.string().regex(AMOUNT_PATTERN);

export const AdjustmentRules = z.strictObject({
  /** What is more than this needs a second person. */
  approvalAbove: Amount,
  /** Categories of write-off, by which cost is told. */
  categories: z
    .array(z.strictObject({ code: Code, name: Name }))
    .min(1)
    .max(MOST_CATEGORIES),
  /** The code names an account, `adjustment:<code>`: one that was used keeps its meaning for ever. */
  reasons: z
    .array(
      z.strictObject({
        code: Code,
        category: Code,
        name: Name,
        directions: z.array(z.enum(DIRECTIONS)).min(1).max(DIRECTIONS.length),
        /** Whether the reference of an incident must be given. */
        needsIncident: z.boolean(),
      }),
    )
    .min(1)
    .max(MOST_REASONS),
  /** What one member of staff may adjust on one day of the programme's zone; a scope without a limit adjusts nothing. */
  limits: z
    .array(z.strictObject({ scope: z.enum(ADJUSTING_SCOPES), count: z.int().min(0).max(10_000), amount: Amount }))
    .max(ADJUSTING_SCOPES.length),
});
export type AdjustmentRules = z.infer<typeof AdjustmentRules>;

const BOTH: Direction[] = ["credit", "debit"];

/** What holds where a version says nothing of adjustments. */
export const DEFAULT_ADJUSTMENTS: AdjustmentRules = {
  approvalAbove: "3000.00",
  categories: [
    { code: "service_failure", name: { ru: "Сбой обслуживания", en: "Service failure" } },
    { code: "technical_error", name: { ru: "Техническая ошибка", en: "Technical error" } },
    { code: "goodwill", name: { ru: "Жест доброй воли", en: "Goodwill" } },
    { code: "fraud", name: { ru: "Мошенничество", en: "Fraud" } },
  ],
  reasons: [
    {
      code: "late_delivery",
      category: "service_failure",
      name: { ru: "Задержка доставки или выдачи заказа", en: "A delivery or an order was late" },
      directions: ["credit"],
      needsIncident: true,
    },
    {
      code: "service_complaint",
      category: "service_failure",
      name: { ru: "Жалоба на обслуживание", en: "A complaint about service" },
      directions: ["credit"],
      needsIncident: true,
    },
    {
      code: "missing_bonuses",
      category: "technical_error",
      name: { ru: "Бонусы не начислены", en: "Bonuses were not granted" },
      directions: ["credit"],
      needsIncident: true,
    },
    {
      code: "wrong_bonuses",
      category: "technical_error",
      name: { ru: "Бонусы начислены или списаны ошибочно", en: "Bonuses were granted or spent wrongly" },
      directions: BOTH,
      needsIncident: true,
    },
    {
      code: "goodwill",
      category: "goodwill",
      name: { ru: "Жест доброй воли", en: "Goodwill" },
      directions: ["credit"],
      needsIncident: false,
    },
    {
      code: "stolen_bonuses",
      category: "fraud",
      name: { ru: "Возмещение украденных бонусов", en: "Stolen bonuses made good" },
      directions: ["credit"],
      needsIncident: true,
    },
    {
      code: "fraud_recovery",
      category: "fraud",
      name: { ru: "Изъятие полученного мошенничеством", en: "Recovery of what fraud had brought" },
      directions: ["debit"],
      needsIncident: true,
    },
  ],
  limits: [
    { scope: "support", count: 30, amount: "30000.00" },
    { scope: "finance", count: 200, amount: "1000000.00" },
  ],
};
