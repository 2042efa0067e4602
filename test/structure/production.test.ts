/** A production image carries the service alone: no tool, and nothing that only development needs. */
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packageOf, ROOT, sourceFiles, targetOf } from "./source.ts";

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

const tools = (path: string): boolean => path.startsWith("src/tools/");
const service = sourceFiles("src").filter(({ path }) => !tools(path));
const { dependencies } = JSON.parse(read("package.json")) as { dependencies: Readonly<Record<string, string>> };

/** Packages that are left at run time: types are erased. */
const imported = service.flatMap((file) =>
  file.imports
    .filter((each) => !each.typeOnly && targetOf(file, each) === null)
    .map(({ specifier }) => packageOf(specifier))
    .filter((name) => !isBuiltin(name)),
);

describe("what a production image carries", () => {
  test("imports nothing that only development installs", () => {
    expect(imported.length).toBeGreaterThan(20);
    expect(imported.filter((name) => !(name in dependencies))).toEqual([]);
  });

  test("is built without the tools, and they are not even copied to where it is built", () => {
    const build = JSON.parse(read("tsconfig.build.json")) as { include: string[]; exclude: string[] };
    expect(build).toMatchObject({ include: ["src"], exclude: ["src/tools"] });
    expect(read(".dockerignore").split("\n")).toContain("src/tools");
    const into = service.flatMap((file) => file.imports.map((each) => targetOf(file, each) ?? "").filter(tools));
    expect(into).toEqual([]);
  });
});
