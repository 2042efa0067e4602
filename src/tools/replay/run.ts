/** Runs a replay against a service: stores, then the year on the timeline, then the books. */
import { DAY_MS, formatInstant, HOUR_MS, type Instant } from "../../kernel/clock.ts";
import type { Api } from "../client/api.ts";
import { BRANDS } from "../client/brands.ts";
import { moveClock } from "../client/clock.ts";
import { proofOf } from "../client/proof.ts";
import { putStore } from "../client/stores.ts";
import { runTimeline } from "../client/timeline.ts";
import type { Balance, Proof } from "../client/wire.ts";
import type { Progress } from "../../cli/command/progress.ts";
import { balancesOf, type Outstanding, outstandingIn } from "../report/balances.ts";
import { type Crossing, crossingsOf } from "../report/crossing.ts";
import { Totals } from "../report/totals.ts";
import { Diary } from "./diary.ts";
import { Tally } from "./fate.ts";
import { type Habits, oneCard, type Pause } from "./habits.ts";
import type { Invoice } from "./invoice.ts";
import { OrderTotals } from "./order-totals.ts";
import { type OrderRule, Planner } from "./plan.ts";
import { storeOf } from "./shop.ts";
import type { Replay } from "./state.ts";
import { stepsOf } from "./steps.ts";

export interface Outcome {
  readonly seed: string;
  readonly tally: Tally;
  readonly totals: Totals;
  readonly orders: OrderTotals;
  readonly diary: Diary;
  /** Members by card. */
  readonly members: ReadonlyMap<string, string>;
  /** Invoices that were sold as several receipts. */
  readonly split: number;
  readonly seconds: number;
  readonly first: Instant;
  readonly last: Instant;
  readonly atTheEnd: Outstanding;
  /** Each member's balance then. */
  readonly balances: ReadonlyMap<string, Balance>;
  /** After the clock has moved on, if it was to. */
  readonly aftermath: Outstanding | null;
  readonly crossings: readonly Crossing[];
  readonly proof: Proof;
}

export interface ReplayOptions {
  readonly seed: string;
  readonly orders: OrderRule;
  readonly aftermath: boolean;
  readonly startProgress: () => Progress;
  /** Without them everybody has one card. */
  readonly habits?: Habits;
  readonly welcome?: Replay["welcome"];
  /** In time order. */
  readonly pauses?: (replay: Replay) => readonly Pause[];
}

/** Longer than any ordinary bonus waits and lives. */
export const AFTERMATH_DAYS = 200;

/** The last instant of the day after the last invoice. */
export const endOfYear = (invoices: readonly Invoice[]): Instant =>
  (Math.floor((invoices.at(-1)?.at ?? 0) / DAY_MS) + 2) * DAY_MS - 1;

/** Replays invoices, which must be in time order. */
export async function replayInvoices(api: Api, invoices: readonly Invoice[], options: ReplayOptions): Promise<Outcome> {
  const { seed, orders: rule, aftermath } = options;
  const replay = newReplay(options, rule);
  const { tally, totals, orders, planner, diary } = replay;
  await openStores(api, invoices);
  const started = performance.now();
  await playAll(api, replay, invoices, options, started);
  const seconds = (performance.now() - started) / 1000;
  const end = endOfYear(invoices);
  await moveClock(api, end);
  const memberIds = [...replay.members.values()];
  const balances = await balancesOf(api, memberIds);
  if (aftermath) await moveClock(api, end + AFTERMATH_DAYS * DAY_MS);
  const later = aftermath ? outstandingIn(await balancesOf(api, memberIds)) : null;
  const crossings = await crossingsOf(api, totals.spending);
  const proof = await proofOf(api);
  const [first, last] = [invoices[0]?.at ?? 0, invoices.at(-1)?.at ?? 0];
  const counted = { tally, totals, orders, diary, members: replay.members, split: planner.split };
  const books = { atTheEnd: outstandingIn(balances), balances, aftermath: later, crossings, proof };
  return { seed, ...counted, seconds, first, last, ...books };
}

function newReplay({ seed, habits = oneCard(seed), welcome = () => [] }: ReplayOptions, rule: OrderRule): Replay {
  const tally = new Tally();
  const planner = new Planner(habits, tally, rule);
  const counted = { tally, totals: new Totals(), orders: new OrderTotals(), diary: new Diary() };
  return { seed, planner, ...counted, homes: new Map(), members: new Map(), habits, welcome };
}

/** All invoices, from pause to pause. */
async function playAll(
  api: Api,
  replay: Replay,
  invoices: readonly Invoice[],
  { startProgress, pauses = () => [] }: ReplayOptions,
  started: number,
): Promise<void> {
  const progress = startProgress();
  let planned = 0;
  const onWindow = (): void => {
    const rate = replay.totals.documents / ((performance.now() - started) / 1000);
    progress.update(planned, `${dateOf(invoices[planned - 1]?.at ?? 0)} ${rate.toFixed(0)} receipts/s`);
  };
  const play = (some: readonly Invoice[]) =>
    runTimeline(
      api,
      stepsOf(replay, some, () => (planned += 1)),
      { windowMs: HOUR_MS, onWindow },
    );
  try {
    let from: Instant = Number.NEGATIVE_INFINITY;
    for (const { at, happens } of pauses(replay)) {
      await play(invoices.filter((invoice) => invoice.at >= from && invoice.at < at));
      await moveClock(api, at);
      await happens();
      from = at;
    }
    await play(invoices.filter((invoice) => invoice.at >= from));
  } finally {
    progress.stop();
  }
}

const dateOf = (at: Instant): string => formatInstant(at).slice(0, 10);

/** Each brand has a store in each country that is sold to. */
async function openStores(api: Api, invoices: readonly Invoice[]): Promise<void> {
  for (const country of new Set(invoices.map((invoice) => invoice.country))) {
    for (const brand of BRANDS) {
      const name = `${brand}, ${country}`;
      await putStore(api, storeOf(brand, country), { brand, name, timeZone: "Europe/Moscow" });
    }
  }
}
