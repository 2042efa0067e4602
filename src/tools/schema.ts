/**
 * `npm run schema` writes drizzle/schema.sql, what all migrations together come to, for reviewers to read;
 * `npm run schema:check` (--check) exits with 1 when the file does not say that any more, or the tables of the code are
 * not those that the migrations make.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { connect } from "../db/connect.ts";
import { dumpSchema } from "../db/dump.ts";
import { startEmbedded } from "../db/embedded.ts";
import { migrate } from "../db/migrate.ts";
import { MIGRATIONS, SCHEMA_DUMP } from "../db/migrations.ts";
import { driftOf } from "./schema/drift.ts";

const program = new Command("schema")
  .description("write, or check, the readable dump of the database schema")
  .option("--check", "write nothing; exit with 1 when the file differs", false)
  .option("--folder <path>", "folder of the migrations and of the dump", MIGRATIONS)
  .parse();

const { check, folder } = program.opts<{ check: boolean; folder: string }>();
const file = join(folder, SCHEMA_DUMP);
const dump = await dumpFromScratch(folder);
// The migrations of another folder make nothing of ours.
const drift = check && folder === MIGRATIONS ? await driftOf(folder) : [];

if (!check) {
  await writeFile(file, dump);
  process.stdout.write(`wrote ${file}\n`);
} else if (drift.length > 0) {
  process.stderr.write("the tables are not those that the migrations make; run npm run db:generate:\n");
  process.stderr.write(drift.map((line) => `${line}\n`).join(""));
  process.exitCode = 1;
} else {
  const written = await readFile(file, "utf8").catch(() => "");
  if (written === dump) {
    process.stdout.write("the schema dump is up to date\n");
  } else {
    process.stderr.write(`${file} differs from what the migrations make; run npm run schema:\n`);
    process.stderr.write(differences(written, dump));
    process.exitCode = 1;
  }
}

/** Migrates a new database on a server of its own, which is gone afterwards, also on Ctrl-C. */
async function dumpFromScratch(migrations: string): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), "mclub-schema-"));
  // Nothing of this server is kept, so nothing has to reach the disk.
  const server = await startEmbedded({ dataDir, settings: { fsync: "off", shared_buffers: "32MB" } });
  const close = async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void close().finally(() => process.exit(1)));
  }
  try {
    await migrate(server, migrations);
    const sql = connect(server, { max: 1 });
    const text = await sql.begin("isolation level repeatable read read only", dumpSchema);
    await sql.end();
    return text;
  } finally {
    await close();
  }
}

/** Lines that only one side has: enough to see what moved. */
function differences(written: string, wanted: string): string {
  const before = written.split("\n");
  const after = wanted.split("\n");
  return [...linesWithout("-", before, after), ...linesWithout("+", after, before)].slice(0, 40).join("");
}

function linesWithout(mark: string, lines: string[], others: string[]): string[] {
  const known = new Set(others);
  return lines.filter((line) => !known.has(line)).map((line) => `${mark} ${line}\n`);
}
