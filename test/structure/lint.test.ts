/** The linter fires: type-aware rules fall silent, without a word, when their half of it is missing or blind. */
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "./source.ts";

const BAD = `import { other } from "./other.ts";
type Kind = "in" | "out";
declare function later(action: () => void): void;
export async function work(): Promise<number> { return other; }
export function bad(kind: Kind, anything: any): void {
  work();
  later(async () => { await work(); });
  switch (kind) {
    case "in":
      anything.go();
  }
  console.log(JSON.stringify(kind));
}
export async function waits(): Promise<void> { await 5; }
export default work;
`;

const GOOD = `type Kind = "in" | "out";
/** Every case, and a proof that there is no other. */
export function good(kind: Kind): number {
  switch (kind) {
    case "in":
      return 1;
    case "out":
      return 2;
    default:
      return kind satisfies never;
  }
}
`;

const CONFIG = {
  compilerOptions: { module: "nodenext", strict: true, noEmit: true, allowImportingTsExtensions: true },
};

describe("the linter", () => {
  let folder = "";
  let report = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "mclub-lint-"));
    await mkdir(join(folder, "src"));
    await copyFile(join(ROOT, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(CONFIG));
    await writeFile(join(folder, "src", "bad.ts"), BAD);
    await writeFile(
      join(folder, "src", "other.ts"),
      'import { work } from "./bad.ts";\nexport const other = Number(work);\n',
    );
    await writeFile(join(folder, "src", "good.ts"), GOOD);
    report = await lint(folder);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test.each([
    "typescript(no-floating-promises)",
    "typescript(no-misused-promises)",
    "typescript(await-thenable)",
    "typescript(switch-exhaustiveness-check)",
    "typescript(no-explicit-any)",
    "typescript(no-unsafe-call)",
    "import(no-cycle)",
    "import(no-default-export)",
    "eslint(no-console)",
  ])("refuses what %s is about", (rule) => {
    const lines = report.split("\n").filter((line) => line.includes(rule));
    expect(lines.join("\n"), report).toContain("bad.ts");
  });

  test("accepts what is right", () => {
    expect(report).not.toContain("good.ts");
  });
});

/** The linter's report, one finding a line. It ends with an error when it has found something. */
function lint(folder: string): Promise<string> {
  // From outside the checkout, the type-aware half is looked for on the PATH.
  const PATH = [join(ROOT, "node_modules", ".bin"), process.env["PATH"]].join(delimiter);
  const oxlint = join(ROOT, "node_modules", "oxlint", "bin", "oxlint");
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [oxlint, "-f", "unix", "src"],
      { cwd: folder, env: { ...process.env, PATH } },
      (error, stdout, stderr) => {
        if (error === null) reject(new Error(`nothing was found: ${stdout}${stderr}`));
        else resolve(stdout);
      },
    );
  });
}
