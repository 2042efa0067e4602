/** The closed list of problems, as people read it in docs/reference/problems.md. */
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { problems } from "../../src/kernel/problems.ts";

const PAGE = new URL("../../docs/reference/problems.md", import.meta.url);

describe("docs/reference/problems.md", () => {
  it("has a line for each problem, with its status and whether trying again helps, and no others", async () => {
    const page = await readFile(PAGE, "utf8");
    const lines = [...page.matchAll(/^\| `(\w+)` \| (\d{3}) \| (yes|no) \| (.+?) \|/gm)].map(([, ...cells]) => cells);
    const wanted = Object.entries(problems).map(([code, { status, retryable, title }]) => [
      code,
      String(status),
      retryable ? "yes" : "no",
      title,
    ]);
    expect(lines).toEqual(wanted);
  });
});
