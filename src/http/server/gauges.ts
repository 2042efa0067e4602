/**
 * Gauges that are read out of the database: at most once in a while, and never while somebody waits for `/metrics`. Whoever asks is
 * given what was read last, and when; what cannot be read now stays as it was.
 */
import { Gauge, type Registry } from "prom-client";
import type { GaugeSource } from "../../engine/definition/gauge.ts";
import type { Service } from "../../service.ts";

/** No reading begins sooner than this after the one before. */
export const GAUGES_READ_EVERY_MS = 60_000;

/** Waits for the readings that are under way. */
export type GaugesRead = () => Promise<void>;

/** Shows the gauges of all modules; their first reading begins at once. `now`: milliseconds of any clock that only goes forward. */
export function watchGauges(
  service: Pick<Service, "modules" | "reader">,
  registers: Registry[],
  now: () => number = () => performance.now(),
): GaugesRead {
  const readings = service.modules
    .flatMap(({ gauges = [] }) => gauges)
    .map((source) => readingOf(source, service, registers, now));
  for (const reading of readings) reading.begin();
  return async () => {
    await Promise.all(readings.map(({ ended }) => ended()));
  };
}

function readingOf(source: GaugeSource, { reader }: Pick<Service, "reader">, registers: Registry[], now: () => number) {
  let begun = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | undefined;
  const begin = (): void => {
    if (underWay !== undefined || now() - begun < GAUGES_READ_EVERY_MS) return;
    begun = now();
    underWay = show().finally(() => {
      underWay = undefined;
    });
  };
  const shown = new Map(
    Object.entries(source.gauges).map(([name, { help, labels }]) => [
      name,
      // Begins what the next one to ask is given.
      new Gauge({ name, help, labelNames: [...labels], registers, collect: begin }),
    ]),
  );
  const age = new Gauge({
    name: `${source.name}_read_timestamp_seconds`,
    help: "When these were read last.",
    registers,
  });
  const show = async (): Promise<void> => {
    try {
      for (const [gaugeName, samples] of Object.entries(await source.read(reader))) {
        const gauge = shown.get(gaugeName);
        gauge?.reset();
        for (const { labels, value } of samples) gauge?.set({ ...labels }, Number(value));
      }
      age.setToCurrentTime();
    } catch {
      // What was read before stays, and its age tells.
    }
  };
  return { begin, ended: () => underWay ?? Promise.resolve() };
}
