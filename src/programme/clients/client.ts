/** A client with its keys: a system that may call. One key is worth something at a time; what has ended stays so. */
import type { Instant } from "../../kernel/clock.ts";
import type { clientKeys, clients } from "../tables.ts";

export type ClientKey = Omit<typeof clientKeys.$inferSelect, "clientId">;

export interface ClientDocument extends Readonly<typeof clients.$inferSelect> {
  /** Those that had not ended when the client was loaded. */
  readonly keys: readonly ClientKey[];
}

/** The client with this key, given now unless it had it, and with no other. */
export function withOnlyKey(client: ClientDocument, keyHash: string, now: Instant): ClientDocument {
  const keys = client.keys.map((key) => (key.keyHash === keyHash ? key : ended(key, now)));
  if (keys.some((key) => key.keyHash === keyHash)) return { ...client, keys };
  return { ...client, keys: [...keys, { keyHash, createdAt: now, revokedAt: null }] };
}

/** The client with all of its keys ended; it may be given another. */
export const withoutKeys = (client: ClientDocument, now: Instant): ClientDocument => ({
  ...client,
  keys: client.keys.map((key) => ended(key, now)),
});

/** The client ended, with whatever keys it has. */
export const revoked = (client: ClientDocument, now: Instant): ClientDocument => ({
  ...client,
  revokedAt: client.revokedAt ?? now,
});

const ended = (key: ClientKey, now: Instant): ClientKey => ({ ...key, revokedAt: key.revokedAt ?? now });
