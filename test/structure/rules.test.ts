/** The rules of the house hold in the whole checkout, and each is proven to fire on examples made up for it. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { drizzleNamesTables, importsPointDown } from "./import-rules.ts";
import { decidingIsPure } from "./purity-rule.ts";
import type { Rule } from "./rule.ts";
import { listFiles, parseSource, ROOT, sourceFiles } from "./source.ts";
import type { SourceFile } from "./source.ts";
import { subfoldersPointDown } from "./subfolder-rules.ts";
import { amountsAreNeverFloats, configReadsTheEnvironment, filesAreShort, nothingForeign } from "./text-rules.ts";

const sources = sourceFiles("src", "test", "loadtests");
const everything = listFiles().map((path): SourceFile => {
  return { path, text: readFileSync(resolve(ROOT, path), "utf8"), code: "", imports: [] };
});

const rules: readonly [rule: Rule, files: readonly SourceFile[]][] = [
  [importsPointDown, sources],
  [subfoldersPointDown, sources],
  [decidingIsPure, sources],
  [drizzleNamesTables, sources],
  [configReadsTheEnvironment, sources],
  [amountsAreNeverFloats, sources],
  [filesAreShort, sources],
  [nothingForeign, everything],
];

describe.each(rules)("$name", (rule, files) => {
  test.each(rule.refuses)("refuses %s, made-up example %#", (path, text) => {
    expect(rule.check(parseSource(path, text))).not.toEqual([]);
  });

  test.each(rule.accepts)("accepts %s, made-up example %#", (path, text) => {
    expect(rule.check(parseSource(path, text))).toEqual([]);
  });

  test("holds in every file", () => {
    expect(files.length).toBeGreaterThan(20);
    expect(files.flatMap((file) => rule.check(file).map((wrong) => `${file.path}:${wrong}`))).toEqual([]);
  });
});
