/** Months of the programme's calendar, written `2026-03`. */
import type { Instant } from "../../kernel/clock.ts";
import { addPeriod, localDate, type LocalDate } from "../../kernel/zone.ts";

export type Month = string;

export const firstDayOf = (month: Month): LocalDate => `${month}-01`;
export const firstDayAfter = (month: Month): LocalDate => addPeriod(firstDayOf(month), { months: 1 });
export const lastDayOf = (month: Month): LocalDate => addPeriod(firstDayAfter(month), { days: -1 });
export const monthOf = (day: LocalDate): Month => day.slice(0, 7);
export const monthBefore = (day: LocalDate): Month => monthOf(addPeriod(firstDayOf(monthOf(day)), { months: -1 }));

/** Whether its last day has ended in a zone. */
export const isOver = (month: Month, now: Instant, zone: string): boolean => monthOf(localDate(now, zone)) > month;
