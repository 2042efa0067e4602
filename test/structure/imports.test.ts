/** The reader of imports sees all of them: a rule about imports is worth no more than this. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parseSource, ROOT, sourceFiles, targetOf } from "./source.ts";
import type { Import } from "./source.ts";

const importsOf = (text: string): readonly Import[] => parseSource("src/ledger/made-up.ts", text).imports;

describe("the reader of imports", () => {
  test.each<[text: string, specifier: string, names: string[], typeOnly: boolean]>([
    ['import { a, type B, c as d } from "./x.ts";', "./x.ts", ["a", "c"], false],
    ['import {\n  a,\n  b,\n} from "./x.ts";', "./x.ts", ["a", "b"], false],
    ["import a from './x.ts'", "./x.ts", ["default"], false],
    ['import a, { b } from "x";', "x", ["default", "b"], false],
    ['import * as x from "x";', "x", ["*"], false],
    ['import type { A } from "./x.ts";', "./x.ts", ["A"], true],
    ['import type A from "./x.ts";', "./x.ts", ["default"], true],
    ['import { type A, type B } from "./x.ts";', "./x.ts", [], false],
    ['import "./x.ts";', "./x.ts", ["*"], false],
    ['export { a as b } from "./x.ts";', "./x.ts", ["a"], false],
    ['export type { A } from "./x.ts";', "./x.ts", ["A"], true],
    ['export * from "./x.ts";', "./x.ts", ["*"], false],
    ['export * as x from "./x.ts";', "./x.ts", ["*"], false],
    ['const x = await import("./x.ts");', "./x.ts", ["*"], false],
    ['const u = "http://a"; const x = await import("./x.ts");', "./x.ts", ["*"], false],
  ])("reads %j", (text, specifier, names, typeOnly) => {
    const [only, ...others] = importsOf(text);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ line: 1, specifier, names, typeOnly });
  });

  test.each<[text: string, locals: Record<string, string>]>([
    ['import a, { b as c, type D, e } from "./x.ts";', { a: "default", c: "b", e: "e" }],
    ['import * as x from "x";', { x: "*" }],
    ['export { a } from "./x.ts";', {}],
    ['import type { A } from "./x.ts";', { A: "A" }],
  ])("tells the names that %j gives", (text, locals) => {
    expect(Object.fromEntries(importsOf(text)[0]!.locals)).toEqual(locals);
  });

  test.each([
    '// import { a } from "./x.ts";',
    '/*\nimport { a } from "./x.ts";\n*/',
    'export const list = Array.from("abc");',
    'export function from() {\n  return "./x.ts";\n}',
    'export { a };\nconst text = "from";',
  ])("finds no import in %j", (text) => {
    expect(importsOf(text)).toEqual([]);
  });

  test("tells the line, past comments", () => {
    expect(importsOf('/* one\n two */\n\nimport { a } from "./x.ts";\n')).toMatchObject([{ line: 4 }]);
  });

  test("finds every import of the checkout, and each leads to a file", () => {
    const files = sourceFiles("src", "test");
    for (const file of files) {
      const statements = file.code.match(/^import\b[\s\S]*?["'][^"'\n]+["'];?$/gm) ?? [];
      expect(file.imports.length, `${file.path} has ${statements.length} imports`).toBeGreaterThanOrEqual(
        statements.length,
      );
    }
    const targets = files.flatMap((file) =>
      // What examples inside strings name is not there, and is not meant to be.
      file.path.startsWith("test/structure/") ? [] : file.imports.map((each) => targetOf(file, each)),
    );
    const relative = targets.filter((target) => target !== null);
    expect(relative.length).toBeGreaterThan(50);
    expect(relative.filter((target) => !existsSync(resolve(ROOT, target)))).toEqual([]);
  });
});
