/** What closing and reopening a month have in common. */
import { z } from "@hono/zod-openapi";
import { unnamedStaff } from "../../members/overriding/by-staff.ts";
import { idText, InstantText, orNull } from "../../kernel/answers.ts";
import { CalendarMonth } from "../../kernel/calendar.ts";
import { text } from "../../kernel/fields.ts";
import { hash128 } from "../../kernel/hash.ts";
import { bucketOfHash } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Actor } from "../../engine/actor.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import { needStanding } from "../../members/staff/one-person.ts";
import { PERIOD_REQUEST_DAYS, type Wanted } from "./change-books.ts";
import { bookStore, needBooks, THE_BOOKS } from "./stores.ts";

/** The books are nobody's: where the operations about them are kept. */
export const BOOKS_BUCKET = bucketOfHash(hash128("finance|books"));

const Month = CalendarMonth.openapi({ param: { name: "month", in: "path" } });

const PeriodChange = z
  .strictObject({
    status: z.enum(["waiting", "closed", "open"]),
    month: z.string(),
    operationId: idText("opn"),
    openFrom: orNull(z.iso.date()).openapi({ description: "The first day on which anything can be accounted." }),
    expiresAt: orNull(InstantText).openapi({ description: "Until when it waits." }),
  })
  .openapi("PeriodChange");

export const TWO_PEOPLE = `It takes two people, whom \`X-Staff-Id\` names: the first to ask is answered 202, and when another asks for the same within ${PERIOD_REQUEST_DAYS} days it is done (200). Asking for something else ends what waits.`;

export const periodTerms = {
  permission: "books.close",
  forbids: unnamedStaff,
  params: z.strictObject({ month: Month }),
  body: z.strictObject({ reason: text(200) }).openapi("PeriodChangeBody"),
  answers: {
    200: { description: "Done.", schema: PeriodChange },
    202: { description: "It waits for a second person.", schema: PeriodChange },
  },
  facts: ({ reason }: { readonly reason: string }) => ({ reason }),
  bucket: () => BOOKS_BUCKET,
  needs: ({ both }: Wanted) => ({ documents: [needBooks, needStanding(both)] }),
} as const;

/** Which month, who asks, and who has asked before. */
export async function wanted({ reader }: Lookup, { actor: { staffId }, params: { month } }: Asking): Promise<Wanted> {
  if (staffId === null) throw new Problem("staff_required");
  const books = await reader.one(bookStore, THE_BOOKS);
  return { month, staffId, both: [books?.waitingStaffId ?? staffId, staffId] };
}

interface Asking {
  readonly actor: Actor;
  readonly params: { readonly month: string };
}
