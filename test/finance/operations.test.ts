/** Every operation is known to the proof: it is named in what some invariant looks at, or stands here with the reason. */
import { expect, it } from "vitest";
import { invariants, modules } from "../../src/modules.ts";

const OF_CLIENTS = "clients and their keys are looked at by no invariant: the page on the proof says so";
const OF_THE_CLOCK = "the sandbox's clock is no part of the books";
const UNNAMED: Readonly<Record<string, string>> = {
  "administrator-key": OF_CLIENTS,
  "client-key-rotation": OF_CLIENTS,
  "client-registration": OF_CLIENTS,
  "client-revocation": OF_CLIENTS,
  "clock-move": OF_THE_CLOCK,
  "clock-start": OF_THE_CLOCK,
  "terminal-registration": "which tills are known stands in one place only, but for those at which somebody has sold",
};

it("is named by an invariant, or is not for a reason", () => {
  const looked = invariants.map(({ facts, figures = "" }) => facts + figures).join("\n");
  const all = modules.flatMap(({ operations, ownOperations = [] }) => [...operations, ...ownOperations]);
  const unnamed = all.map(({ name }) => name).filter((name) => !looked.includes(`'${name}'`));
  expect(unnamed.sort()).toEqual(Object.keys(UNNAMED).sort());
});
