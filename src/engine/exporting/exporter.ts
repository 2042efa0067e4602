/**
 * Takes an export out of one state of the database, over a connection of its own: the server writes the text of the file
 * (COPY), and what cannot be sent on yet is not asked for, so memory stays bounded whatever the number of rows. Files of
 * other forms are made out of that text, in a folder of their own.
 */
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type { Target } from "../../db/connect.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Given, Heading, ShownRow } from "../definition/export.ts";
import { type Asked, copyOf, firstRowsOf } from "./copy.ts";
import type { ExportFormat, OpenExport, Taking } from "./formats.ts";
import { parquetOf } from "./parquet-file.ts";
import { writeSheet } from "./sheet.ts";
import { textsOf } from "./lines.ts";
import { inSnapshot, inSnapshotOfCopies, LONGEST_SECONDS, poolOf, type Snapshot, zoneAtMark } from "./snapshot.ts";

export interface ExportRequest {
  readonly asked: Asked;
  readonly given: Given;
  /** The mark of an earlier export, to have the same again; absent: everything that has been committed by now. */
  readonly mark: bigint | undefined;
}

/** What a file must add up to: its rows, and of each column of amounts the sum, in minor units. */
export interface ControlTotals {
  readonly mark: bigint;
  readonly rows: bigint;
  readonly sums: Readonly<Record<string, bigint>>;
}

export interface Exporter {
  /**
   * `overloaded` where too many are being taken; `disk_full` where there is no room for what a file is made of; `mark_ahead` where the
   * journal has not come to the mark; `unprocessable_request` where a sheet would have too many rows; `unavailable` where it was ended.
   */
  open(request: ExportRequest, format: ExportFormat, taking?: Taking): Promise<OpenExport>;
  totals(request: ExportRequest): Promise<ControlTotals>;
}

/** Each has a connection of its own, and sorts on the disk of the server. */
const MOST_AT_ONCE = 4;
/** They are put together in memory. */
const MOST_ROWS_OF_A_SHEET = 50_000;

type Taken = ExportRequest & Pick<Taking, "signal">;

export function exporterOf(target: Target): Exporter {
  const inTurn = places(MOST_AT_ONCE);
  const read = <T>(request: Taken, work: (snapshot: Snapshot) => Promise<T>): Promise<T> =>
    inSnapshot(poolOf(target), request, work);
  /** A copy is read to its end within `use`. */
  const copied = async (request: Taken, format: "csv" | "jsonl", use: (open: OpenExport) => Promise<void>) => {
    await inSnapshotOfCopies(poolOf(target), request, async ({ sql, mark, bind }) => {
      const copy = await sql.unsafe(bind(copyOf(request.asked, format))).readable();
      await use({ mark, bytes: format === "jsonl" ? textsOf(copy) : copy });
    });
  };
  /** Answered as soon as there are bytes; the snapshot lasts until the last of them. */
  const streamed = (request: Taken, format: "csv" | "jsonl"): Promise<OpenExport> =>
    new Promise((resolve, reject) => {
      inTurn(() =>
        copied(request, format, async (opened) => {
          resolve(opened);
          await finished(opened.bytes, { writable: false });
        }),
      ).catch(reject);
    });
  /** Made as a whole, of few rows. */
  const whole = (
    request: Taken,
    make: (rows: readonly ShownRow[], heading: Heading) => Promise<Uint8Array> | Uint8Array,
  ) =>
    inTurn(() =>
      read(request, async (snapshot): Promise<OpenExport> => {
        const { sql, mark, bind } = snapshot;
        const zone = await zoneAtMark(snapshot);
        const rows = await sql.unsafe<ShownRow[]>(bind(firstRowsOf(request.asked, MOST_ROWS_OF_A_SHEET + 1)));
        if (rows.length > MOST_ROWS_OF_A_SHEET) throw tooLong();
        return { mark, bytes: Readable.from([await make(rows, { given: request.given, mark, zone })]) };
      }),
    );
  return {
    open(question, format, { seen, signal: given } = {}) {
      const { columns, summary, xml } = question.asked;
      const signal = AbortSignal.any([
        ...(given === undefined ? [] : [given]),
        AbortSignal.timeout(LONGEST_SECONDS * 1_000),
      ]);
      const request = { ...question, signal };
      if (format === "parquet") {
        return inTurn(() => parquetOf(columns, (use) => copied(request, "csv", use), { seen, signal }));
      }
      if (format === "xlsx") return whole(request, (rows, heading) => writeSheet({ summary, columns, rows, heading }));
      if (format === "xml") return whole(request, (rows, heading) => Buffer.from(xml?.write(rows, heading) ?? ""));
      return streamed(request, format);
    },
    totals: (request) =>
      inTurn(() =>
        read(request, async (snapshot) => ({ mark: snapshot.mark, ...(await totalsOf(snapshot, request.asked)) })),
      ),
  };
}

/** So many works at once; `overloaded` for another one. */
function places(most: number) {
  let taken = 0;
  return <T>(work: () => Promise<T>): Promise<T> => {
    if (taken >= most) return Promise.reject(new Problem("overloaded"));
    taken += 1;
    return work().finally(() => {
      taken -= 1;
    });
  };
}

const tooLong = () =>
  new Problem("unprocessable_request", {
    errors: [{ path: "format", message: `more than ${MOST_ROWS_OF_A_SHEET} rows: ask for fewer days, or for csv` }],
  });

async function totalsOf({ sql, bind }: Snapshot, { columns, rows }: Asked): Promise<Omit<ControlTotals, "mark">> {
  const amounts = columns.filter(({ type }) => type === "amount").map(({ name }) => name);
  const list = ["count(*) as rows", ...amounts.map((name) => `coalesce(sum(${name}), 0)::bigint as ${name}`)];
  const [found] = await sql.unsafe<Record<string, bigint>[]>(bind(`select ${list.join(", ")} from (${rows}) r`));
  return {
    rows: found?.["rows"] ?? 0n,
    sums: Object.fromEntries(amounts.map((name) => [name, found?.[name] ?? 0n])),
  };
}
