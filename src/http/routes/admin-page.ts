/** Pages of the administrator's lists: `?limit=&cursor=` in, `{items, nextCursor}` out. */
import { z } from "@hono/zod-openapi";
import type { Listed, PageAsked } from "../../directory/lists.ts";
import { DEFAULT_PAGE, MAX_PAGE } from "../../reads/page.ts";
import { reply, type Reply } from "../route.ts";

const textOf = (cursor: string): string => Buffer.from(cursor, "base64url").toString("utf8");
const cursorOf = (key: string): string => Buffer.from(key, "utf8").toString("base64url");

/** The query of a list whose entries have keys of this form. A cursor that no page gave is refused. */
export const pageQuery = (key: RegExp) =>
  z.strictObject({
    limit: z
      .string()
      .regex(/^[1-9]\d{0,2}$/, "a whole number")
      .transform(Number)
      .refine((limit) => limit <= MAX_PAGE, `at most ${MAX_PAGE}`)
      .optional()
      .openapi({ type: "integer", minimum: 1, maximum: MAX_PAGE, default: DEFAULT_PAGE }),
    cursor: z
      .string()
      .max(400)
      .refine(
        (cursor) => key.test(textOf(cursor)) && cursorOf(textOf(cursor)) === cursor,
        "take it from the page before",
      )
      .transform(textOf)
      .optional()
      .openapi({ type: "string", description: "`nextCursor` of the page before." }),
  });

interface PageQuery {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

export const pageAsked = ({ limit = DEFAULT_PAGE, cursor }: PageQuery): PageAsked => ({ after: cursor, limit });

/** How a page of such entries looks in the document. */
export const pageOf = (item: z.ZodType) =>
  z.strictObject({
    items: z.array(item),
    nextCursor: z.string().nullable().openapi({ description: "Null on the last page." }),
  });

export const pageReply = <T>({ items, next }: Listed<T>): Reply =>
  reply(200, { items, nextCursor: next === null ? null : cursorOf(next) });
