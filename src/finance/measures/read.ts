/** How the programme does, in figures: of a stretch of days, for each brand. */
import { z } from "@hono/zod-openapi";
import type { Actor } from "../../engine/actor.ts";
import { type Lookup, requireBrand } from "../../engine/definition/lookup.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { seesOwnOf } from "../../engine/definition/visibility.ts";
import { InstantText, orNull } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { Problem } from "../../kernel/problems.ts";
import { daysOf, MeasuredDays, stretchOf } from "./days.ts";
import { HOLDERS, PROGRAMME } from "./figures.ts";
import { AMOUNT_NAMES, MEAN_NAMES, MEANS, measuresOf, noteOf, SHARE_NAMES, SHARES } from "./measures.ts";
import { readFigures } from "./read-figures.ts";

/** Below zero where more was undone in these days than done. */
const SignedAmount = z
  .string()
  .regex(/^-?(0|[1-9]\d{0,15})\.\d{2}$/)
  .openapi({ example: "1500.00" });
const part = z
  .string()
  .regex(/^-?\d{1,17}(\.\d{2})?$/)
  .openapi({ example: "1840", description: "A count, or an amount with two decimals." });

const Share = z
  .strictObject({
    numerator: part,
    denominator: part,
    share: orNull(z.string().regex(/^-?\d+\.\d{4}$/)).openapi({
      example: "0.7360",
      description: "Of one, with four decimals, rounded half up; null where the denominator is zero.",
    }),
  })
  .openapi("Share");

const MeanDays = z
  .strictObject({
    days: z.int().openapi({ example: 25, description: "Of all these months together." }),
    months: z.int().openapi({ example: 2 }),
    mean: orNull(z.string().regex(/^\d+\.\d{4}$/)).openapi({
      example: "12.5000",
      description: "Days a month, with four decimals, rounded half up; null where there was no month.",
    }),
  })
  .openapi("MeanDays");

const each = <N extends string, S>(names: readonly N[], schemaOf: (name: N) => S) =>
  Object.fromEntries(names.map((name) => [name, schemaOf(name)])) as Record<N, S>;
const holders = Object.keys(HOLDERS) as (keyof typeof HOLDERS)[];

const Measured = z
  .strictObject({
    brand: orNull(z.string()).openapi({
      example: "mvideo",
      description: "Null: of the whole programme, which is shown to clients of no brand.",
    }),
    day: orNull(z.iso.date()).openapi({ description: "Null: all days that were asked for together." }),
    receipts: z
      .strictObject(each(holders, (name) => z.int().openapi({ description: `Receipts ${HOLDERS[name]}.` })))
      .openapi({ description: "Receipts, by who they are counted with. Below zero where more was undone than done." }),
    ...each(SHARE_NAMES, (name) => Share.openapi({ description: SHARES[name].note })),
    ...each(MEAN_NAMES, (name) => MeanDays.openapi({ description: MEANS[name].note })),
    ...each(AMOUNT_NAMES, (name) => SignedAmount.openapi({ description: `In bonuses: ${noteOf(name)}.` })),
  })
  .openapi("Measured");

const Measures = z
  .strictObject({
    from: orNull(z.iso.date()),
    to: orNull(z.iso.date()),
    zone: z.string().openapi({ example: "Europe/Moscow", description: "Of the days." }),
    measuredAt: InstantText,
    items: z.array(Measured),
  })
  .openapi("Measures");

export const readMeasures = defineRead({
  name: "read-measures",
  permission: "books.read",
  http: {
    method: "get",
    path: "/v1/measures",
    tag: "Measures",
    summary: "How the programme does",
    description:
      "Shares with their numerators and denominators, and amounts, of the days on which receipts and transfers are accounted. Levels (overlap, liability, debt) are as at the end of the last day. Exact at the moment of the question.",
  },
  query: MeasuredDays,
  answer: { description: "The measures of each brand, and of the whole programme.", schema: Measures },
  problems: ["unprocessable_request", "brand_forbidden", "unknown_brand"],
  async read(look, { actor, query }) {
    const { reader, clock } = look;
    const now = clock.now();
    const [entities, policies] = await Promise.all([entitiesFor(look, actor, query.brand), look.readPolicies()]);
    const { from, to } = stretchOf(query);
    const days = daysOf(query);
    const found = await readFigures(reader, { entities, from, to, days });
    return {
      from: from ?? null,
      to: to ?? null,
      zone: policies.at(now).rules.zone,
      measuredAt: formatInstant(now),
      items: found.flatMap(({ entity, days: measured }) =>
        measured.map((values, index) => ({
          brand: entity === PROGRAMME ? null : entity,
          day: days?.[index] ?? null,
          ...measuresOf(values),
        })),
      ),
    };
  },
});

/** Whose measures are shown. The overlap tells a client of one brand about its own base only, since it is of its own members. */
async function entitiesFor(look: Lookup, actor: Pick<Actor, "brand">, asked: string | undefined): Promise<string[]> {
  if (asked !== undefined && !seesOwnOf(actor, asked)) throw new Problem("brand_forbidden", { brand: actor.brand });
  const one = asked ?? actor.brand;
  if (one === null) return [...(await look.directory.brands()).map(({ brand }) => brand).sort(), PROGRAMME];
  await requireBrand(look, one);
  return [one];
}
