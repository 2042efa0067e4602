/**
 * Keys of clients. A key is 256 bits of chance, so its SHA-256 is as safe to keep as any slower hash;
 * it is shown once, when it is made.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** A new key, as the client will present it. */
export const newKey = (): string => `mck_${randomBytes(32).toString("base64url")}`;

/** What is kept of a key. */
export const hashKey = (key: string): string => createHash("sha256").update(key).digest("hex");

/** Compares two hashes in constant time. */
export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, "hex"), Buffer.from(b, "hex")];
  return left.length === right.length && timingSafeEqual(left, right);
}
