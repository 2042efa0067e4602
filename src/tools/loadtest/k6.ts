/** k6, the program that makes the load: found, or told how to install; and run, so that it never outlives this process. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** The exit code of a run that was asked to end. */
export const INTERRUPTED = 130;

export const NO_K6 = [
  "k6 is not on the PATH. It is one program, which makes the load; install it in one of these ways:",
  "  go install go.k6.io/k6@v1.4.0      where Go is",
  "  brew install k6                    on macOS",
  "  https://grafana.com/docs/k6/latest/set-up/install-k6/ has packages for the rest",
  "Then run this again.",
].join("\n");

/** Where k6 is: on the PATH, or where Go puts what it installs. */
export function findK6(): string | null {
  const onWindows = process.platform === "win32";
  const name = onWindows ? "k6.exe" : "k6";
  const [onPath = ""] = onWindows ? linesOf("where", ["k6"]) : linesOf("/bin/sh", ["-c", "command -v k6"]);
  const [bin = "", paths = ""] = linesOf("go", ["env", "GOBIN", "GOPATH"]);
  const [path = ""] = paths.split(delimiter);
  const candidates = [onPath, bin === "" ? "" : join(bin, name), path === "" ? "" : join(path, "bin", name)];
  const found = candidates.find((candidate) => candidate !== "" && existsSync(candidate));
  return found ?? null;
}

/** The lines that a program prints; none where it is missing or fails. */
function linesOf(command: string, args: readonly string[]): string[] {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8", timeout: 10_000 });
  return status === 0 ? stdout.split(/\r?\n/).map((line) => line.trim()) : [];
}

/** Runs one scenario. Whatever ends this process, or asks it to end, ends k6 first. */
export async function runK6(k6: string, script: string, environment: Record<string, string>): Promise<number> {
  const quiet = process.stdout.isTTY ? [] : ["--quiet"];
  const child = spawn(k6, ["run", "--log-format=raw", ...quiet, script], {
    // Exactly this, so that a run is the same whatever K6_… or proxy the caller has set; k6 wants some home.
    env: { ...environment, HOME: tmpdir(), K6_NO_USAGE_REPORT: "true" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  let interrupted = false;
  const end = () => void child.kill("SIGKILL");
  const interrupt = () => {
    interrupted = true;
    end();
  };
  process.on("exit", end).on("SIGINT", interrupt).on("SIGTERM", interrupt);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (status, signal) => {
        if (interrupted) resolve(INTERRUPTED);
        else if (status === null) reject(new Error(`k6 was ended by ${signal ?? "a signal"}`));
        else resolve(status);
      });
    });
  } finally {
    process.off("exit", end).off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}
