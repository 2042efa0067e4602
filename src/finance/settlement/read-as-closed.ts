/** What new settlements are made of: all that was posted before the months were closed. */
import { HORIZON } from "../../db/horizon.ts";
import { untilEnded } from "../../db/under-way.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Reader } from "../../engine/connection/reader.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { bookStore, THE_BOOKS } from "../periods/stores.ts";
import { type Line, readLines } from "./lines.ts";
import { isClosed, type Months } from "./plan.ts";
import { readSettled, type Settled } from "./stores.ts";

export interface AsClosed {
  /** How often the books had been closed and opened again. */
  readonly changes: number;
  readonly settled: Settled;
  /** Of all pairs; none where the months are not closed. */
  readonly lines: readonly Line[];
}

/** What was under way when the books were closed, and has its place before that, is accounted in what was closed. */
const IS_POSTED = `select coalesce(bool_and(position < ${HORIZON}), true) as posted from book_changes`;
/** For a month of many sales, where joins by hash cost less than row by row. */
const PREPARE = "select set_config('work_mem', '64MB', true)";
const LONGEST_WAIT_MS = 5_000;

/** Waits for what is under way; `unavailable` where that takes long. Goes by the transfers between entities of about these months, on a connection of its own. */
export async function readAsClosed({ reader, audit }: Lookup, months: Months): Promise<AsClosed> {
  await allPosted(reader);
  const { from, to } = months;
  return audit.run(`settlement ${from} ${to}`, async (tx) => {
    await tx.run(PREPARE);
    const books = (await bookStore.load(tx, [THE_BOOKS], "none")).get(THE_BOOKS);
    const isReady = books !== undefined && isClosed(to, books.openFrom);
    return {
      changes: books?.changes ?? 0,
      settled: await readSettled(tx),
      lines: isReady ? await readLines(tx, from, to) : [],
    };
  });
}

async function allPosted(reader: Reader): Promise<void> {
  const [found] = await reader.run<{ posted: boolean }>(IS_POSTED);
  if (found?.posted === true) return;
  if (!(await untilEnded((text) => reader.values(text), LONGEST_WAIT_MS))) throw new Problem("unavailable");
}
