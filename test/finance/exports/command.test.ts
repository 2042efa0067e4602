/** `npm run export`: files that are there as a whole, with their control totals beside them, or not at all. */
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countRows } from "../../../src/cli/command/count-rows.ts";
import { FileRefused, writeWhole } from "../../../src/engine/exporting/whole-file.ts";
import { takeExport } from "../../../src/cli/command/take-export.ts";
import { formatsOf } from "../../../src/engine/exporting/formats.ts";
import { allExports } from "../../../src/modules.ts";
import { routes } from "../../support/contract.ts";
import { KEY_TEXTS } from "../../support/keys.ts";
import { testHttp, type TestHttp } from "../../support/http.ts";
import { liveThrough } from "../../support/town.ts";
import { askDuck } from "./duck.ts";

const folder = mkdtempSync(join(tmpdir(), "mclub-command-"));
let http: TestHttp;
beforeAll(async () => {
  http = await testHttp();
  await liveThrough(http);
}, 120_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await http.close();
});

/** The command as a process of its own. */
const run = (...words: string[]) => runIn(tmpdir(), ...words);

/** The same with another folder for what it makes meanwhile. */
async function runIn(temporary: string, ...words: string[]) {
  const env = { PATH: process.env["PATH"], TMPDIR: temporary, DATABASE_URL: http.database.url, ...KEY_TEXTS };
  const child = spawn(process.execPath, ["--import", "tsx", "src/cli/export.ts", ...words], { env });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await once(child, "close");
  return { code: child.exitCode, output };
}

const finance = async (path: string) => {
  const key = await http.newKey(["finance"]);
  const answer = await http.app.request(`/v1/exports/${path}`, { headers: { authorization: `Bearer ${key}` } });
  return Buffer.from(await answer.arrayBuffer());
};

interface Beside {
  readonly mark: string;
  readonly rows: number;
  readonly sums: Readonly<Record<string, string>>;
  readonly bytes: number;
  readonly sha256: string;
}
const beside = (path: string) => JSON.parse(readFileSync(`${path}.totals.json`, "utf8")) as Beside;

