/** What exports of the books are asked: whose books, of which days, at which mark. */
import { z } from "@hono/zod-openapi";
import { CalendarDate, CalendarMonth } from "../../kernel/calendar.ts";
import { Brand, senseless } from "../../kernel/fields.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Actor } from "../../engine/actor.ts";
import { seesOwnOf } from "../../engine/definition/visibility.ts";
import { firstDayOf, lastDayOf } from "../periods/months.ts";

/** A month by its name. */
export const Month = CalendarMonth.openapi({ description: "All days of a month." });

const entity = Brand.optional().openapi({
  description: "Whose books; a client of one brand is shown that brand's, and may leave it out. Absent: of all.",
});

const fields = {
  entity,
  from: CalendarDate.optional().openapi({
    description: "The first day, in the programme's zone. Absent: from the beginning.",
  }),
  to: CalendarDate.optional().openapi({ description: "The last day. Absent: up to now." }),
  month: CalendarMonth.optional().openapi({ description: "All days of a month; instead of `from` and `to`." }),
};

export type Asked = { readonly [N in keyof typeof fields]?: string | undefined };

const isOneOf = ({ month: named, from, to }: Asked): boolean =>
  named === undefined || (from === undefined && to === undefined);
const isInOrder = ({ from, to }: Asked): boolean => from === undefined || to === undefined || from <= to;

/** Whose books. */
export const OfEntity = z.strictObject({ entity });

/** Days from one to another, or a month. */
export const Period = z
  .strictObject(fields)
  .refine(isOneOf, { ...senseless("give a month, or the first and the last day"), path: ["month"] })
  .refine(isInOrder, { ...senseless("the first day comes after the last"), path: ["from"] });

const asOf = {
  entity,
  asOf: CalendarDate.optional().openapi({
    description:
      "The day at whose end it is told, in the programme's zone. Absent: the last day on which anything was posted.",
  }),
  month: CalendarMonth.optional().openapi({ description: "The last day of a month; instead of `asOf`." }),
};

/** The end of a day, or of a month. */
export const AsOf = z.strictObject(asOf).refine((asked) => asked.month === undefined || asked.asOf === undefined, {
  ...senseless("give a month, or a day"),
  path: ["month"],
});

/** For the statement, as of the end of a day. */
export function givenAsOf(asked: { readonly [N in keyof typeof asOf]?: string | undefined }, actor: Actor) {
  const last = asked.month === undefined ? asked.asOf : lastDayOf(asked.month);
  return { ...givenEntity(asked.entity, actor), asOf: last ?? "" };
}

/** For the statement. `brand_forbidden` where a client of one brand asks for another's books. */
export function givenPeriod({ entity: named, from, to, month: all }: Asked, actor: Actor) {
  const [first, last] = all === undefined ? [from, to] : [firstDayOf(all), lastDayOf(all)];
  return { ...givenEntity(named, actor), from: first ?? "", to: last ?? "" };
}

/** For the statement, of whose books: the same, whatever else is asked. */
function givenEntity(named: string | undefined, actor: Actor) {
  if (named !== undefined && !seesOwnOf(actor, named)) throw new Problem("brand_forbidden", { brand: actor.brand });
  return { entity: named ?? actor.brand ?? "", viewer: actor.brand ?? "" };
}
