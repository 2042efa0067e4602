/** Days and months, as requests name them: those of the years 1 to 9999, since databases know no year before the first. */
import { z } from "@hono/zod-openapi";

const MONTH = "(?!0000)[0-9]{4}-(0[1-9]|1[0-2])";
const MONTH_PATTERN = `^${MONTH}$`;
const DATE_PATTERN = `^${MONTH}-(0[1-9]|[12][0-9]|3[01])$`;
const [IS_MONTH, IS_DATE] = [new RegExp(MONTH_PATTERN), new RegExp(DATE_PATTERN)];

/** A calendar date. */
export const CalendarDate = z
  .string()
  .refine((value) => IS_DATE.test(value) && isInItsMonth(value), {
    message: "a date is written 1990-12-31",
    abort: true,
  })
  .openapi({ format: "date", pattern: DATE_PATTERN, example: "1990-12-31" });

/** A calendar month. */
export const CalendarMonth = z
  .string()
  .refine((value) => IS_MONTH.test(value), { message: "a month is written 2026-03", abort: true })
  .openapi({ pattern: MONTH_PATTERN, example: "2026-03" });

/** JavaScript reads the 30th of February as the 2nd of March. */
const isInItsMonth = (value: string): boolean => new Date(`${value}T00:00:00Z`).toJSON().startsWith(value);
