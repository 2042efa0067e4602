/** Brands, stores, tills and settings have no member: where the operations about one are kept, and how they come one at a time. */
import { hash128 } from "../kernel/hash.ts";
import { type Bucket, bucketOfHash } from "../kernel/ids.ts";
import type { NaturalKey } from "../engine/definition/natural-key.ts";

export type SubjectKind = "brand" | "store" | "terminal" | "setting";

const keyOf = (kind: SubjectKind, id: string): string => hash128(`programme|${kind}|${id}`);

/** The bucket of the operations about it. */
export const bucketOfSubject = (kind: SubjectKind, id: string): Bucket => bucketOfHash(keyOf(kind, id));

/**
 * Has commands about one of them wait for each other, in whatever process they are judged: a row can be locked only once
 * it is there, and of two that make it at once the second must see what the first has made.
 */
export const oneAtATime = (kind: SubjectKind, id: string): readonly NaturalKey[] => [
  { key: keyOf(kind, id), role: "probe" },
];
