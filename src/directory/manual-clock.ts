/** The sandbox's clock: its hand is kept in the database, so that time does not go back when the service starts again. */
import { type Clock, formatInstant, type Instant, ManualClock } from "../kernel/clock.ts";
import type { Reader } from "../engine/reader.ts";

const START = `insert into settings (name, value) values ('clock', to_jsonb($1::text)) on conflict do nothing`;
const READ = `select value #>> '{}' as now from settings where name = 'clock'`;
/** Moves forward or not at all, however many services do it at once. */
const MOVE = `insert into settings as s (name, value) values ('clock', to_jsonb($1::text))
  on conflict (name) do update set value = excluded.value
  where (s.value #>> '{}')::timestamptz <= (excluded.value #>> '{}')::timestamptz returning 1`;

/** Sets a manual clock to where it stood; at the very first start to an instant, where it then stands. */
export async function restoreClock(db: Reader, clock: ManualClock, first: Instant): Promise<void> {
  await db.run(START, [formatInstant(first)]);
  const [row] = await db.run<{ now: string }>(READ);
  if (row !== undefined) clock.moveTo(Date.parse(row.now));
}

/** Moves the clock forward, for good. Answers `not_manual` or `goes_back` where that cannot be. */
export async function moveClock(db: Reader, clock: Clock, to: Instant): Promise<"moved" | "not_manual" | "goes_back"> {
  if (!(clock instanceof ManualClock)) return "not_manual";
  if (to < clock.now()) return "goes_back";
  if ((await db.run(MOVE, [formatInstant(to)])).length === 0) return "goes_back";
  // Somebody may have moved it further meanwhile.
  clock.moveTo(to);
  return "moved";
}
