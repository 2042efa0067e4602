/**
 * What is changed in postgres.js, as a diff that can be reviewed. After a change of src/db/driver/changes.ts,
 * `npx vitest run test/db/driver-changes.test.ts -u` writes docs/reference/postgres-driver.md anew.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { CHANGES, changed, type DriverChange } from "../../src/db/driver/changes.ts";

const folder = dirname(createRequire(import.meta.url).resolve("postgres"));
const releasedText = (file: string) => readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n");

test("every change of the driver stands in the reference, as a diff with its reason", async () => {
  await expect(page()).toMatchFileSnapshot("../../docs/reference/postgres-driver.md");
});

test("every line that a change replaces stands in the release, and no change hides another", () => {
  for (const change of CHANGES) {
    const { file, edits } = change;
    const others = changed(
      releasedText(file),
      CHANGES.filter((other) => other.file === file && other !== change),
    );
    const places = (text: string) => edits.map(({ from }) => occurrences(text, from).length);
    expect(Math.min(...places(releasedText(file))), change.name).toBeGreaterThan(0);
    expect(places(others), change.name).toEqual(places(releasedText(file)));
  }
});

function page(): string {
  const sections = CHANGES.map((change) => {
    const { name, reason, upstream } = change;
    const known =
      upstream.length === 0 ? "not reported there, as far as is known" : upstream.map((url) => `<${url}>`).join(", ");
    return `## ${name}\n\n${reason}\n\nUpstream: ${known}.\n\n\`\`\`diff\n${diff(change)}\n\`\`\`\n`;
  });
  return `# The driver, and what is changed in it

postgres.js 3.4.9 is loaded with the changes below (\`src/db/driver.ts\`); why so is told in
[decision 0007](../decisions/0007-driver-mended-in-memory.md). This page is made from \`src/db/driver/changes.ts\` by a
test, which also holds it against the code; each diff is against the file as it was released.

${sections.join("\n")}`;
}

const CONTEXT = 3;

interface Hunk {
  /** Of the first line replaced, from zero. */
  readonly line: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** One change as a unified diff against the released file. */
function diff(change: DriverChange): string {
  const text = releasedText(change.file);
  const lines = text.split("\n");
  const hunks = change.edits
    .flatMap(({ from, to }) => occurrences(text, from).map((line) => trimmed(line, from.split("\n"), to.split("\n"))))
    .sort((a, b) => a.line - b.line);
  let shift = 0;
  const told = hunks.map(({ line, before, after }) => {
    const end = line + before.length;
    const above = lines.slice(line - CONTEXT, line);
    const below = lines.slice(end, end + CONTEXT);
    const context = above.length + below.length;
    const start = line - above.length + 1;
    const range = `@@ -${start},${before.length + context} +${start + shift},${after.length + context} @@`;
    shift += after.length - before.length;
    const marked = (mark: string, some: readonly string[]) => some.map((one) => `${mark}${one}`.trimEnd());
    return [range, ...marked(" ", above), ...marked("-", before), ...marked("+", after), ...marked(" ", below)].join(
      "\n",
    );
  });
  return [`--- a/cjs/src/${change.file}`, `+++ b/cjs/src/${change.file}`, ...told].join("\n");
}

/** The numbers of the lines, from zero, at which this text of whole lines stands. */
function occurrences(text: string, from: string): number[] {
  const parts = text.split(`\n${from}\n`).slice(0, -1);
  let before = 0;
  return parts.map((part) => {
    const line = before + part.split("\n").length;
    before = line + from.split("\n").length;
    return line;
  });
}

/** Without the lines that stay as they are, above and below. */
function trimmed(line: number, before: string[], after: string[]): Hunk {
  let top = 0;
  while (top < Math.min(before.length, after.length) && before[top] === after[top]) top += 1;
  let bottom = 0;
  const rest = Math.min(before.length, after.length) - top;
  while (bottom < rest && before.at(-1 - bottom) === after.at(-1 - bottom)) bottom += 1;
  return {
    line: line + top,
    before: before.slice(top, before.length - bottom),
    after: after.slice(top, after.length - bottom),
  };
}
