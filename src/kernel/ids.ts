/**
 * Identifiers: opaque, prefixed, sortable by birth, and carrying the bucket.
 *
 * `mbr_` + 32 hexadecimal digits, which are a UUID of version 7 without dashes:
 * 48 bits of milliseconds, 12 bits of a counter, 10 bits of bucket, 40 bits of chance, 12 bits of ordinal.
 * The ordinal is zero on an operation; what the operation makes (lots, holds) is numbered from one,
 * so that deciding needs no randomness.
 */
import { randomFillSync } from "node:crypto";

export type IdPrefix =
  | "mbr"
  | "prf"
  | "pur"
  | "ret"
  | "ord"
  | "quo"
  | "hld"
  | "lot"
  | "opn"
  | "acc"
  | "red"
  | "cli"
  | "mrg"
  | "cnd"
  | "lnk"
  | "ovr"
  | "acs"
  | "rep"
  | "ers"
  | "stm"
  | "adj"
  | "rec"
  | "brk"
  | "rul";
export type Id<P extends IdPrefix> = `${P}_${string}`;
export type MemberId = Id<"mbr">;
export type ProfileId = Id<"prf">;
export type OperationId = Id<"opn">;
export type LotId = Id<"lot">;
export type HoldId = Id<"hld">;
export type PurchaseId = Id<"pur">;
export type ReturnId = Id<"ret">;
export type OrderId = Id<"ord">;
export type MergeId = Id<"mrg">;
export type CandidateId = Id<"cnd">;
export type AccessId = Id<"acs">;
export type SettlementId = Id<"stm">;
export type AdjustmentId = Id<"adj">;

/** Number of buckets that members are spread over; the unit of distribution over shards. */
export const BUCKETS = 1024;
export type Bucket = number;

const POOL_BYTES = 5 * 1024;
const pool = Buffer.alloc(POOL_BYTES);
let poolOffset = POOL_BYTES;

/** Five random bytes, as ten hexadecimal digits. */
function chance(): string {
  if (poolOffset + 5 > POOL_BYTES) {
    randomFillSync(pool);
    poolOffset = 0;
  }
  poolOffset += 5;
  return pool.toString("hex", poolOffset - 5, poolOffset);
}

let lastMillisecond = 0;
let counter = 0;

/** 32 hexadecimal digits: a new identity in a bucket, later than all that this process made before. */
export function newUuid(bucket: Bucket, now: number = Date.now()): string {
  if (now > lastMillisecond) {
    lastMillisecond = now;
    counter = 0;
  } else {
    counter += 1;
    if (counter > 0xfff) {
      lastMillisecond += 1;
      counter = 0;
    }
  }
  const time = lastMillisecond.toString(16).padStart(12, "0");
  const place = (0x8000 | (bucket << 4)).toString(16);
  const random = chance();
  // The random nibble completes the bucket's group; the last three digits are the ordinal, zero here.
  return `${time}7${counter.toString(16).padStart(3, "0")}${place.slice(0, 3)}${random[0]}${random.slice(1)}000`;
}

/** A bucket for a member that is being born. */
export function newBucket(): Bucket {
  return Number.parseInt(chance().slice(0, 5), 16) % BUCKETS;
}

/** The bucket of anything that has no member: a spread of its natural key's hash (hexadecimal). */
export function bucketOfHash(hash: string): Bucket {
  return Number.parseInt(hash.slice(0, 6), 16) % BUCKETS;
}

/** The bucket that an identifier carries. */
export function bucketOf(id: string): Bucket {
  return (Number.parseInt(id.slice(20, 24), 16) >> 4) & (BUCKETS - 1);
}

/** `nth("lot", operation, 1)`: the identity of the first lot that an operation made. */
export function nth<P extends IdPrefix>(prefix: P, operation: string, ordinal: number): Id<P> {
  if (ordinal < 1 || ordinal > 0xfff) throw new RangeError("an operation makes at most 4095 things");
  return `${prefix}_${operation.slice(4, 33)}${ordinal.toString(16).padStart(3, "0")}`;
}

/** The same identity under another name: a purchase and the operation that made it share one UUID. */
export function as<P extends IdPrefix>(prefix: P, id: string): Id<P> {
  return `${prefix}_${id.slice(4)}`;
}

/** The UUID inside an identifier, as PostgreSQL reads it. */
export const uuidOf = (id: string): string => id.slice(4);

/** An identifier from PostgreSQL's text of a UUID. */
export function fromUuid<P extends IdPrefix>(prefix: P, uuid: string): Id<P> {
  return `${prefix}_${uuid.slice(0, 8)}${uuid.slice(9, 13)}${uuid.slice(14, 18)}${uuid.slice(19, 23)}${uuid.slice(24)}`;
}

/** Whether a text has the form of an identifier with this prefix. */
export function isId<P extends IdPrefix>(prefix: P, text: string): text is Id<P> {
  return (
    text.length === 36 &&
    text.startsWith(`${prefix}_`) &&
    /^[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/.test(text.slice(4))
  );
}
