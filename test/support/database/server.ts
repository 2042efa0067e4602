/**
 * Database servers for tests, each in a folder of its own under the system's temporary folder. A server never
 * outlives the process that asked for it, even when that process is killed.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbedded } from "../../../src/db/embedded.ts";
import type { EmbeddedServer } from "../../../src/db/embedded.ts";

/** Nothing here survives a power cut, and nothing needs to. Tests of durability start a server without these. */
export const FAST_SETTINGS = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  shared_buffers: "128MB",
  max_connections: "200",
};

/** A server in a folder that goes away with `stop()`. */
export async function startTestServer(settings: Record<string, string> = FAST_SETTINGS): Promise<EmbeddedServer> {
  const dataDir = await temporaryFolder();
  const server = await startEmbedded({ dataDir, settings });
  const guard = guardAgainstKill(server.pid, dataDir);
  return {
    ...server,
    async stop() {
      await server.stop();
      guard.kill();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A new folder with a short path, so that a unix socket fits into it. */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "mclub-test-"));
}

/** Waits, outside of this process, for its end; then ends the server, if it is still that one, and removes its folder. */
export function guardAgainstKill(serverPid: number, dataDir: string): { kill(): void } {
  // A test may kill the server and start it again on the same folder: only the parent's end is the end.
  const script = `
    while kill -0 "$1" 2>/dev/null; do kill -0 "$2" 2>/dev/null || gone=yes; sleep 1; done
    [ -n "$gone" ] || { kill -QUIT "$2" 2>/dev/null && sleep 1; }
    rm -rf "$3"`;
  const args = ["-c", script, "guard", String(process.pid), String(serverPid), dataDir];
  const guard = spawn("/bin/sh", args, { detached: true, stdio: "ignore" });
  guard.unref();
  return { kill: () => void guard.kill("SIGKILL") };
}
