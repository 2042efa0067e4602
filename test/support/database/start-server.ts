/**
 * A process that starts a server on the folder given as argument, says so, and waits: for tests that kill it.
 */
import { startEmbedded } from "../../../src/db/embedded.ts";

const [dataDir] = process.argv.slice(2);
if (dataDir === undefined) throw new Error("which folder?");
const server = await startEmbedded({ dataDir, settings: { shared_buffers: "32MB" } });
process.stdout.write(`${server.pid}\n`);
setInterval(() => {}, 60_000);
