/**
 * Whatever the README, the tutorial and the guides show works as shown: their examples are run, in order, and the
 * answers are compared. Guides go on where the README's first sale ends.
 *
 * `MCLUB_UPDATE_EXAMPLES=1` fills answers that consist of `…`, and of the fields that are asked for:
 * `… earned, balance[pending available]`.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { differences, type Example, examplesOf, isBlank, layOut, picked } from "./examples.ts";
import { settled } from "../finance/exports/settled.ts";
import { type Sandbox, startMain, startWithin } from "./service.ts";
import { hasCurl, openShell, type Shell } from "./shell.ts";

const README = "README.md";
const TUTORIAL = "docs/tutorial.md";
const GUIDES = readdirSync("docs/guides").map((name) => join("docs/guides", name));
const own = hasCurl() ? "own" : "stand-in";

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

const textOf = (page: string): string => readFileSync(page, "utf8");
const addressOf = (page: string): string => /^URL=(\S+)$/m.exec(textOf(page))?.[1] ?? "";
const keyOf = (page: string): string => /^KEY=(\S+)$/m.exec(textOf(page))?.[1] ?? "";

const OF_A_MARK = /\/v1\/(?:exports|adjustment-costs)/;

/** A reader: types what a page says, with the address and the key of their own service. */
class Reader {
  readonly #shell: Shell;
  readonly #sandbox: Sandbox;
  /** Of each kind of identity, the one that was shown last; and so of pickup codes. */
  readonly #shown = new Map<string, string>();

  constructor(shell: Shell, sandbox: Sandbox) {
    this.#shell = shell;
    this.#sandbox = sandbox;
  }