describe("npm run export", () => {
  it.each(["csv", "jsonl", "parquet"])(
    "writes the journal of a month as %s, as the service gives it",
    async (format) => {
      const path = join(folder, `journal.${format}`);
      const { code, output } = await run(
        "journal",
        "--month",
        "2026-03",
        "--entity",
        "mvideo",
        "--format",
        format,
        "--out",
        path,
      );
      expect(code, output).toBe(0);
      // The bar, on its error output.
      expect(output).toContain("100%");
      const bytes = readFileSync(path);
      const told = beside(path);
      expect(
        bytes.equals(await finance(`journal?month=2026-03&entity=mvideo&format=${format}&mark=${told.mark}`)),
      ).toBe(true);
      expect(told.bytes).toBe(bytes.length);
      expect(told.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
      const table = { csv: "read_csv", jsonl: "read_json", parquet: "read_parquet" }[format] ?? "";
      const [counted] = await askDuck(
        { [`f.${format}`]: bytes },
        `select count(*)::int as rows, sum(amount::decimal(38, 2))::varchar as amount from ${table}('FOLDER/f.${format}')`,
      );
      expect(counted).toEqual({ rows: told.rows, amount: told.sums["amount"] });
      expect(told.rows).toBeGreaterThan(10);
    },
  );

  it("has every export that the service has, in its formats, of a month", async () => {
    const names = routes.flatMap(({ path }) => /^\/v1\/exports\/([^/]+)$/.exec(path)?.[1] ?? []);
    expect(names.length).toBeGreaterThan(8);
    const { output } = await run("--help");
    for (const name of names) {
      expect(output).toContain(name);
      const asked = allExports.find((each) => each.name === name);
      for (const format of formatsOf(asked ?? {})) {
        const path = join(folder, `each-${name}.${format}`);
        const question = { month: "2026-03", entity: "mvideo" };
        await takeExport(http.database, name, { ...question, format, out: path, quiet: true });
        const { mark, rows, sha256 } = beside(path);
        const bytes = await finance(`${name}?month=2026-03&entity=mvideo&format=${format}&mark=${mark}`);
        expect([name, format, createHash("sha256").update(bytes).digest("hex")]).toEqual([name, format, sha256]);
        expect([name, rows > 0]).toEqual([name, true]);
      }
    }
  }, 120_000);

  it.each([
    ["liability", { format: "xlsx", from: "2026-03-05", to: "2026-03-10" }],
    ["ageing", { format: "csv", asOf: "2026-03-10" }],
    ["cohorts", { format: "csv" }],
  ] as const)("takes other days than a month as well: %s", async (name, options) => {
    const path = join(folder, `${name}.${options.format}`);
    await takeExport(http.database, name, { ...options, out: path, quiet: true });
    expect(readFileSync(path).length).toBe(beside(path).bytes);
    expect(beside(path).rows).toBeGreaterThan(0);
  });

  it.each([
    ["journals", {}, "There is no journals"],
    ["journal", { month: "2026-13" }, "a month is written 2026-03"],
    ["journal", { asOf: "2026-03-01" }, "asOf"],
    ["journal", { format: "xlsx" }, "not as xlsx"],
    ["journal", { mark: "x" }, "A mark is a number"],
    ["journal", { mark: "999999999999999999" }, "mark_ahead"],
    ["entries", { month: "2026-03" }, "unprocessable_request"],
    ["journal", { out: "/nowhere/at/all.csv" }, "its folder is not there"],
  ] as const)("refuses %s %j", async (name, options, told) => {
    const taken = takeExport(http.database, name, { format: "csv", quiet: true, ...options });
    await expect(taken).rejects.toThrow(told);
  });

  it("says in words what is wrong", async () => {
    const { code, output } = await run("entries", "--month", "2026-03");
    expect(code).toBe(1);
    expect(output).toContain("say whose entries");
    expect(output).not.toContain("    at ");
  });
});

it("puts no file in the place of what is none", async () => {
  const [target, path] = [join(folder, "target.csv"), join(folder, "link.csv")];
  writeFileSync(target, "of yesterday");
  symlinkSync(target, path);
  const { code, output } = await run("liability", "--out", path);
  expect([code, lstatSync(path).isSymbolicLink(), readFileSync(target, "utf8")]).toEqual([1, true, "of yesterday"]);
  expect(output).toContain(`${path} was not written: it is there, and no file`);
}, 60_000);

const canMount = process.platform === "linux" && process.getuid?.() === 0;

describe("a disk that fills during an export", () => {
  it.skipIf(!canMount)(
    "leaves no file, says so, and leaves what was there (needs rights to mount a small disk)",
    async () => {
      const disk = mkdtempSync(join(tmpdir(), "mclub-disk-"));
      try {
        execFileSync("mount", ["-t", "tmpfs", "-o", "size=32k", "tmpfs", disk]);
        const path = join(disk, "journal.csv");
        writeFileSync(path, "of yesterday");
        for (const format of ["csv", "jsonl"]) {
          const { code, output } = await run("journal", "--format", format, "--out", path);
          expect(code).toBe(1);
          expect(output).toContain(`${path} was not written: no room is left on its disk`);
          expect(readdirSync(disk)).toEqual(["journal.csv"]);
          expect(readFileSync(path, "utf8")).toBe("of yesterday");
        }
      } finally {
        execFileSync("umount", [disk]);
        rmSync(disk, { recursive: true });
      }
    },
    90_000,
  );

  it.skipIf(!canMount).each([
    ["of the file", { out: true }],
    ["of the text that it is made of", { out: false }],
  ])(
    "leaves no file of columns either, where it is the disk %s (needs rights to mount a small disk)",
    async (_which, { out }) => {
      const disk = mkdtempSync(join(tmpdir(), "mclub-disk-"));
      try {
        execFileSync("mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", disk]);
        const kept = out ? disk : mkdtempSync(join(folder, "columns-"));
        const path = join(kept, "journal.parquet");
        writeFileSync(path, "of yesterday");
        const words = ["journal", "--format", "parquet", "--out", path];
        const { code, output } = await runIn(out ? tmpdir() : disk, ...words);
        expect(code, output).toBe(1);
        expect(output).toMatch(/no room is left on/i);
        expect(output).not.toContain("    at ");
        expect(readdirSync(kept)).toEqual(["journal.parquet"]);
        expect(readFileSync(path, "utf8")).toBe("of yesterday");
        expect(readdirSync(disk).filter((name) => name.startsWith("mclub-export"))).toEqual([]);
      } finally {
        execFileSync("umount", [disk]);
        rmSync(disk, { recursive: true });
      }
    },
    90_000,
  );

  it.skipIf(!existsSync("/dev/full"))("is told from other failures, and ends what it reads", async () => {
    const path = join(folder, "full.csv");
    const partial = join(folder, "full.partial");
    symlinkSync("/dev/full", partial);
    const source = Readable.from(endless());
    const written = writeWhole(source, { path, partial, beside: besideOf(path) });
    await expect(written).rejects.toThrow(FileRefused);
    expect(source.destroyed).toBe(true);
    expect(readdirSync(folder).filter((name) => name.startsWith("full"))).toEqual([]);
  });

  it("does not happen unseen: a source that breaks off leaves no file either", async () => {
    const path = join(folder, "cut.csv");
    const written = writeWhole(Readable.from(cut()), { path, beside: besideOf(path) });
    await expect(written).rejects.toThrow("cut");
    expect(readdirSync(folder).filter((name) => name.startsWith("cut"))).toEqual([]);
  });
});

const besideOf = (path: string) => ({ path: `${path}.totals.json`, told: () => ({}) });

function* endless() {
  for (;;) yield Buffer.alloc(65_536);
}

function* cut() {
  yield Buffer.alloc(65_536);
  throw new Error("cut");
}

describe("rows", () => {
  it("are counted whatever stands in quotes, and however the text is cut", () => {
    const text = Buffer.from('name,note\na,"one\ntwo ""quoted""\n"\nb,\n');
    for (let at = 0; at <= text.length; at += 1) {
      const count = countRows(true);
      count.see(text.subarray(0, at));
      count.see(text.subarray(at));
      expect(count.rows).toBe(2);
    }
    const lines = countRows(false);
    lines.see(Buffer.from('{"a":"\\""}\n{}\n'));
    expect(lines.rows).toBe(2);
  });
});
