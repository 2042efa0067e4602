/** Events: what others may want to hear of an operation, decided with it and written in the same commit. */
import type { z } from "zod";

/** An event as it is kept: its name and version say which schema its data has. */
export interface LedgerEvent {
  readonly name: string;
  readonly version: number;
  /** Amounts and instants as text; never personal data. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** A kind of event, in the catalogue: the schema of a version never changes. */
export interface EventKind<S extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly version: number;
  /** When it is said. */
  readonly description: string;
  readonly data: S;
}

/** Describes a kind of event; what it answers makes one, with data that the compiler holds against the schema. */
export function defineEvent<S extends z.ZodType<Readonly<Record<string, unknown>>>>(
  kind: EventKind<S>,
): EventKind<S> & ((data: z.input<S>) => LedgerEvent) {
  const { name, version } = kind;
  const make = (data: z.input<S>): LedgerEvent => ({ name, version, data: data as LedgerEvent["data"] });
  Object.defineProperty(make, "name", { value: name });
  return Object.assign(make, { version, description: kind.description, data: kind.data });
}
