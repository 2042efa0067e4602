/**
 * The file of a day, for the reporting team: written whole or not at all, and the same byte for byte whenever it is written again.
 *
 * It has every day that may have changed since the file of the day before: all that were open when the day began, up to the day
 * itself. So of each day the newest file is right, and nobody who reads all files misses what came late.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LedgerItself } from "../../engine/definition/background.ts";
import type { Exporter } from "../../engine/exporting/exporter.ts";
import type { ExportFormat } from "../../engine/exporting/formats.ts";
import { writeWhole } from "../../engine/exporting/whole-file.ts";
import { bucketIn } from "../../engine/transfer-sql.ts";
import { formatAmount } from "../../kernel/amount.ts";
import { type OperationId, uuidOf } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import type { LocalDate } from "../../kernel/zone.ts";
import { dayMeasurement } from "./day-measurement.ts";
import { measureExport, MEASURES_VERSION } from "./export.ts";

/** What stands beside a file, and is written after it: whoever finds it finds the file whole. */
export interface DayFile {
  readonly version: number;
  readonly day: LocalDate;
  /** The first day in it; null: the first on which anything has happened. */
  readonly from: LocalDate | null;
  readonly mark: string;
  readonly file: string;
  readonly rows: number;
  /** What each column of amounts adds up to. */
  readonly sums: Readonly<Record<string, string>>;
  readonly sha256: string;
}

export interface DayFileTerms {
  readonly ledger: Pick<LedgerItself, "look" | "submit">;
  readonly exporter: Exporter;
  readonly day: LocalDate;
  readonly folder: string;
  readonly format: ExportFormat;
}

/** The mark of a day; `unprocessable_request` where it is not over. */
async function markOf({ ledger, day }: Pick<DayFileTerms, "ledger" | "day">): Promise<bigint> {
  const outcome = await ledger.submit(dayMeasurement, { day });
  if (outcome.kind === "stale") {
    const errors = [{ path: "day", message: `${day} is not over` }];
    throw new Problem("unprocessable_request", { errors });
  }
  if (outcome.kind !== "accepted") throw new Problem("unavailable");
  return positionOf(ledger, outcome.operationId);
}

async function positionOf({ look }: Pick<LedgerItself, "look">, operationId: OperationId): Promise<bigint> {
  const [row] = await look.reader.run<{ position: bigint }>(
    `select position from operations where bucket = ${bucketIn("$1::uuid")} and operation_id = $1::uuid`,
    [uuidOf(operationId)],
  );
  if (row === undefined) throw new Problem("unavailable");
  return row.position;
}

/**
 * The first day that was open when the day began, or has been opened again until the mark: what was closed before is final in the
 * file of the day before. Null where nothing had been closed then.
 */
const FIRST = `select case when closed.open_from is null then null else least(closed.open_from, opened.open_from) end::text as first
  from (select max(c.position) as at from book_changes c join operations o on o.operation_id = c.operation_id
      where c.position < $1::bigint and o.accounting_date < $2::date) before
    left join book_changes closed on closed.position = before.at
    cross join (select min(open_from) as open_from from book_changes c where c.position < $1::bigint
      and c.position > (select coalesce(max(b.position), 0) from book_changes b join operations o on o.operation_id = b.operation_id
        where b.position < $1::bigint and o.accounting_date < $2::date)) opened`;

/** Writes a day's file, and what stands beside it, into a folder; `FileRefused` where either cannot be written: what was there stays. */
export async function writeDayFile(terms: DayFileTerms): Promise<DayFile> {
  const { ledger, exporter, day, folder, format } = terms;
  const mark = await markOf(terms);
  const [row] = await ledger.look.reader.run<{ first: LocalDate | null }>(FIRST, [mark.toString(), day]);
  const from = row?.first ?? null;
  const request = {
    asked: measureExport,
    given: { entity: "", from: from ?? "", to: day, viewer: "" },
    mark,
  };
  const { bytes } = await whenReached(() => exporter.open(request, format));
  const name = `measures-${day}.${format}`;
  return writeWhole<DayFile>(bytes, {
    path: join(folder, name),
    beside: {
      path: join(folder, `${name}.json`),
      async told({ sha256 }) {
        const { rows, sums } = await exporter.totals(request);
        return {
          version: MEASURES_VERSION,
          day,
          from,
          mark: mark.toString(),
          file: name,
          rows: Number(rows),
          sums: Object.fromEntries(Object.entries(sums).map(([column, sum]) => [column, formatAmount(sum)])),
          sha256,
        };
      },
    },
  });
}

const [REACHED_TRIES, REACHED_PAUSE_MS] = [100, 100];

/** A transaction that began before the mark may still be under way. */
async function whenReached<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === REACHED_TRIES || !(error instanceof Problem) || error.code !== "mark_ahead") throw error;
      await sleep(REACHED_PAUSE_MS);
    }
  }
}
