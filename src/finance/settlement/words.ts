/** Words of settlements. */
export const SETTLEMENT_STATUSES = ["draft", "agreed", "paid", "dropped"] as const;
export type SettlementStatus = (typeof SETTLEMENT_STATUSES)[number];

/**
 * What a line is for: bonuses that were spent in the period; what of it came back in the period; debts of members that were paid
 * with another entity's bonuses; and what corrects an earlier period.
 */
export const SECTIONS = ["spent", "returned", "debts", "credit_note"] as const;
export type Section = (typeof SECTIONS)[number];
