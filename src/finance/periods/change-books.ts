/**
 * What becomes of the books when somebody asks to close a month, or to open the last one that was closed. It takes two people:
 * what the first one asks for waits, and when another asks for the same, it happens.
 */
import { DAY_MS, formatInstant, type Instant } from "../../kernel/clock.ts";
import type { OperationId } from "../../kernel/ids.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { accept, refuse, save, stale } from "../../engine/definition/decision.ts";
import { periodClosed, periodReopened } from "./events.ts";
import { isOnePerson } from "../../members/staff/one-person.ts";
import { firstDayAfter, firstDayOf, type Month, monthBefore, monthOf } from "./months.ts";
import { bookChangeStore, bookStore, type Books, THE_BOOKS } from "./stores.ts";
import type { PeriodAction } from "./words.ts";

/** Days for which a request waits for a second person. */
export const PERIOD_REQUEST_DAYS = 7;
export const PERIOD_REQUEST_MS = PERIOD_REQUEST_DAYS * DAY_MS;

export interface Wanted {
  readonly month: Month;
  readonly staffId: string;
  /** Who has asked before, by what the books said when this was looked up, and who asks now. */
  readonly both: readonly [asked: string, asks: string];
}

/** Refuses a month that is not the next one, and one person who asks twice. */
export function changeBooks(context: CommandContext, action: PeriodAction, { month, staffId, both }: Wanted) {
  const { document, now, operationId } = context;
  const books = document(bookStore, THE_BOOKS);
  if (books === undefined) throw new RangeError("the books are there from the beginning");
  const { openFrom: opened } = books;
  const next = nextOf(action, books);
  if (next !== month && !(action === "close" && opened === null)) {
    return refuse("period_out_of_order", { month, next });
  }
  const asked = waitingFor(action, month, books, now);
  if (asked !== undefined && asked.staffId !== both[0]) return stale;
  if (asked !== undefined && isOnePerson(context, both)) return refuse("second_person_needed", { month });
  if (asked === undefined) {
    const waits = { ...books, ...waiting({ action, month, staffId, since: now, operationId }) };
    return accept({
      status: 202,
      answer: { status: "waiting", month, operationId, openFrom: opened, expiresAt: formatInstant(endOf(now)) },
      documents: [save(bookStore, THE_BOOKS, waits)],
    });
  }
  const openFrom = action === "close" ? firstDayAfter(month) : firstDayOf(month);
  const number = books.changes + 1;
  const change = { number, operationId, askedBy: asked.operationId, action, month, openFrom };
  return accept({
    status: 200,
    answer: { status: action === "close" ? "closed" : "open", month, operationId, openFrom, expiresAt: null },
    documents: [
      save(bookStore, THE_BOOKS, { ...books, ...NOTHING_WAITS, openFrom, changes: number }),
      save(bookChangeStore, `${number}`, change),
    ],
    events: [(action === "close" ? periodClosed : periodReopened)({ month, openFrom })],
  });
}

/** The one month that can be closed, or opened again; null where there is none, or where any can be closed. */
function nextOf(action: PeriodAction, { openFrom }: Books): Month | null {
  if (openFrom === null) return null;
  return action === "close" ? monthOf(openFrom) : monthBefore(openFrom);
}

const endOf = (since: Instant): Instant => since + PERIOD_REQUEST_MS;

interface Asked {
  readonly action: PeriodAction;
  readonly month: Month;
  readonly staffId: string;
  readonly since: Instant;
  readonly operationId: OperationId;
}

/** What waits in the books for a second person at an instant. */
export function whatWaits(books: Books, now: Instant): Asked | undefined {
  const { waitingAction: action, waitingMonth: month, waitingStaffId: staffId } = books;
  const { waitingSince: since, waitingOperationId: operationId } = books;
  if (action === null || month === null || staffId === null || since === null || operationId === null) return undefined;
  return endOf(since) > now ? { action, month, staffId, since, operationId } : undefined;
}

function waitingFor(action: PeriodAction, month: Month, books: Books, now: Instant): Asked | undefined {
  const asked = whatWaits(books, now);
  return asked?.action === action && asked.month === month ? asked : undefined;
}

const waiting = ({ action, month, staffId, since, operationId }: Asked) => ({
  waitingAction: action,
  waitingMonth: month,
  waitingStaffId: staffId,
  waitingSince: since,
  waitingOperationId: operationId,
});

const NOTHING_WAITS = {
  waitingAction: null,
  waitingMonth: null,
  waitingStaffId: null,
  waitingSince: null,
  waitingOperationId: null,
};
