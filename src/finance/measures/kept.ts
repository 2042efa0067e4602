/**
 * Keeps the figures: a follower adds stretch after stretch of the journal; whoever reads adds what it has not come to yet, in the same
 * statement, so what is told is exact at any moment, and no question goes through history.
 */
import { MARK } from "../../engine/definition/export.ts";
import type { Follower } from "../../engine/definition/follower.ts";
import { amountFigures } from "./amounts.ts";
import { memberFigures } from "./members.ts";
import { receiptFigures } from "./receipts.ts";
import { settledFigures } from "./settled.ts";
import type { Source } from "./source.ts";

/** A new measure has its source here. */
const SOURCES: readonly Source[] = [receiptFigures, amountFigures, memberFigures, settledFigures];

const COLUMNS = "entity, day, figure, value";

/** SQL: figures of a part of the journal. A day on which as much was undone as done has a row as well, of zero. */
export const counted: Source = (which, holds) =>
  `select entity, day, figure, sum(value)::bigint as value from (${SOURCES.map((source) => source(which, holds)).join(" union all ")}) each
    group by entity, day, figure`;

const ADD = `insert into daily_figures as kept (${COLUMNS})
  ${counted("some", (position) => `${position} >= $1::bigint and ${position} < $2::bigint`)}
  on conflict (entity, day, figure) do update set value = kept.value + excluded.value`;

export const figureFollower: Follower = {
  name: "measures",
  add: (tx, { from, below }) => tx.run(ADD, [from.toString(), below.toString()]),
  clear: (tx) => tx.run("delete from daily_figures"),
};

/** SQL: how far the follower has come. */
export const COUNTED = `coalesce((select position from followers where name = '${figureFollower.name}'), 0)`;

/** SQL: the figures as they are at this moment: those that are kept, and those of what was posted since. */
export const CURRENT_FIGURES = `select ${COLUMNS} from daily_figures
  union all ${counted("some", (position) => `${position} >= ${COUNTED}`)}`;

/** SQL: the same as of a mark of the journal, from either side of where it has been followed. */
export const figuresAtMark = `select ${COLUMNS} from daily_figures
  union all ${counted("some", (position) => `${position} >= ${COUNTED} and ${position} < ${MARK}`)}
  union all select entity, day, figure, -value
    from (${counted("some", (position) => `${position} >= ${MARK} and ${position} < ${COUNTED}`)}) later`;
