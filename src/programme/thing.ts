/** Brands, stores, tills and settings are nobody's: where their operations are kept, and how they come one at a time. */
import { hash128 } from "../kernel/hash.ts";
import { type Bucket, bucketOfHash } from "../kernel/ids.ts";
import type { NaturalKey } from "../engine/definition/natural-key.ts";

export type ThingKind = "brand" | "store" | "terminal" | "setting";

const keyOf = (kind: ThingKind, id: string): string => hash128(`programme|${kind}|${id}`);

/** The bucket of the operations about a thing. */
export const bucketOfThing = (kind: ThingKind, id: string): Bucket => bucketOfHash(keyOf(kind, id));

/**
 * Has commands about one thing wait for each other, in whatever process they are judged: a row can be locked only once
 * it is there, and of two that make it at once the second must see what the first has made.
 */
export const oneAtATime = (kind: ThingKind, id: string): readonly NaturalKey[] => [
  { key: keyOf(kind, id), role: "probe" },
];
