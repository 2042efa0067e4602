/** Which days the measures are asked for. */
import { z } from "@hono/zod-openapi";
import { Brand, CalendarDate, senseless } from "../../kernel/fields.ts";
import { addPeriod, type LocalDate } from "../../kernel/zone.ts";
import { firstDayAfter, firstDayOf, MONTH } from "../periods/months.ts";

/** Most days of which each is told by itself. */
const MOST_MEASURED_DAYS = 100;

/** The calendar of the database has no year before the first. */
const Day = CalendarDate.refine((value) => value >= "0001", "a date is written 2026-03-31");
const Month = z.string().refine((value) => MONTH.test(value) && Day.safeParse(firstDayOf(value)).success, {
  message: "a month is written 2026-03",
  abort: true,
});

const fields = {
  brand: Brand.optional().openapi({
    description:
      "Of which brand; a client of one brand is shown that one's, and may leave it out. Absent: of each brand, and of the whole programme.",
  }),
  from: Day.optional().openapi({
    description: "The first day, in the programme's zone. Absent: from the beginning.",
  }),
  to: Day.optional().openapi({ description: "The last day. Absent: up to now." }),
  month: Month.optional().openapi({
    example: "2026-03",
    description: "All days of a month; instead of `from` and `to`.",
  }),
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

const lastDayOf = (month: string): LocalDate => addPeriod(firstDayAfter(month), { days: -1 });

/** Each day that was asked for by itself; undefined where they were asked for together. */
export function daysOf(asked: Asked): readonly LocalDate[] | undefined {
  const { from, to } = stretchOf(asked);
  if (asked.by === undefined || from === undefined || to === undefined) return undefined;
  const days: LocalDate[] = [];
  for (let day = from; day <= to && days.length <= MOST_MEASURED_DAYS; day = addPeriod(day, { days: 1 })) {
    days.push(day);
  }
  return days;
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
