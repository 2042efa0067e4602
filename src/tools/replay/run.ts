/** Runs a replay against a service: stores, then the year on the timeline, then the books. */
import { DAY_MS, formatInstant, HOUR_MS, type Instant } from "../../kernel/clock.ts";
import type { Api } from "../client/api.ts";
import { BRANDS } from "../client/brands.ts";
import { moveClock } from "../client/clock.ts";
import { proofOf } from "../client/proof.ts";
import { putStore } from "../client/stores.ts";
import { runTimeline } from "../client/timeline.ts";
import type { Proof } from "../client/wire.ts";
import type { Progress } from "../command/progress.ts";
import { type Outstanding, outstandingOf } from "../report/balances.ts";
import { type Crossing, crossingsOf } from "../report/crossing.ts";
import { Totals } from "../report/totals.ts";
import { Tally } from "./fate.ts";
import type { Invoice } from "./invoice.ts";
import { OrderTotals } from "./order-totals.ts";
import { type OrderRule, Planner } from "./plan.ts";
import { storeOf } from "./shop.ts";
import type { Replay } from "./state.ts";
import { stepsOf } from "./steps.ts";

export interface Outcome {
  readonly tally: Tally;
  readonly totals: Totals;
  readonly orders: OrderTotals;
  /** Invoices that were sold as several receipts. */
  readonly split: number;
  readonly seconds: number;
  readonly first: Instant;
  readonly last: Instant;
  readonly atTheEnd: Outstanding;
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
}

/** Longer than any ordinary bonus waits and lives. */
export const AFTERMATH_DAYS = 200;

/** Replays invoices, which must be in time order. */
export async function replayInvoices(
  api: Api,
  invoices: readonly Invoice[],
  { seed, orders: rule, aftermath, startProgress }: ReplayOptions,
): Promise<Outcome> {
  const tally = new Tally();
  const totals = new Totals();
  const orders = new OrderTotals();
  const planner = new Planner(seed, tally, rule);
  const replay: Replay = { seed, planner, tally, totals, orders, homes: new Map(), members: new Map() };
  const first = invoices[0]?.at ?? 0;
  const last = invoices.at(-1)?.at ?? 0;
  await openStores(api, invoices);
  const progress = startProgress();
  const started = performance.now();
  let planned = 0;
  const steps = stepsOf(replay, invoices, () => (planned += 1));
  await runTimeline(api, steps, {
    windowMs: HOUR_MS,
    onWindow() {
      const rate = totals.documents / ((performance.now() - started) / 1000);
      progress.update(planned, `${dateOf(invoices[planned - 1]?.at ?? last)} ${rate.toFixed(0)} receipts/s`);
    },
  }).finally(() => progress.stop());
  const seconds = (performance.now() - started) / 1000;
  const endOfYear = (Math.floor(last / DAY_MS) + 2) * DAY_MS - 1;
  await moveClock(api, endOfYear);
  const memberIds = [...replay.members.values()];
  const atTheEnd = await outstandingOf(api, memberIds);
  if (aftermath) await moveClock(api, endOfYear + AFTERMATH_DAYS * DAY_MS);
  const later = aftermath ? await outstandingOf(api, memberIds) : null;
  const crossings = await crossingsOf(api, totals.spending);
  const proof = await proofOf(api);
  return {
    tally,
    totals,
    orders,
    split: planner.split,
    seconds,
    first,
    last,
    atTheEnd,
    aftermath: later,
    crossings,
    proof,
  };
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
