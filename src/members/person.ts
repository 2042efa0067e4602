/** What one brand knows of a person. */
import { z } from "@hono/zod-openapi";
import { CalendarDate, text } from "../kernel/fields.ts";

export const Person = z
  .strictObject({
    lastName: text(100).optional(),
    firstName: text(100).optional(),
    middleName: text(100).optional(),
    birthDate: CalendarDate.optional(),
    gender: z.enum(["female", "male"]).optional(),
  })
  .openapi("Person");
export type Person = Readonly<z.output<typeof Person>>;
