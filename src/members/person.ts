/** What one brand knows of a person. */
import { z } from "@hono/zod-openapi";
import { CalendarDate } from "../kernel/calendar.ts";
import { senseless, text } from "../kernel/fields.ts";

/** Nobody who buys today was born before. Some systems write its first day where they know none: it is kept, and says nothing. */
const FIRST_BIRTH_DATE = "1900-01-01";

const BirthDate = CalendarDate.refine(
  (date) => date >= FIRST_BIRTH_DATE,
  senseless("must not lie before 1900"),
).openapi({
  pattern: "^(19|[2-9][0-9])[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
  description: "Not before 1900, and not in the future.",
});

export const Person = z
  .strictObject({
    lastName: text(100).optional(),
    firstName: text(100).optional(),
    middleName: text(100).optional(),
    birthDate: BirthDate.optional(),
    gender: z.enum(["female", "male"]).optional(),
  })
  .openapi("Person");
export type Person = Readonly<z.output<typeof Person>>;
