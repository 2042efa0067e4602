/** Reads figures of a stretch of days, exact at the moment of the question. */
import type { Reader, Snapshot } from "../../engine/connection/reader.ts";
import { BY_POSITIONS } from "../../engine/following/follow.ts";
import type { LocalDate } from "../../kernel/zone.ts";
import { FIGURE_NAMES, type FigureName, isLevel, OF_PROGRAMME, PROGRAMME } from "./figures.ts";
import { CURRENT_FIGURES } from "./kept.ts";
import type { FigureValues } from "./measures.ts";

export interface FigureQuestion {
  /** Whose, in the order in which they are answered; `PROGRAMME`: of all brands together. */
  readonly entities: readonly string[];
  /** The first day; absent: from the beginning. */
  readonly from?: LocalDate | undefined;
  /** The last day; absent: up to now. */
  readonly to?: LocalDate | undefined;
  /** Each of these days by itself; absent: all together. */
  readonly days?: readonly LocalDate[] | undefined;
}

interface Row {
  readonly entity: string;
  /** Null: before the first day. */
  readonly day: LocalDate | null;
  readonly figure: FigureName;
  readonly value: bigint;
}

const PREPARE = `select ${Object.entries(BY_POSITIONS)
  .map(([name, value]) => `set_config('${name}', '${value}', true)`)
  .join(", ")}`;
/** Asked for together, all days are the first one. */
const READ = `select entity, case when day < $1::date then null when $3::text = 'day' then day::text else $1::text end as day, figure, sum(value)::bigint as value
  from (${CURRENT_FIGURES}) figures where day <= $2::date group by 1, 2, 3`;
/** Every figure from the beginning up to now. */
const READ_ALL = `select entity, null as day, figure, sum(value)::bigint as value from (${CURRENT_FIGURES}) figures group by 1, 3`;

/** The calendar's ends, where no day was given. */
const [FIRST, LAST] = ["0001-01-01", "9999-12-31"];

const read = (reader: Reader, ask: (tx: Snapshot) => Promise<Row[]>): Promise<Row[]> =>
  reader.snapshot(async (tx) => {
    await tx.run(PREPARE);
    return ask(tx);
  });

/** Of each entity its figures: of each day where days were asked for, else of all together. */
export async function readFigures(
  reader: Reader,
  { entities, from = FIRST, to = LAST, days }: FigureQuestion,
): Promise<readonly { readonly entity: string; readonly days: readonly FigureValues[] }[]> {
  const rows = await read(reader, (tx) => tx.run<Row>(READ, [from, to, days === undefined ? "all" : "day"]));
  return entities.map((entity) => ({ entity, days: valuesOf(ofEntity(rows, entity), days ?? [from]) }));
}

/** What each brand and the programme come to by now: a level as it is, everything else since the beginning. */
export async function readAllFigures(
  reader: Reader,
): Promise<readonly { readonly entity: string; readonly figure: FigureName; readonly value: bigint }[]> {
  return read(reader, (tx) => tx.run<Row>(READ_ALL));
}

/** The programme has members of its own, since they are counted once; everything else is of all brands together. */
const ofEntity = (rows: readonly Row[], entity: string): readonly Row[] =>
  rows.filter((row) =>
    entity === PROGRAMME && !OF_PROGRAMME.includes(row.figure) ? row.entity !== PROGRAMME : row.entity === entity,
  );

function valuesOf(rows: readonly Row[], days: readonly LocalDate[]): FigureValues[] {
  const changes = new Map<string, bigint>();
  for (const { day, figure, value } of rows) {
    const key = `${day ?? ""} ${figure}`;
    changes.set(key, (changes.get(key) ?? 0n) + value);
  }
  const changeOf = (day: string, figure: FigureName): bigint => changes.get(`${day} ${figure}`) ?? 0n;
  const levels = new Map(FIGURE_NAMES.filter(isLevel).map((figure) => [figure, changeOf("", figure)]));
  return days.map((day) => {
    for (const [figure, level] of levels) levels.set(figure, level + changeOf(day, figure));
    return new Map(FIGURE_NAMES.map((figure) => [figure, levels.get(figure) ?? changeOf(day, figure)]));
  });
}
