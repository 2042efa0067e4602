/** The commands as a newcomer runs them: from the shell, on a machine where no service runs. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

function run(...args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, BASE_URL: "", MCLUB_ADMIN_KEY: "" };
    const child = spawn(process.execPath, ["--import", "tsx", ...args], { cwd: PROJECT, env });
    let out = "";
    let err = "";
    child.stdout.on("data", (text: Buffer) => (out += text.toString()));
    child.stderr.on("data", (text: Buffer) => (err += text.toString()));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, out, err }));
  });
}

it("the demo starts a ledger of its own, tells its story, and ends well", { timeout: 120_000 }, async () => {
  const { code, out, err } = await run("src/tools/demo.ts", "--people", "12", "--receipts", "60", "--days", "20");
  expect({ code, err: err.includes("rror") ? err : "" }).toEqual({ code: 0, err: "" });
  expect(out).toContain("Верхнереченск");
  expect(out).toMatch(/members +12\n/);
  expect(out).toContain("Every invariant holds.");
  expect(out).toContain("Next\n");
});

it("a file that is not there, and a count that is none, end with an error in words", { timeout: 60_000 }, async () => {
  const missing = await run("src/tools/replay.ts", "no-such-file.csv");
  expect(missing.code).toBe(1);
  expect(missing.err).toContain("no-such-file.csv");
  expect(missing.err).not.toContain("    at ");
  const wrong = await run("src/tools/demo.ts", "--days", "3");
  expect(wrong.code).toBe(1);
  expect(wrong.err).toContain("at least 10");
});
