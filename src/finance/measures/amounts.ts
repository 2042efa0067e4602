/** Amounts out of the books: the same words, and so the same figures, as the liability roll-forward has. */
import { LIABILITIES } from "../exports/liability.ts";
import { eventsOf } from "../exports/reasons.ts";
import { addedUp } from "../turnovers/turnovers.ts";
import type { FigureName } from "./figures.ts";
import type { Source } from "./source.ts";

const onLiabilities = (reason: Parameters<typeof eventsOf>[0]): string =>
  `account in (${LIABILITIES}) and event in (${eventsOf(reason)})`;

/** SQL: which turnovers each is made of, and which side adds to it. */
const MADE_OF: readonly (readonly [figure: FigureName, of: string, value: "credit - debit" | "debit - credit"])[] = [
  ["granted", onLiabilities("granted"), "credit - debit"],
  ["clawed_back", onLiabilities("clawed_back"), "debit - credit"],
  ["spent", onLiabilities("spent"), "debit - credit"],
  ["expired", onLiabilities("expired"), "debit - credit"],
  ["redeemed", "account = 'redemption'", "credit - debit"],
  ["redeemed_of_others", `account like 'due\\_from:%' and event in (${eventsOf("spent")})`, "debit - credit"],
  ["liability", `account in (${LIABILITIES})`, "credit - debit"],
  ["debt", "account = 'debt'", "debit - credit"],
];

const SIDES = MADE_OF.map(([figure, of, value]) => `('${figure}', ${of}, ${value})`).join(", ");

export const amountFigures: Source = (which, holds) => `select entity, day, side.figure, side.value
  from (${addedUp(which, holds)}) turned
    cross join lateral (values ${SIDES}) as side (figure, counts, value)
  where side.counts`;
