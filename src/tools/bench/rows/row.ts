/** How a row is measured over HTTP: what its runs ask for, and of whom. */
import { nextNumber } from "../commands.ts";
import type { ProcessorTime } from "../cpu.ts";
import { type Measured, measureInTurn } from "../figures.ts";
import { type Ask, load, type RunningService } from "../http.ts";
import type { Row } from "../report.ts";

/** Whom the commands speak of; those with many lots are used by one row each, so that no row changes another's. */
export interface Members {
  readonly many: readonly string[];
  /** Members who have bought often. */
  readonly regulars: readonly string[];
  /** One member, sold to by everybody. */
  readonly oneSold: string;
  /** One member, granted to and spent by everybody. */
  readonly oneGranted: string;
}

export interface Sizes {
  readonly rounds: number;
  readonly seconds: number;
  /** Lots of the one member, and of a regular one, before the first run. */
  readonly lots: number;
  readonly regularLots: number;
}

export interface RowTerms extends Sizes {
  readonly service: RunningService;
  readonly members: Members;
  /** Processor time so far. */
  readonly cpu: () => ProcessorTime;
  readonly random: () => number;
  readonly say: (text: string) => void;
}

/** Gives the member of the next command. */
export type Who = () => string;
/** Makes the next request. */
export type Next = () => Ask;

/** A row that is not measured yet. */
export interface RowPlan extends Omit<Row, "runs">, Measured {}

export async function measureRow(terms: RowTerms, plan: RowPlan): Promise<Row> {
  const [row] = await measureRowsInTurn(terms, [plan]);
  if (row === undefined) throw new RangeError("no row");
  return row;
}

/** Measures rows that are compared with each other. */
export async function measureRowsInTurn(terms: RowTerms, plans: readonly RowPlan[]): Promise<Row[]> {
  terms.say(plans.map(({ what }) => what).join("; in turn with "));
  const runs = await measureInTurn(terms, plans);
  return plans.map(({ once: _, prepare: __, ...row }, place) => ({ ...row, runs: runs[place] ?? [] }));
}

/** Any of some members. */
export const oneOf =
  (some: readonly string[], random: () => number): Who =>
  () =>
    some[Math.floor(random() * some.length)] ?? "";

/** Asks as fast as so many connections get answers. */
export const asking =
  ({ service }: RowTerms, next: Next, connections = 64, commands = 1): RowPlan["once"] =>
  (seconds) =>
    load(service, { until: { seconds }, connections, next, commands });

/** A command with a key that nobody has used. */
export const post = (path: string, json: unknown): Ask => ({
  method: "POST",
  path,
  idempotencyKey: nextNumber(),
  body: JSON.stringify(json),
});
