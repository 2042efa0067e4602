/** The layout in the README names the folders of src that are there. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const foldersIn = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true }).flatMap((each) => (each.isDirectory() ? [each.name] : []));

const readme = readFileSync("README.md", "utf8");
const block = readme.split("```").find((each) => /^src\/kernel\/ /m.test(each)) ?? "";
/** By folder of src, what is said of it: lines that are indented go on with the one before. */
const told = new Map(
  block
    .replaceAll(/\n +/g, " ")
    .split("\n")
    .flatMap((line) => {
      const [, name = "", text = ""] = /^src\/([a-z]+)\/ +(.*)$/.exec(line) ?? [];
      return name === "" ? [] : [[name, text] as const];
    }),
);

test("it has every folder of src, and no other", () => {
  expect([...told.keys()].sort()).toEqual(foldersIn("src").sort());
});

test("each folder that it names within another is there", () => {
  const named = [...told].flatMap(([folder, text]) =>
    [...text.matchAll(/([a-z][a-z-]*)\//g)].map(([, name = ""]) => ({ folder, name })),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ folder, name }) => !foldersIn(`src/${folder}`).includes(name))).toEqual([]);
});

test("every folder of finance is named", () => {
  const text = told.get("finance") ?? "";
  expect(foldersIn("src/finance").filter((name) => !text.includes(`${name}/`))).toEqual([]);
});
