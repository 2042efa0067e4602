/** Words of adjustments. */
import { DAY_MS } from "../../kernel/clock.ts";

export const ADJUSTMENT_STATES = ["applied", "awaiting_approval", "rejected", "expired"] as const;
export type AdjustmentState = (typeof ADJUSTMENT_STATES)[number];

/** Days for which an adjustment waits for a second person. */
export const ADJUSTMENT_DAYS = 7;
export const ADJUSTMENT_MS = ADJUSTMENT_DAYS * DAY_MS;

/**
 * The number of an incident as a tracker gives it: the letters of its queue, a dash, digits: `INC-10482`. Nothing that names a
 * person fits.
 */
export const INCIDENT = /^[A-Z][A-Z0-9]{1,9}-[0-9]{1,12}$/;
