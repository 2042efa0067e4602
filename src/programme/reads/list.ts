/** Lists for administrators: in the order of their keys, a page at a time. */
import type { Reader } from "../../engine/connection/reader.ts";
import { keyIn, type Page, pageOf, type PageQuery } from "../../engine/definition/page.ts";

/** A list: what follows a key (`$1`), in its order, at most so many (`$2`). */
export interface List<R> {
  readonly text: string;
  /** What every key follows. */
  readonly first: string | number;
  /** The form of a key. */
  readonly key: RegExp;
  keyOf(row: R): string;
  decode(values: readonly unknown[]): R;
}

/** Reads one page, with an entry more to know whether there is a next one. */
export async function readList<R, T>(
  reader: Reader,
  list: List<R>,
  { limit, cursor }: PageQuery,
  view: (row: R) => T,
): Promise<Page<T>> {
  const after = keyIn(cursor, list.key) ?? list.first;
  const found = await reader.values(list.text, [after, limit + 1]);
  return pageOf(
    found.map((values) => list.decode(values)),
    limit,
    (row) => list.keyOf(row),
    view,
  );
}