  /** Runs the examples of a page: how many there are, and what was not as shown. */
  async read(page: string): Promise<{ count: number; failures: string[] }> {
    const examples = examplesOf(textOf(page));
    const failures: string[] = [];
    for (const example of examples) failures.push(...(await this.#try(page, example)));
    return { count: examples.length, failures };
  }

  async #try(page: string, { line, script, expected }: Example): Promise<string[]> {
    const answers: unknown[] = [];
    // What is copied from an answer may be copied from one of the same block.
    for (const part of script.split(/^(?=[A-Z]+=(?:[a-z]{3}_)?…)/m)) {
      // What other tests write on the same server holds back what is told as of a mark.
      if (OF_A_MARK.test(part)) await settled(this.#sandbox);
      const printed = await this.#shell.run(this.#asTyped(part));
      answers.push(...printed.filter((text) => text.startsWith("{")).map((text) => JSON.parse(text) as unknown));
      for (const [prefix, id] of shownIn(answers.at(-1))) this.#shown.set(prefix, id);
    }
    const last = answers.at(-1);
    const where = `${page}:${line}`;
    const foreseen = expected !== undefined && (expected.includes('"code"') || isBlank(expected)) ? last : undefined;
    const refused = answers.filter((answer) => isProblem(answer) && answer !== foreseen);
    const surprises = refused.map((answer) => `${where}: ${JSON.stringify(answer)}`);
    if (expected === undefined) return surprises;
    if (isBlank(expected)) {
      if (process.env["MCLUB_UPDATE_EXAMPLES"] === "1") fill(page, expected, last);
      return [...surprises, `${where}: the answer is not written down`];
    }
    return [...surprises, ...differences(JSON.parse(expected), last).map((text) => `${where}: ${text}`)];
  }

  /** `SALE=pur_…` stands for what a reader copies from an answer above, `CODE=…` for a pickup code. */
  #asTyped(script: string): string {
    return script
      .replaceAll(addressOf(README), this.#sandbox.url)
      .replaceAll(keyOf(README), this.#sandbox.key)
      .replaceAll(/^([A-Z]+)=(?:([a-z]{3})_)?…/gm, (_, name: string, prefix: string = CODE) => {
        const shown = this.#shown.get(prefix);
        if (shown === undefined) throw new Error(`no ${prefix} has been shown before ${script}`);
        return `${name}=${shown}`;
      });
  }
}

const isProblem = (answer: unknown): boolean => typeof answer === "object" && answer !== null && "retryable" in answer;

/** A code that proves a pickup, as an answer calls it. */
const CODE = "pickupCode";

/** The first identity of each kind in an answer, and the code that it tells. */
function shownIn(answer: unknown): Map<string, string> {
  const text = JSON.stringify(answer ?? null);
  const ids = [...text.matchAll(/"(([a-z]{3})_[0-9a-f]{32,36})"/g)].toReversed();
  const codes = [...text.matchAll(/"pickupCode":"(\d{6})"/g)];
  return new Map([
    ...ids.map(([, id = "", prefix = ""]) => [prefix, id] as const),
    ...codes.map(([, code = ""]) => [CODE, code] as const),
  ]);
}

function fill(page: string, blank: string, answer: unknown): void {
  const placeholders = JSON.stringify(picked(answer, blank))
    .replaceAll(/"([a-z]{3})_[0-9a-f]{32,36}"/g, '"$1_…"')
    .replaceAll(/"nextCursor":"[^"]+"/g, '"nextCursor":"…"')
    .replaceAll(/"pickupCode":"\d{6}"/g, '"pickupCode":"…"')
    .replaceAll(/"(urn:request:)?[\w-]{12}\.[0-9a-z]+"/g, '"$1…"');
  const written = layOut(JSON.parse(placeholders));
  writeFileSync(
    page,
    textOf(page).replace(`\`\`\`json\n${blank}\`\`\``, () => `\`\`\`json\n${written}\n\`\`\``),
  );
}

async function readerOf(start: () => Promise<Sandbox>, curl: "own" | "stand-in"): Promise<Reader> {
  const sandbox = await start();
  open.push(() => sandbox.close());
  const shell = await openShell(curl);
  open.push(() => shell.close());
  return new Reader(shell, sandbox);
}

/** Without curl each request starts a process of its own. */
const patient = { timeout: 120_000 };

describe("what the pages show is what the service answers", patient, () => {
  it("README.md, on a service that is started as it says", async () => {
    const reader = await readerOf(() => startMain(keyOf(README)), own);
    expect(await reader.read(README)).toEqual({ count: 8, failures: [] });
  });

  it("README.md, where there is no curl", async () => {
    const reader = await readerOf(startWithin, "stand-in");
    expect(await reader.read(README)).toEqual({ count: 8, failures: [] });
  });

  it("docs/tutorial.md", async () => {
    const reader = await readerOf(startWithin, own);
    const { count, failures } = await reader.read(TUTORIAL);
    expect(failures).toEqual([]);
    expect(count).toBeGreaterThan(14);
  });

  it.each(GUIDES)("%s, after the README", async (guide) => {
    const reader = await readerOf(startWithin, own);
    await reader.read(README);
    const { count, failures } = await reader.read(guide);
    expect(failures).toEqual([]);
    expect(count).toBeGreaterThan(0);
  });
});

describe("the statements that auditors and accountants are shown", patient, () => {
  it.each(["docs/guides/auditors.md", "docs/guides/books.md"])(
    "%s: they run, and find nothing wrong",
    async (guide) => {
      const sandbox = await startWithin();
      open.push(() => sandbox.close());
      const shell = await openShell(own);
      open.push(() => shell.close());
      await new Reader(shell, sandbox).read(README);
      const blocks = [...textOf(guide).matchAll(/^([^\n]*)\n\n```sql\n([\s\S]*?)^```$/gm)];
      expect(blocks.length).toBeGreaterThan(0);
      for (const [, promise = "", statements = ""] of blocks) {
        for (const statement of statements.split(/;\n/).filter((text) => text.trim() !== "")) {
          const rows = await sandbox.sql.unsafe(statement);
          const none = promise.includes("no rows expected") || statement.includes("role_table_grants");
          expect([statement, rows.length > 0]).toEqual([statement, !none]);
        }
      }
    },
  );
});

describe("the comparison", () => {
  it("sees what differs, what is missing and what nobody mentioned", () => {
    const said = { id: "pur_…", lots: [{ amount: "1.00" }, "…"], "…": "…" };
    expect(differences(said, { id: "pur_1", lots: [{ amount: "1.00" }, {}], more: 1 })).toEqual([]);
    expect(differences(said, { id: "ret_1", lots: [{ amount: "2.00", more: 1 }] })).toHaveLength(3);
    expect(differences({ a: 1 }, { b: 1 })).toHaveLength(2);
    expect(differences([], [1])).toHaveLength(1);
    expect(differences({ a: "" }, null)).toHaveLength(1);
  });
});
