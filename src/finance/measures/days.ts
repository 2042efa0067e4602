/** Which days the measures are asked for. */
import { z } from "@hono/zod-openapi";
import { CalendarDate, CalendarMonth } from "../../kernel/calendar.ts";
import { Brand, senseless } from "../../kernel/fields.ts";
import { DAY_MS } from "../../kernel/clock.ts";
import { addPeriod, type LocalDate } from "../../kernel/zone.ts";
import { firstDayOf, lastDayOf } from "../periods/months.ts";

/** Most days of which each is told by itself. */
const MOST_MEASURED_DAYS = 100;

const fields = {
  brand: Brand.optional().openapi({
    description:
      "Of which brand; a client of one brand is shown that one's, and may leave it out. Absent: of each brand, and of the whole programme.",
  }),
  from: CalendarDate.optional().openapi({
    description: "The first day, in the programme's zone. Absent: from the beginning.",
  }),
  to: CalendarDate.optional().openapi({ description: "The last day. Absent: up to now." }),
  month: CalendarMonth.optional().openapi({ description: "All days of a month; instead of `from` and `to`." }),
  by: z
    .enum(["day"])
    .optional()
    .openapi({
      description: `\`day\`: each of the days by itself; of ${MOST_MEASURED_DAYS} days at most. Absent: all of them together.`,
    }),
};
type Asked = { readonly [N in keyof typeof fields]?: string | undefined };

interface Stretch {
  readonly from: LocalDate | undefined;
  readonly to: LocalDate | undefined;
}

/** The first and the last day that were asked for. */
export function stretchOf({ month, from, to }: Asked): Stretch {
  return month === undefined ? { from, to } : { from: firstDayOf(month), to: lastDayOf(month) };
}

/** Each day that was asked for by itself; undefined where they were asked for together. */
export function daysOf(asked: Asked): readonly LocalDate[] | undefined {
  const { from, to } = stretchOf(asked);
  if (asked.by === undefined || from === undefined || to === undefined) return undefined;
  const many = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  const told = Math.max(0, Math.min(many, MOST_MEASURED_DAYS + 1));
  return Array.from({ length: told }, (_, days) => addPeriod(from, { days }));
}

const isOneOf = ({ month, from, to }: Asked): boolean =>
  month === undefined || (from === undefined && to === undefined);
const isInOrder = ({ from, to }: Asked): boolean => from === undefined || to === undefined || from <= to;
const hasItsDays = (asked: Asked): boolean => {
  const days = daysOf(asked);
  return asked.by === undefined || (days !== undefined && days.length <= MOST_MEASURED_DAYS);
};

export const MeasuredDays = z
  .strictObject(fields)
  .refine(isOneOf, { ...senseless("give a month, or the first and the last day"), path: ["month"] })
  .refine(isInOrder, { ...senseless("the first day comes after the last"), path: ["from"] })
  .refine(hasItsDays, {
    ...senseless(`by day, give a month, or the first and the last of ${MOST_MEASURED_DAYS} days at most`),
    path: ["by"],
  });
