/** Words of periods. */
export const PERIOD_ACTIONS = ["close", "reopen"] as const;
export type PeriodAction = (typeof PERIOD_ACTIONS)[number];
