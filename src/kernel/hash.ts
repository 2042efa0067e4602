/** Hashes of inputs and keys. Pure: the same value gives the same text on every machine. */
import { createHash } from "node:crypto";

/** JSON with the keys of every object in order, so that a client may send them in any. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "bigint") return value.toString();
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`);
  return `{${fields.join(",")}}`;
}

/** The first 128 bits of SHA-256, as 32 hexadecimal digits: they fill a PostgreSQL uuid, and nobody finds two alike. */
export function hash128(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
