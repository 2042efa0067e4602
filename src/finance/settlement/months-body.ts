/** Which months are to be settled. */
import { z } from "@hono/zod-openapi";
import { CalendarMonth } from "../../kernel/calendar.ts";
import { senseless } from "../../kernel/fields.ts";
import { monthsIn, MOST_SETTLED_MONTHS } from "./plan.ts";

export const boundedMonths = z
  .strictObject({
    from: CalendarMonth.openapi({ description: "The first month." }),
    to: CalendarMonth.openapi({ description: "The last month; the same for one month." }),
  })
  .refine(({ from, to }) => from <= to, { ...senseless("the first month comes after the last"), path: ["from"] })
  .refine((months) => monthsIn(months) <= MOST_SETTLED_MONTHS, {
    ...senseless(`at most ${MOST_SETTLED_MONTHS} months`),
    path: ["to"],
  })
  .openapi("SettlementBody");
