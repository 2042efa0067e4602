/** Work that goes on after an answer: slice by slice, in turn, and never in the way. */
import { setImmediate as breathe } from "node:timers/promises";
import { expect, it } from "vitest";
import { Later } from "../../src/engine/group/later.ts";

/** Work of so many slices, which says which one it is at. */
function work(name: string, slices: number, done: string[]) {
  let left = slices;
  return async () => {
    await breathe();
    done.push(name);
    left -= 1;
    return left > 0;
  };
}

const idle = async (done: readonly string[], count: number) => {
  for (let turns = 0; turns < 1_000 && done.length < count; turns += 1) await breathe();
};

it("is done one slice at a time, each piece in its turn", async () => {
  const later = new Later();
  const done: string[] = [];
  later.add(work("a", 3, done));
  later.add(work("b", 1, done));
  later.add(work("c", 2, done));
  expect(done).toEqual([]);
  await idle(done, 6);
  expect(done.join("")).toBe("abcaca");
  later.add(work("d", 1, done));
  await idle(done, 7);
  expect(done.at(-1)).toBe("d");
  await later.end();
});

it("is given up where a slice fails, and the others go on", async () => {
  const later = new Later();
  const done: string[] = [];
  later.add(() => Promise.reject(new Error("the database is gone")));
  later.add(work("b", 2, done));
  await idle(done, 2);
  expect(done.join("")).toBe("bb");
  await later.end();
});

it("ends with the slice that is under way, and begins nothing any more", async () => {
  const later = new Later();
  const done: string[] = [];
  later.add(work("a", 1_000, done));
  await idle(done, 3);
  await later.end();
  const before = done.length;
  expect(before).toBeLessThan(10);
  later.add(work("b", 1, done));
  for (let turns = 0; turns < 10; turns += 1) await breathe();
  expect(done).toHaveLength(before);
});

it("takes on no more than so much", async () => {
  const later = new Later();
  const done: string[] = [];
  for (let count = 0; count < 1_100; count += 1) later.add(work("a", 1, done));
  await idle(done, 1_100);
  // The first one is taken at once, and leaves its place to another.
  expect(done.length).toBeGreaterThanOrEqual(1_000);
  expect(done.length).toBeLessThanOrEqual(1_001);
  await later.end();
});
