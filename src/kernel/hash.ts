/** Hashes of inputs and keys. Pure: the same value gives the same text on every machine. */
import { createHmac, hash, type KeyObject } from "node:crypto";

/** JSON with the keys of every object in order, so that a client may send them in any. Amounts are written as whole numbers. */
export function canonicalJson(value: unknown): string {
  if (typeof value === "string") {
    return JSON.stringify(value);
  }
  if (typeof value === "bigint") {
    return value.toString();
  }
  if (value === null || typeof value !== "object") {
    return JSON.stringify(value) ?? "null";
  }
  let text = "";
  if (Array.isArray(value)) {
    for (const item of value) {
      text += text === "" ? canonicalJson(item) : `,${canonicalJson(item)}`;
    }
    return `[${text}]`;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(fields).sort()) {
    const field = fields[name];
    if (field === undefined) {
      continue;
    }
    text += `${text === "" ? "" : ","}${nameText(name)}:${canonicalJson(field)}`;
  }
  return `{${text}}`;
}

/** Names of fields are few: each is written as JSON once. */
const nameTexts = new Map<string, string>();
const MOST_NAMES = 1_000;

function nameText(name: string): string {
  let text = nameTexts.get(name);
  if (text === undefined) {
    text = JSON.stringify(name);
    if (nameTexts.size < MOST_NAMES) {
      nameTexts.set(name, text);
    }
  }
  return text;
}

/** The first 128 bits of SHA-256, as 32 hexadecimal digits: they fill a PostgreSQL uuid, and nobody finds two alike. */
export function hash128(text: string): string {
  return hash("sha256", text, "hex").slice(0, 32);
}

/** The first 128 bits of HMAC-SHA-256 in the same form. Who has the hash and not the key cannot try values against it. */
export function keyedHash128(key: KeyObject, text: string): string {
  return createHmac("sha256", key).update(text).digest("hex").slice(0, 32);
}
