/** Reading turnovers: of a stretch of days, by any of their dimensions, exact at the moment of the question. */
import { BY_POSITIONS } from "../../engine/following/follow.ts";
import type { Reader } from "../../engine/connection/reader.ts";
import type { LocalDate } from "../../kernel/zone.ts";
import { type DIMENSIONS, TURNOVERS } from "./turnovers.ts";

type Dimension = (typeof DIMENSIONS)[number];

export interface TurnoverQuestion {
  /** By which they are told apart; what is not named is added up. */
  readonly by: readonly Dimension[];
  /** Of these only. */
  readonly of?: Readonly<Partial<Record<Exclude<Dimension, "day">, string>>>;
  /** The first day; absent: from the beginning. */
  readonly from?: LocalDate;
  /** The last day; absent: up to now. */
  readonly to?: LocalDate;
}

/** Minor units. */
export type Turnover = Readonly<Partial<Record<Dimension, string>>> & {
  readonly debit: bigint;
  readonly credit: bigint;
};

const PREPARE = `select ${Object.entries(BY_POSITIONS)
  .map(([name, value]) => `set_config('${name}', '${value}', true)`)
  .join(", ")}`;

/** In the order of what they are told apart by. */
export function readTurnovers(reader: Reader, { by, of = {}, from, to }: TurnoverQuestion): Promise<Turnover[]> {
  const parameters: string[] = [];
  const given = (value: string) => `$${parameters.push(value)}`;
  const conditions = Object.entries(of).map(([name, value]) => `${name} = ${given(value)}::text`);
  if (from !== undefined) conditions.push(`day >= ${given(from)}::date`);
  if (to !== undefined) conditions.push(`day <= ${given(to)}::date`);
  const where = conditions.length === 0 ? "" : `where ${conditions.join(" and ")}`;
  const order = by.map((name) => `${name} collate "C"`.replace('day collate "C"', "day")).join(", ");
  const text = `select ${[...by, "sum(debit)::bigint as debit", "sum(credit)::bigint as credit"].join(", ")}
    from (${TURNOVERS}) turnovers ${where} ${by.length === 0 ? "" : `group by ${by.join(", ")} order by ${order}`}`;
  return reader.snapshot(async (tx) => {
    await tx.run(PREPARE);
    return tx.run<Turnover>(text, parameters);
  });
}
