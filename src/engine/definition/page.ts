/** Pages of a list: a bounded number at a time, and an opaque cursor that says where the next one begins. */
import { z } from "@hono/zod-openapi";
import { senseless } from "../../kernel/fields.ts";
import { Problem } from "../../kernel/problems.ts";

const MAX_PAGE = 200;
const DEFAULT_PAGE = 50;

/** The query of a list. */
export const PageQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^\d{1,4}$/, "a whole number")
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= MAX_PAGE, senseless(`must lie between 1 and ${MAX_PAGE}`))
    .default(DEFAULT_PAGE)
    .openapi({ type: "integer", minimum: 1, maximum: MAX_PAGE, default: DEFAULT_PAGE }),
  cursor: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,400}$/, "not a cursor")
    .optional()
    .openapi({ description: "As the page before gave it." }),
});
export type PageQuery = z.output<typeof PageQuery>;

export interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

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
  const key = Buffer.from(cursor, "base64url").toString("utf8");
  if (form.test(key) && Buffer.from(key).toString("base64url") === cursor) return key;
  throw new Problem("invalid_request", { errors: [{ path: "cursor", message: "not a cursor of this list" }] });
}
