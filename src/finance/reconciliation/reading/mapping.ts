/** What a file of receipts means: which of its columns is what, and how dates, amounts and returns are written in it. */
import { z } from "@hono/zod-openapi";
import { boundedArray, senseless, text } from "../../../kernel/fields.ts";
import { DATE_FORMAT, isWholeDate } from "./dates.ts";

/** Names of columns may be as long as this. */
const Column = text(100);

const columns = {
  number: Column,
  store: Column,
  day: Column,
  terminal: Column.optional(),
  shift: Column.optional(),
  fiscalId: Column.optional(),
  card: Column.optional(),
  member: Column.optional(),
  total: Column.optional(),
  paid: Column.optional(),
  spent: Column.optional(),
  earned: Column.optional(),
};
export type ColumnName = keyof typeof columns;

export const Mapping = z
  .strictObject({
    columns: z
      .strictObject(columns)
      .refine(
        ({ total, paid }) => total !== undefined || paid !== undefined,
        senseless("needs a column of amounts: total or paid"),
      )
      .refine(
        ({ card, member }) => card === undefined || member === undefined,
        senseless("a member is given by card or by member, not by both"),
      ),
    returns: z
      .union([
        z.enum(["negative", "none"]),
        z.strictObject({ column: Column, is: boundedArray(text(50), { min: 1, max: 20, of: "words" }) }),
      ])
      .default("negative"),
    amounts: z.enum(["roubles", "kopecks"]).default("roubles"),
    decimal: z.enum([".", ","]).default("."),
    delimiter: z.enum([",", ";", "\t", "|"]).default(","),
    date: z
      .string()
      .regex(DATE_FORMAT, "a format such as %d.%m.%Y %H:%M:%S")
      .max(60)
      .refine(
        (format) => !DATE_FORMAT.test(format) || isWholeDate(format),
        senseless("needs a day, a month and a year, and nothing twice"),
      )
      .default("%Y-%m-%d"),
    zone: z
      .string()
      .max(60)
      .refine((zone) => zone === "store" || isZone(zone), senseless("no time zone of this name"))
      .default("store"),
  })
  .openapi("ReconciliationMapping");
export type Mapping = z.output<typeof Mapping>;

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    // Offsets such as +03:00 are taken there, and are names of no zone in the database.
    return /^[A-Za-z]/.test(zone);
  } catch {
    return false;
  }
}
