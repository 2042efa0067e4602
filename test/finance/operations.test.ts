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

/** What SQL compares a column `name` with: the same word may be a reason, an event or a kind elsewhere. */
const COMPARED = /\bname\s*(?:=|<>|(?:not )?in|= any)\s*(\([^)]*\)|array\[[^\]]*\]|'[^']*')/g;
const CASES = /\bcase (?:\w+\.)?name\b((?:(?!\bend\b)[^])*)/g;
const WORD = /'([^']*)'/g;
const CASE = /\bwhen '([^']*)'/g;

function namesIn(sql: string): string[] {
  const within = (outer: RegExp, inner: RegExp) =>
    [...sql.matchAll(outer)].flatMap(([, part = ""]) => [...part.matchAll(inner)].map(([, name = ""]) => name));
  return [...within(COMPARED, WORD), ...within(CASES, CASE)];
}

it("finds operations where they are named, and not where something else has the same name", () => {
  const sql = "o.name in ('a', 'b') and x.reason = 'c' and name = 'd' and case o.name when 'e' then 'f' end";
  expect(namesIn(sql)).toEqual(["a", "b", "d", "e"]);
});

it("is named by an invariant, or is not for a reason", () => {
  const looked = new Set(invariants.flatMap(({ facts, figures = "" }) => namesIn(facts + figures)));
  const all = modules.flatMap(({ operations, uploads = [], ownOperations = [] }) => [
    ...operations,
    ...uploads.map(({ operation }) => operation),
    ...ownOperations,
  ]);
  const unnamed = all.map(({ name }) => name).filter((name) => !looked.has(name));
  expect(unnamed.sort()).toEqual(Object.keys(UNNAMED).sort());
});
