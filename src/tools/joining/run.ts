/** Plays a year twice, each time on a service of its own: with pairs that are joined and parted, and without. */
import type { Api } from "../client/api.ts";
import type { Progress } from "../../cli/command/progress.ts";
import type { Invoice } from "../replay/invoice.ts";
import type { OrderRule } from "../replay/plan.ts";
import { replayInvoices } from "../replay/run.ts";
import type { Replay } from "../replay/state.ts";
import { type Comparison, compare, type Run } from "./compare.ts";
import { Joiner } from "./joiner.ts";
import { calendarOf, type Pair, pairedHabits, pairsIn, singleHabits } from "./pairs.ts";

export interface JoiningOptions {
  readonly seed: string;
  readonly orders: OrderRule;
  readonly aftermath: boolean;
  readonly startProgress: (title: string) => Progress;
}

export interface Joining {
  readonly pairs: ReadonlyMap<string, Pair>;
  readonly without: Run;
  readonly joined: Run;
  /** Pairs that could never be joined again. */
  readonly apart: number;
  readonly comparison: Comparison;
}

/** `onService` runs something on an empty service, and ends that. */
export async function replayJoining(
  invoices: readonly Invoice[],
  options: JoiningOptions,
  onService: <T>(use: (api: Api) => Promise<T>) => Promise<T>,
): Promise<Joining> {
  const calendar = calendarOf(invoices);
  const pairs = pairsIn(invoices, calendar);
  const { seed, startProgress, ...rest } = options;
  const play = async (api: Api, joins: Run | null) => {
    const joiner = new Joiner(api, seed, pairs, calendar);
    const habits =
      joins === null
        ? pairedHabits(seed, pairs, calendar, (customer) => joiner.owes(customer))
        : singleHabits(seed, pairs, joins.outcome.diary);
    let replay: Replay | undefined;
    const outcome = await replayInvoices(api, invoices, {
      ...rest,
      seed,
      habits,
      startProgress: () => startProgress(joins === null ? "As two " : "Without"),
      welcome: (known, customer, at) => (joins === null ? joiner.welcome(known, customer, at) : []),
      pauses(known) {
        replay = known;
        return joiner.pauses(known, joins === null);
      },
    });
    const apart = joins !== null || replay === undefined ? 0 : await joiner.areApart(replay);
    return { run: { outcome, joiner }, apart };
  };
  const { run: joined, apart } = await onService((api) => play(api, null));
  const { run: without } = await onService((api) => play(api, joined));
  return { pairs, without, joined, apart, comparison: compare(pairs, without, joined) };
}
