import { expect, it } from "vitest";
import { BatchedLook } from "../../src/programme/directory/batched-look.ts";

/** Loads that wait until they are let go. */
function gated() {
  const loads: { readonly keys: readonly string[]; answer(found: Record<string, number>): void; fail(): void }[] = [];
  const look = new BatchedLook<number>(
    (keys) =>
      new Promise((resolve, reject) => {
        loads.push({
          keys,
          answer: (found) => resolve(new Map(Object.entries(found))),
          fail: () => reject(new Error("gone")),
        });
      }),
  );
  return { look, loads };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

it("asks for all that was wanted meanwhile with one query, and for the same key once", async () => {
  const { look, loads } = gated();
  const first = look.find("a");
  const others = ["b", "c", "b", "c", "b"].map((key) => look.find(key));
  expect(loads.map(({ keys }) => keys)).toEqual([["a"]]);
  loads[0]?.answer({ a: 1 });
  expect(await first).toBe(1);
  await turn();
  expect(loads[1]?.keys).toEqual(["b", "c"]);
  loads[1]?.answer({ c: 3 });
  expect(await Promise.all(others)).toEqual([undefined, 3, undefined, 3, undefined]);
  expect(loads).toHaveLength(2);
});

it("never serves a look with a query that began before it", async () => {
  const { look, loads } = gated();
  const before = look.find("a");
  const after = look.find("a");
  loads[0]?.answer({});
  expect(await before).toBeUndefined();
  await turn();
  loads[1]?.answer({ a: 1 });
  expect(await after).toBe(1);
});

it("tells a failure to whoever asked, and goes on", async () => {
  const { look, loads } = gated();
  const fails = look.find("a").catch((error: unknown) => error);
  const next = look.find("b");
  loads[0]?.fail();
  expect(await fails).toEqual(new Error("gone"));
  await turn();
  loads[1]?.answer({ b: 2 });
  expect(await next).toBe(2);
});
