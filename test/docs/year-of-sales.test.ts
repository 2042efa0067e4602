/** The figures of a real year that pages show are those of the run; `MCLUB_UPDATE_EXAMPLES=1` draws their tables anew. */
import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { textOf } from "./pages.ts";
import { yearFiguresShown, yearTables } from "./year-tables.ts";

const PAGES_OF_THE_YEAR = ["docs/guides/finance.md", "docs/reference/year-of-sales.md"];
const TABLE = /<!-- (.+?) -->\n\n([\s\S]*?)\n\n<!-- end -->/g;

describe("the tables of the real year", () => {
  it.each(PAGES_OF_THE_YEAR)("in %s are those of the run", (page) => {
    const tables = yearTables(yearFiguresShown());
    if (process.env["MCLUB_UPDATE_EXAMPLES"] === "1") {
      const drawn = (_: string, name: string) => `<!-- ${name} -->\n\n${tables.get(name) ?? ""}\n\n<!-- end -->`;
      writeFileSync(page, textOf(page).replaceAll(TABLE, drawn));
    }
    const found = [...textOf(page).matchAll(TABLE)];
    expect(found.length).toBeGreaterThan(0);
    for (const [, name = "", table] of found) expect([name, table]).toEqual([name, tables.get(name)]);
  });

  it("are all shown", () => {
    const shown = PAGES_OF_THE_YEAR.map(textOf).join("\n");
    expect([...yearTables(yearFiguresShown()).keys()].filter((name) => !shown.includes(`<!-- ${name} -->`))).toEqual(
      [],
    );
  });
});
