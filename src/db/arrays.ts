/**
 * Values as PostgreSQL's array literals, one array a column, so that one prepared statement serves a group of any size.
 * Arrays as text cost the server less than JSON.
 */
import { bucketOf, uuidOf } from "../kernel/ids.ts";

export type ArrayValue = string | number | bigint | boolean | null;

/** How the elements of an array of this type are written. */
export function elementEncoder(type: string): (value: ArrayValue) => string {
  if (type === "text" || type === "bytea") return (value) => quote(String(value));
  return String;
}

const needsEscape = /["\\]/;

function quote(text: string): string {
  return needsEscape.test(text) ? `"${text.replace(/["\\]/g, "\\$&")}"` : `"${text}"`;
}

/** A list of values as an array literal. */
export function arrayOf(values: readonly ArrayValue[], type: string): string {
  const encode = elementEncoder(type);
  return `{${values.map((value) => (value === null ? "NULL" : encode(value))).join(",")}}`;
}

/** The buckets of ids, each once: what a statement is bound to. */
export const bucketsOf = (ids: readonly string[]): string => arrayOf([...new Set(ids.map(bucketOf))], "smallint");

/** Ids as the database has them, in their order. */
export const uuidsOf = (ids: readonly string[]): string => arrayOf(ids.map(uuidOf), "uuid");
