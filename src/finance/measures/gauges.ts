/** The figures as gauges: levels as they are, everything else since the beginning, so that whoever watches takes differences over any time. */
import type { GaugeSource } from "../../engine/definition/gauge.ts";
import { FIGURES } from "./figures.ts";
import { readAllFigures } from "./read-figures.ts";

const NAMES = { count: "mclub_measures_count", amount: "mclub_measures_kopecks" } as const;
const WHAT = 'of each brand; of the whole programme with brand="". Levels, and all others since the beginning.';

export const measureGauges: GaugeSource = {
  name: "mclub_measures",
  gauges: {
    [NAMES.count]: {
      help: `Receipts, members, settled months and days until then ${WHAT}`,
      labels: ["brand", "figure"],
    },
    [NAMES.amount]: { help: `Amounts in 1/100 bonus or kopecks ${WHAT}`, labels: ["brand", "figure"] },
  },
  async read(reader) {
    const rows = await readAllFigures(reader);
    const of = (unit: "count" | "amount") =>
      rows
        .filter(({ figure }) => FIGURES[figure].unit === unit)
        .map(({ entity, figure, value }) => ({ labels: { brand: entity, figure }, value }));
    return { [NAMES.count]: of("count"), [NAMES.amount]: of("amount") };
  },
};
