/** A shell in which the examples of a page run one after another, as a reader's would: what one sets, the next one has. */
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface Shell {
  /** Runs a script; answers the lines that it printed. Throws where its last command failed. */
  run(script: string): Promise<string[]>;
  close(): Promise<void>;
}

const STAND_IN = fileURLToPath(new URL("curl.ts", import.meta.url));
const TSX = import.meta.resolve("tsx");
const END = "\u001e";

/** Whether this machine has a curl of its own. */
export function hasCurl(): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, "curl"), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Opens a shell; its curl is this machine's own, or the stand-in. */
export async function openShell(curl: "own" | "stand-in"): Promise<Shell> {
  const folder = await mkdtemp(join(tmpdir(), "mclub-docs-"));
  if (curl === "stand-in") {
    const script = `#!/bin/sh\nexec "${process.execPath}" --import "${TSX}" "${STAND_IN}" "$@"\n`;
    await writeFile(join(folder, "curl"), script, { mode: 0o755 });
  }
  const path = `${folder}${delimiter}${process.env["PATH"] ?? ""}`;
  const shell = spawn("sh", [], { env: { PATH: path, LC_ALL: "C.UTF-8" }, stdio: ["pipe", "pipe", "pipe"] });
  let complaints = "";
  shell.stderr.on("data", (chunk: Buffer) => (complaints += chunk.toString("utf8")));
  const lines = createInterface({ input: shell.stdout })[Symbol.asyncIterator]();
  return {
    async run(script) {
      complaints = "";
      shell.stdin.write(`${script}\nprintf '\\n\\036%s\\n' "$?"\n`);
      const printed: string[] = [];
      for (;;) {
        const next = await lines.next();
        if (next.done === true) throw new Error(`the shell ended: ${complaints}`);
        if (next.value.startsWith(END)) {
          if (next.value !== `${END}0`) throw new Error(`ended with ${next.value.slice(1)}: ${complaints}`);
          return printed.filter((line) => line !== "");
        }
        printed.push(next.value);
      }
    },
    async close() {
      const ended = new Promise((resolve) => shell.once("exit", resolve));
      shell.stdin.end();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
