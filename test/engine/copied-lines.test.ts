import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { finished } from "node:stream/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { textsOf } from "../../src/engine/exporting/lines.ts";

const int = (bytes: 2 | 4, value: number): Buffer => {
  const made = Buffer.alloc(bytes);
  made.writeIntBE(value, 0, bytes);
  return made;
};

/** As the server sends it: signature, flags, no extension; of each row the number of its fields, the length and the field; the end. */
const copied = (texts: readonly string[], end = int(2, -1)): Buffer =>
  Buffer.concat([
    Buffer.from("PGCOPY\n\xff\r\n\0", "latin1"),
    int(4, 0),
    int(4, 0),
    ...texts.flatMap((text) => [int(2, 1), int(4, Buffer.byteLength(text)), Buffer.from(text)]),
    end,
  ]);

const cut = (bytes: Buffer, at: readonly number[]): Readable => {
  const ends = [...new Set(at.map((each) => each % bytes.length)), bytes.length].toSorted((a, b) => a - b);
  return Readable.from(ends.map((end, place) => Buffer.from(bytes.subarray(ends[place - 1] ?? 0, end))));
};

const Texts = fc.array(fc.string({ unit: "grapheme", maxLength: 300 }), { maxLength: 40 });

test("the texts of a copy are read as they are, wherever its chunks end", async () => {
  await fc.assert(
    fc.asyncProperty(Texts, fc.array(fc.nat(), { maxLength: 60 }), async (texts, at) => {
      expect((await buffer(textsOf(cut(copied(texts), at)))).toString()).toBe(texts.join(""));
    }),
  );
});

test("a copy that ends before its end fails: nobody takes what has come of it for all", async () => {
  await fc.assert(
    fc.asyncProperty(Texts, fc.array(fc.nat(), { maxLength: 10 }), async (texts, at) => {
      await expect(buffer(textsOf(cut(copied(texts, Buffer.alloc(0)), at)))).rejects.toThrow("before its end");
    }),
  );
});

test("whoever stops reading ends the copy", async () => {
  const copy = cut(copied(["a\n", "b\n"]), [20, 30]);
  const texts = textsOf(copy);
  await texts[Symbol.asyncIterator]().next();
  texts.destroy();
  await finished(copy).catch(() => {});
  expect(copy.destroyed).toBe(true);
});
