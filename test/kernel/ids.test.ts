import { describe, expect, test } from "vitest";
import { hash128 } from "../../src/kernel/hash.ts";
import {
  as,
  BUCKETS,
  bucketOf,
  bucketOfHash,
  fromUuid,
  isId,
  newBucket,
  newUuid,
  nth,
  type OperationId,
  uuidOf,
} from "../../src/kernel/ids.ts";

const operationIn = (bucket: number, now?: number): OperationId => `opn_${newUuid(bucket, now)}`;

describe("an identifier", () => {
  test("carries its bucket, and so does all that is named after it", () => {
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      const operation = operationIn(bucket);
      expect(isId("opn", operation)).toBe(true);
      expect(bucketOf(operation)).toBe(bucket);
      expect(bucketOf(nth("lot", operation, 1))).toBe(bucket);
      expect(bucketOf(nth("hld", operation, 0xfff))).toBe(bucket);
      expect(bucketOf(as("pur", operation))).toBe(bucket);
    }
  });

  test("sorts by birth, whatever the bucket, within one millisecond and when the clock goes back", () => {
    const start = Date.now() + 1_000_000;
    const moments = [start, start, start + 1, start - 5_000, start + 1, start + 2];
    const ids = moments.flatMap((now) =>
      Array.from({ length: 2_000 }, (_, index) => newUuid((index * 7) % BUCKETS, now)),
    );
    // 2,000 at a time run over the counter of one millisecond as well.
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("is a UUID of version 7 with its time in front", () => {
    const now = Date.now() + 10_000_000;
    const uuid = newUuid(5, now);
    expect(uuid).toMatch(/^[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
    expect(Number.parseInt(uuid.slice(0, 12), 16)).toBe(now);
  });

  test("differs between processes that make it at the same time", () => {
    const now = Date.now() + 20_000_000;
    const chances = new Set(Array.from({ length: 500 }, () => newUuid(1, now).slice(19, 29)));
    expect(chances.size).toBeGreaterThan(490);
  });

  test("numbers what an operation makes, in order, without a second draw of chance", () => {
    const operation = operationIn(77);
    const lots = Array.from({ length: 4095 }, (_, index) => nth("lot", operation, index + 1));
    expect(new Set(lots).size).toBe(4095);
    expect(lots.toSorted()).toEqual(lots);
    expect(lots.every((lot) => isId("lot", lot))).toBe(true);
    expect(nth("lot", operation, 3)).toBe(lots[2]);
    expect(lots).not.toContain(as("lot", operation));
    for (const ordinal of [0, -1, 4096]) expect(() => nth("lot", operation, ordinal)).toThrow(RangeError);
  });

  test("comes back from the database as it went", () => {
    const operation = operationIn(1023);
    const hex = uuidOf(operation);
    const dashed = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
    expect(fromUuid("opn", dashed)).toBe(operation);
    expect(uuidOf(as("pur", operation))).toBe(hex);
  });

  test.each([
    ["another prefix", (hex: string) => `lot_${hex}`],
    ["no prefix", (hex: string) => hex],
    ["upper case", (hex: string) => `opn_${hex.slice(0, -3)}ABC`],
    ["a digit too few", (hex: string) => `opn_${hex.slice(1)}`],
    ["a digit too many", (hex: string) => `opn_0${hex}`],
    ["another version", (hex: string) => `opn_${hex.slice(0, 12)}4${hex.slice(13)}`],
    ["another variant", (hex: string) => `opn_${hex.slice(0, 16)}f${hex.slice(17)}`],
    ["dashes", (hex: string) => `opn_${hex.slice(0, 8)}-${hex.slice(9)}`],
    ["a line break", (hex: string) => `opn_${hex.slice(1)}\n`],
  ])("with %s is none", (_, spoil) => {
    const hex = newUuid(3);
    expect(isId("opn", `opn_${hex}`)).toBe(true);
    expect(isId("opn", spoil(hex))).toBe(false);
  });
});

test("buckets are spread over all there are", () => {
  const drawn = Array.from({ length: 20_000 }, newBucket);
  const hashed = Array.from({ length: 20_000 }, (_, index) => bucketOfHash(hash128(String(index))));
  for (const buckets of [drawn, hashed]) {
    expect(buckets.every((bucket) => Number.isInteger(bucket) && bucket >= 0 && bucket < BUCKETS)).toBe(true);
    expect(new Set(buckets).size).toBeGreaterThan(BUCKETS * 0.9);
  }
  expect(bucketOfHash("000403ff")).toBe(3);
});
