/** Runs the command that matches a file, as whoever works on the machine of the ledger would. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { TestHttp } from "../../support/http.ts";
import { KEY_TEXTS } from "../../support/keys.ts";

export interface Commanding {
  readonly http: TestHttp;
  /** Where `m.json` is, the mapping, and where the command works. */
  readonly folder: string;
}

/** Begins it; of Mvideo's receipts of one day. */
export function command(
  { http, folder }: Commanding,
  file: string,
  more: readonly string[] = [],
  system = "tills",
): ChildProcess {
  const asked = {
    "--mapping": join(folder, "m.json"),
    "--brand": "mvideo",
    "--system": system,
    "--from": "2026-03-02",
    "--to": "2026-03-02",
  };
  const args = [...Object.entries(asked).flat(), ...more];
  return spawn(process.execPath, ["--import", "tsx", "src/cli/reconcile.ts", file, ...args], {
    env: { PATH: process.env["PATH"] ?? "", TMPDIR: folder, DATABASE_URL: http.database.url, ...KEY_TEXTS },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** How it has ended, and what it has said. */
export async function ended(child: ChildProcess): Promise<{ code: number | null; text: string }> {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => void (text += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, text };
}
