/**
 * Receives a file of receipts: written to the disk within its bounds, read as its mapping says, and its lines kept in the database in
 * one form, so that any process can match them later, also where this one has gone. No card goes further than this.
 */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { connect, type Sql, type Target } from "../../../db/connect.ts";
import { type Clock, formatInstant } from "../../../kernel/clock.ts";
import { newUuid } from "../../../kernel/ids.ts";
import { Problem } from "../../../kernel/problems.ts";
import type { PersonalKeys } from "../../../kernel/sealed.ts";
import { RECONCILIATION_BUCKET } from "../bucket.ts";
import type { FileFormat } from "../words.ts";
import { inWorkplace, isDiskFull, WorkStopped, type WorkplaceOptions } from "./duckdb.ts";
import type { Mapping } from "./mapping.ts";
import { MOST_LINE_BYTES, readFile } from "./read-file.ts";
import { writeLines } from "./whose.ts";

/** Bytes of a file: five million lines of a hundred bytes. */
export const MOST_FILE_BYTES = 536_870_912;
const PART_BYTES = 1_048_576;
/** What was kept for a request that came to nothing is removed by the next one after so long. */
const FORGOTTEN_AFTER_HOURS = 24;

export interface KeepingOptions extends WorkplaceOptions {
  readonly target: Target;
  readonly clock: Clock;
  readonly personal: Pick<PersonalKeys, "lookupKey">;
}

/** A file as it comes. */
export interface IncomingFile {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly format: FileFormat;
  readonly mapping: Mapping;
}

/** What was kept of it. */
export interface KeptFile {
  readonly uploadId: string;
  /** SHA-256 of all bytes, in hexadecimal. */
  readonly contentHash: string;
  readonly lines: number;
}

/** Keeps a file. `file_too_large`, `file_unreadable`, `disk_full`: then nothing of it is kept. */
export async function keepFile(options: KeepingOptions, { bytes, format, mapping }: IncomingFile): Promise<KeptFile> {
  try {
    return await inWorkplace(options, async ({ folder, db }) => {
      const path = join(folder, `received.${format}`);
      const contentHash = await receive(bytes, path, format);
      await readFile(db, { path, format, mapping });
      const kept = join(folder, "lines.parquet");
      await writeLines(db, kept, mapping, options.personal.lookupKey);
      return { uploadId: await store(options, kept), contentHash, lines: await countOf(db) };
    });
  } catch (error) {
    if (!(error instanceof WorkStopped)) throw error;
    throw error.fault === "disk_full" ? new Problem("disk_full") : tooMuch(error.fault);
  }
}

const tooMuch = (fault: "out_of_memory" | "took_too_long"): Problem => {
  const message = fault === "took_too_long" ? "takes too long to read" : "takes more memory than there is for a file";
  return new Problem("file_unreadable", { errors: [{ path: "", message }] });
};

/** Forgets what was kept, unless a reconciliation is about it. */
export async function forgetFile({ target }: Pick<KeepingOptions, "target">, uploadId: string): Promise<void> {
  await withPool(target, async (sql) => {
    await sql`delete from reconciliation_parts p where p.upload_id = ${uploadId}::uuid
      and not exists (select from reconciliations r where r.upload_id = p.upload_id)`;
  });
}

async function receive(bytes: AsyncIterable<Uint8Array>, path: string, format: FileFormat): Promise<string> {
  const hash = createHash("sha256");
  const lines = format === "parquet" ? undefined : new LineLengths();
  let size = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      size += chunk.length;
      if (size > MOST_FILE_BYTES) {
        done(new Problem("file_too_large", { limitBytes: MOST_FILE_BYTES }));
        return;
      }
      const tooLong = lines?.add(chunk);
      if (tooLong !== undefined) {
        const message = `longer than ${MOST_LINE_BYTES} bytes`;
        done(new Problem("file_unreadable", { errors: [{ path: `line ${tooLong}`, message }] }));
        return;
      }
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    await pipeline(bytes, counted, createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    if (error instanceof Problem || isDiskFull(error)) throw error;
    // Whatever the socket calls it; nobody is there to read the answer.
    throw new Problem("file_unreadable", { errors: [{ path: "", message: "the file breaks off" }] });
  }
  return hash.digest("hex");
}

/** Finds a line that is too long, before anybody takes it into memory. */
class LineLengths {
  #line = 1;
  #length = 0;

  /** The number of the line; undefined where all is well. */
  add(chunk: Buffer): number | undefined {
    for (let from = 0; ; ) {
      const end = chunk.indexOf(0x0a, from);
      this.#length += (end < 0 ? chunk.length : end) - from;
      if (this.#length > MOST_LINE_BYTES) return this.#line;
      if (end < 0) return undefined;
      this.#line += 1;
      this.#length = 0;
      from = end + 1;
    }
  }
}

const countOf = async (db: DuckDBConnection): Promise<number> =>
  Number((await db.runAndReadAll("select count(*)::int from lines")).getRows()[0]?.[0] ?? 0);

async function store({ target, clock }: KeepingOptions, path: string): Promise<string> {
  const uploadId = newUuid(RECONCILIATION_BUCKET);
  const now = formatInstant(clock.now());
  await withPool(target, async (sql) => {
    await sql`delete from reconciliation_parts p where p.kept_at < ${now}::timestamptz - ${FORGOTTEN_AFTER_HOURS} * interval '1 hour'
      and not exists (select from reconciliations r where r.upload_id = p.upload_id)`;
    let ordinal = 0;
    for await (const part of createReadStream(path, { highWaterMark: PART_BYTES }) as AsyncIterable<Buffer>) {
      ordinal += 1;
      await sql`insert into reconciliation_parts (upload_id, ordinal, content, kept_at)
        values (${uploadId}::uuid, ${ordinal}, ${part}, ${now}::timestamptz)`;
    }
  });
  return uploadId;
}

async function withPool(target: Target, work: (sql: Sql) => Promise<void>): Promise<void> {
  const sql = connect(target, { max: 1, applicationName: "mclub reconciliation", role: "mclub_app" });
  try {
    await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
