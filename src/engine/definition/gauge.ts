/** Gauges: few numbers for whoever watches the service, that are read out of the database now and then. */
import type { Reader } from "../connection/reader.ts";

interface Sample {
  /** Codes of ours, never identities. */
  readonly labels: Readonly<Record<string, string>>;
  /** A whole number: a count, or minor units. */
  readonly value: bigint;
}

export interface GaugeSource {
  /** What their names begin with. */
  readonly name: string;
  readonly gauges: Readonly<Record<string, { readonly help: string; readonly labels: readonly string[] }>>;
  /** All samples of each gauge, by its name. */
  read(reader: Reader): Promise<Readonly<Record<string, readonly Sample[]>>>;
}
