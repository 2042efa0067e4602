/** What every export of the books is asked: whose books, of which days, at which mark. */
import { z } from "@hono/zod-openapi";
import { Brand, CalendarDate, senseless } from "../../kernel/fields.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Actor } from "../../engine/actor.ts";
import { seesOwnOf } from "../../engine/definition/visibility.ts";

const Month = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/, "a month is written 2026-03")
  .openapi({ example: "2026-03", description: "All days of a month; instead of `from` and `to`." });

const fields = {
  entity: Brand.optional().openapi({
    description: "Whose books; a client of one brand is shown that brand's, and may leave it out. Absent: of all.",
  }),
  from: CalendarDate.optional().openapi({
    description: "The first day, in the programme's zone. Absent: from the beginning.",
  }),
  to: CalendarDate.optional().openapi({ description: "The last day. Absent: up to now." }),
  month: Month.optional(),
};

type Asked = { readonly [N in keyof typeof fields]?: string | undefined };

const isOneOf = ({ month, from, to }: Asked): boolean =>
  month === undefined || (from === undefined && to === undefined);
const isInOrder = ({ from, to }: Asked): boolean => from === undefined || to === undefined || from <= to;

/** Days from one to another, or a month. */
export const Period = z
  .strictObject(fields)
  .refine(isOneOf, { ...senseless("give a month, or the first and the last day"), path: ["month"] })
  .refine(isInOrder, { ...senseless("the first day comes after the last"), path: ["from"] });

/** For the statement. `brand_forbidden` where a client of one brand asks for another's books. */
export function givenPeriod({ entity, from, to, month }: Asked, actor: Actor) {
  if (entity !== undefined && !seesOwnOf(actor, entity)) throw new Problem("brand_forbidden", { brand: actor.brand });
  const [first, last] = month === undefined ? [from, to] : [`${month}-01`, lastOf(month)];
  return { entity: entity ?? actor.brand ?? "", from: first ?? "", to: last ?? "", viewer: actor.brand ?? "" };
}

function lastOf(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
}
