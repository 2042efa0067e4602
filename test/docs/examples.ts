/**
 * Examples of the documentation, as a test runs them: a fenced `sh` block that asks the service, and the `json` block
 * after it with the last answer. In an expected answer `…` stands for what cannot be foretold: `"pur_…"` for an
 * identity, `"…"` for any text, `"…": "…"` for further fields, a last `"…"` in a list for further entries.
 */
export interface Example {
  /** Where it stands, for a failure. */
  readonly line: number;
  readonly script: string;
  /** Absent: it only must not be refused. */
  readonly expected: string | undefined;
}

/** What a reader types to talk to the service; other blocks (`npm ci`) are not run. */
const ASKS = /^\s*(?:[A-Z]+=(?!.*npm )|curl |get |put |post |\w+\(\) \{)/m;

/** The examples of a page, in order. */
export function examplesOf(markdown: string): Example[] {
  const fences = [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)];
  return fences.flatMap((fence, index) => {
    const [, language, script = ""] = fence;
    if (language !== "sh" || !ASKS.test(script)) return [];
    const next = fences[index + 1];
    const expected = next?.[1] === "json" && !hasHeading(markdown, fence, next) ? next[2] : undefined;
    return [{ line: markdown.slice(0, fence.index).split("\n").length, script, expected }];
  });
}

/** An answer belongs to the block before it, not to one of another section. */
function hasHeading(markdown: string, from: RegExpMatchArray, to: RegExpMatchArray): boolean {
  return /^#/m.test(markdown.slice((from.index ?? 0) + from[0].length, to.index));
}

const ANY = "…";

/** Differences between an answer and what a page says of it; none where they agree. */
export function differences(expected: unknown, actual: unknown, path = "answer"): string[] {
  if (expected === ANY) return [];
  if (Array.isArray(expected)) return listDifferences(expected, actual, path);
  if (isRecord(expected)) return isRecord(actual) ? fieldDifferences(expected, actual, path) : [`${path}: no object`];
  if (typeof expected === "string" && expected.endsWith(ANY)) {
    const fits = typeof actual === "string" && actual.startsWith(expected.slice(0, -1)) && actual !== expected;
    return fits ? [] : [`${path}: ${JSON.stringify(actual)} does not begin as ${expected}`];
  }
  return expected === actual ? [] : [`${path}: ${JSON.stringify(actual)}, and not ${JSON.stringify(expected)}`];
}

function listDifferences(expected: readonly unknown[], actual: unknown, path: string): string[] {
  if (!Array.isArray(actual)) return [`${path}: no list`];
  const open = expected.at(-1) === ANY;
  const stated = open ? expected.slice(0, -1) : expected;
  const fits = open ? actual.length >= stated.length : actual.length === stated.length;
  if (!fits) return [`${path}: ${actual.length} entries, and not ${stated.length}`];
  return stated.flatMap((entry, index) => differences(entry, actual[index], `${path}[${index}]`));
}

function fieldDifferences(
  expected: Readonly<Record<string, unknown>>,
  actual: Readonly<Record<string, unknown>>,
  path: string,
): string[] {
  const { [ANY]: open, ...stated } = expected;
  const missing = Object.keys(stated).filter((name) => !(name in actual));
  const further = open === undefined ? Object.keys(actual).filter((name) => !(name in stated)) : [];
  return [
    ...missing.map((name) => `${path}.${name}: is not there`),
    ...further.map((name) => `${path}.${name}: is there, and the page does not say so`),
    ...Object.entries(stated).flatMap(([name, value]) =>
      name in actual ? differences(value, actual[name], `${path}.${name}`) : [],
    ),
  ];
}

/** Whether an answer is still to be written down. */
export const isBlank = (expected: string): boolean => expected.startsWith(ANY);

/** What a blank asks to be shown of an answer: all of it, or some fields, and some fields of those. */
export function picked(answer: unknown, blank: string): unknown {
  const asked = [...blank.matchAll(/(\w+)(?:\[([\w ]+)\])?/g)];
  if (asked.length === 0 || !isRecord(answer)) return answer;
  const fields = asked.map(([, name = "", inner]) => [
    name,
    inner === undefined ? answer[name] : inside(answer[name], inner),
  ]);
  return { ...Object.fromEntries(fields), [ANY]: ANY };
}

function inside(value: unknown, names: string): unknown {
  return Array.isArray(value) ? value.map((entry) => picked(entry, names)) : picked(value, names);
}

const WIDTH = 132;

function flat(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flat).join(", ")}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, entry]) => `${JSON.stringify(name)}: ${flat(entry)}`);
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

/** An answer as a page shows it: what fits stands on one line. */
export function layOut(value: unknown, indent = "", lead = 0): string {
  const brief = flat(value);
  if (typeof value !== "object" || value === null || indent.length + lead + brief.length <= WIDTH) return brief;
  const deeper = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((entry) => layOut(entry, deeper))
    : Object.entries(value).map(([name, entry]) => {
        const key = `${JSON.stringify(name)}: `;
        return `${key}${layOut(entry, deeper, key.length)}`;
      });
  const [from, to] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return `${from}\n${parts.map((part) => `${deeper}${part}`).join(",\n")}\n${indent}${to}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
