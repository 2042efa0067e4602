/** Events: what others may want to hear of an operation, decided with it and written in the same commit. */
import type { z } from "zod";

/** An event as it is kept: its name and version say which schema its data has. */
export interface LedgerEvent {
  readonly name: string;
  readonly version: number;
  /** Amounts and instants as text; never personal data. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** What an event has: these fields, and no others. */
export type EventSchema = z.ZodObject<z.ZodRawShape, z.core.$strict>;

/** A kind of event, in the catalogue. The journal keeps events of all versions that it has had. */
export interface EventKind<S extends EventSchema = EventSchema, F extends EventSchema = EventSchema> {
  readonly name: string;
  /** Of the events that are told now: one more than there are former schemas. */
  readonly version: number;
  /** When it is said. */
  readonly description: string;
  /** What an event that is told now has. */
  readonly data: S;
  /** What those of version 1, 2 and so on have: never changed, and never taken away. */
  readonly former: readonly F[];
}

/** What is written down of a kind. The version follows from the schemas. */
interface EventTerms<S extends EventSchema, F extends EventSchema>
  extends Pick<EventKind<S, F>, "name" | "description" | "data"> {
  readonly former?: readonly F[];
}

/** Describes a kind of event; what it answers makes one, with data that the compiler holds against the schema. */
export function defineEvent<S extends EventSchema, F extends EventSchema = never>(
  terms: EventTerms<S, F>,
): EventKind<S, F> & ((data: z.input<S>) => LedgerEvent) {
  const { name, description, data: schema, former = [] } = terms;
  const version = former.length + 1;
  const make = (data: z.input<S>): LedgerEvent => ({ name, version, data });
  Object.defineProperty(make, "name", { value: name });
  return Object.assign(make, { version, description, data: schema, former });
}

/** One version of a kind, with its own schema. */
export interface EventVersion {
  readonly name: string;
  readonly version: number;
  readonly description: string;
  readonly data: EventSchema;
}

/** All versions of a kind, from the first to the one that is told now. */
export const versionsOf = ({ name, description, data, former }: EventKind): readonly EventVersion[] =>
  [...former, data].map((schema, index) => ({ name, version: index + 1, description, data: schema }));
