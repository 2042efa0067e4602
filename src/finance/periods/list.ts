/** Up to where the books are closed, what waits for a second person, and how it came about. */
import { z } from "@hono/zod-openapi";
import { keyIn, pageOf, PageQuery } from "../../engine/definition/page.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { idText, InstantText, orNull } from "../../kernel/answers.ts";
import { formatInstant, type Instant } from "../../kernel/clock.ts";
import { fromUuid } from "../../kernel/ids.ts";
import { PERIOD_REQUEST_MS, whatWaits } from "./change-books.ts";
import { bookStore, type Books, THE_BOOKS } from "./stores.ts";
import { PERIOD_ACTIONS, type PeriodAction } from "./words.ts";

const Person = z.strictObject({ operationId: idText("opn"), staffId: z.string(), reason: z.string(), at: InstantText });

const Change = z
  .strictObject({
    number: z.int(),
    action: z.enum(PERIOD_ACTIONS),
    month: z.string(),
    openFrom: z.iso.date(),
    asked: Person,
    agreed: Person,
  })
  .openapi("BookChange");

const Periods = z
  .strictObject({
    openFrom: orNull(z.iso.date()).openapi({
      description: "The first day on which anything can be accounted; null while nothing has been closed.",
    }),
    waiting: orNull(
      z.strictObject({
        action: z.enum(PERIOD_ACTIONS),
        month: z.string(),
        staffId: z.string(),
        since: InstantText,
        expiresAt: InstantText,
      }),
    ),
    items: z.array(Change),
    nextCursor: orNull(z.string()),
  })
  .openapi("Periods");

interface ChangeRow {
  readonly number: number;
  readonly action: PeriodAction;
  readonly month: string;
  readonly open_from: string;
  readonly asked_id: string;
  readonly asked_staff: string;
  readonly asked_reason: string;
  readonly asked_at: Instant;
  readonly agreed_id: string;
  readonly agreed_staff: string;
  readonly agreed_reason: string;
  readonly agreed_at: Instant;
}

const PAGE = `select c.number, c.action, c.month, c.open_from::text as open_from,
    a.operation_id as asked_id, a.staff_id as asked_staff, a.reason as asked_reason, a.posted_at as asked_at,
    g.operation_id as agreed_id, g.staff_id as agreed_staff, g.reason as agreed_reason, g.posted_at as agreed_at
  from book_changes c
    join operations a on a.operation_id = c.asked_by
    join operations g on g.operation_id = c.operation_id
  where c.number < $1::int order by c.number desc limit $2::int`;

const KEY = /^[1-9][0-9]{0,8}$/;
const NEWEST = 1_000_000_000;

export const listPeriods = defineRead({
  name: "list-periods",
  permission: "books.read",
  http: {
    method: "get",
    path: "/v1/periods",
    tag: "Periods",
    summary: "Up to where the books are closed",
    description: "With what waits for a second person, and each close and reopening, the newest first.",
  },
  query: PageQuery,
  answer: { description: "The books, and a page of their changes.", schema: Periods },
  problems: ["unprocessable_request"],
  async read({ reader, clock }, { query: { limit, cursor } }) {
    const before = Number(keyIn(cursor, KEY) ?? NEWEST);
    const [books, rows] = await Promise.all([
      reader.one(bookStore, THE_BOOKS),
      reader.run<ChangeRow>(PAGE, [before, limit + 1]),
    ]);
    const page = pageOf(rows, limit, ({ number }) => `${number}`, changeOf);
    return { openFrom: books?.openFrom ?? null, waiting: waitingOf(books, clock.now()), ...page };
  },
});

function waitingOf(books: Books | undefined, now: Instant): z.input<typeof Periods>["waiting"] {
  const waits = books === undefined ? undefined : whatWaits(books, now);
  if (waits === undefined) return null;
  const { action, month, staffId, since } = waits;
  return { action, month, staffId, since: formatInstant(since), expiresAt: formatInstant(since + PERIOD_REQUEST_MS) };
}

const changeOf = (row: ChangeRow): z.input<typeof Change> => ({
  number: row.number,
  action: row.action,
  month: row.month,
  openFrom: row.open_from,
  asked: personOf(row.asked_id, row.asked_staff, row.asked_reason, row.asked_at),
  agreed: personOf(row.agreed_id, row.agreed_staff, row.agreed_reason, row.agreed_at),
});

const personOf = (operationId: string, staffId: string, reason: string, at: Instant) => ({
  operationId: fromUuid("opn", operationId),
  staffId,
  reason,
  at: formatInstant(at),
});
