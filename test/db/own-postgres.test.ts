/**
 * A PostgreSQL of the machine's own, as its distribution sets it up, instead of the one that comes with the packages.
 * Versions 15 to 18 are supported; those that are installed where Debian puts them are tried.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chown, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { SERVER_ENV } from "../../src/db/embedded/cluster.ts";
import { freePort } from "../../src/db/embedded/launch.ts";
import { readPidFile } from "../../src/db/embedded/running.ts";
import { serverUserFor } from "../../src/db/embedded/user.ts";
import { connect } from "../../src/db/connect.ts";
import { migrate } from "../../src/db/migrate.ts";
import { ledgerOn } from "../support/ledger.ts";
import { expectProof } from "../support/proof.ts";
import { guardAgainstKill, temporaryFolder } from "../support/database/server.ts";
import { liveThrough } from "../support/town.ts";

const SUPPORTED = [15, 16, 17, 18];
const binaries = (version: number): string => `/usr/lib/postgresql/${version}/bin`;
const run = promisify(execFile);

describe("a ledger on a PostgreSQL of one's own", () => {
  for (const version of SUPPORTED) {
    const installed = existsSync(join(binaries(version), "postgres"));
    const why = installed ? "" : " (skipped: not on this machine)";
    test.skipIf(!installed)(
      `of version ${version} does all that it can, and the proof holds${why}`,
      async () => {
        const url = await startServer(binaries(version));
        await migrate(url);
        const sql = connect(url, { max: 2 });
        const [server] = await sql<{ version: string }[]>`select current_setting('server_version_num') as version`;
        expect(Math.floor(Number(server?.version) / 10_000)).toBe(version);
        const ledger = await ledgerOn({ url, socketPath: null, sql, drop: () => sql.end({ timeout: 5 }) });
        try {
          await liveThrough(ledger);
          await expectProof(ledger);
          const sessions = await sql<{ jit: string }[]>`select reset_val as jit from pg_settings where name = 'jit'`;
          expect(sessions).toEqual([{ jit: "off" }]);
        } finally {
          await ledger.close();
        }
      },
      60_000,
    );
  }
});

/** A new cluster with the version's own defaults, on a free port; gone when the test is. */
async function startServer(bin: string): Promise<string> {
  const folder = await temporaryFolder();
  const user = await serverUserFor(folder);
  const as = { ...user, cwd: folder, env: SERVER_ENV };
  const data = join(folder, "data");
  await mkdir(data, { mode: 0o700 });
  if (user) for (const path of [folder, data]) await chown(path, user.uid, user.gid);
  await run(join(bin, "initdb"), ["-D", data, "-U", "mclub", "-E", "UTF8", "--auth=trust", "--no-sync"], as);
  const port = await freePort();
  const settings = [`port=${port}`, "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"];
  const options = settings.map((setting) => `-c ${setting}`).join(" ");
  await run(join(bin, "pg_ctl"), ["start", "-w", "-D", data, "-l", join(folder, "log"), "-o", options], as);
  const pid = (await readPidFile(data))?.pid;
  if (pid === undefined) throw new Error("the server does not say who it is");
  const guard = guardAgainstKill(pid, folder);
  onTestFinished(async () => {
    await run(join(bin, "pg_ctl"), ["stop", "-w", "-m", "immediate", "-D", data], as);
    guard.kill();
    await rm(folder, { recursive: true, force: true });
  });
  return `postgres://mclub@127.0.0.1:${port}/postgres`;
}
