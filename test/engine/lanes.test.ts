import { expect, it } from "vitest";
import { lanesFor } from "../../src/engine/group/engine.ts";

it.each([
  [1, 1],
  [2, 1],
  [4, 2],
  [8, 4],
  [64, 4],
])("a machine of %i cores has %i lanes", (cores, lanes) => {
  expect(lanesFor(cores)).toBe(lanes);
});
