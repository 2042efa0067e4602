/** Pages of a list: newest first, a bounded number at a time, and an opaque cursor that says where the next one begins. */
import { Problem } from "../kernel/problems.ts";

export interface PageQuery {
  /** At most {@link MAX_PAGE}. */
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export const MAX_PAGE = 200;
export const DEFAULT_PAGE = 50;

/** Makes a page of rows, of which one more than asked was read to know whether there is a next page. */
export function pageOf<R, T>(
  rows: readonly R[],
  limit: number,
  keyOf: (row: R) => string,
  view: (row: R) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: shown.map(view), nextCursor: more ? Buffer.from(keyOf(last)).toString("base64url") : null };
}

/** The key that a cursor stands for; `invalid_request` for one that this list has not given. */
export function keyIn(cursor: string | undefined, form: RegExp): string | null {
  if (cursor === undefined) return null;
  const key = Buffer.from(cursor, "base64url").toString("latin1");
  if (form.test(key)) return key;
  throw new Problem("invalid_request", { errors: [{ path: "cursor", message: "not a cursor of this list" }] });
}
