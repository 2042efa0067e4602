/**
 * Keys of clients. A key is 256 bits of chance, so its SHA-256 is as safe to keep as any slower hash;
 * it is shown once, when it is made.
 */
import { createHash, randomBytes } from "node:crypto";

/** A new key, as the client will present it. */
export const newKey = (): string => `mck_${randomBytes(32).toString("base64url")}`;

/** What is kept of a key. */
export const hashKey = (key: string): string => createHash("sha256").update(key).digest("hex");
