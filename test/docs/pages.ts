/** The pages of the documentation, and what stands in them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const textOf = (page: string): string => readFileSync(page, "utf8");

export const PAGES = [
  "README.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

/** The rows of all tables of a page; a pipe inside of a cell is written `\|`. */
export function rowsOf(markdown: string): string[][] {
  return markdown
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim().replaceAll("\\|", "|")));
}

/** What stands under a heading, up to the next one of its level; nothing where there is no such heading. */
export function sectionOf(page: string, heading: string): string {
  const [, section = ""] = textOf(page).split(`\n## ${heading}\n`);
  return section.split("\n## ")[0] ?? "";
}

/** Rows by what they say: a table stands in any order that reads well. */
export const sorted = <R extends readonly unknown[]>(rows: readonly R[]): R[] =>
  rows.toSorted((one, other) => String(one).localeCompare(String(other)));
