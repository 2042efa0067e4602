/** Lets a town live for a season on a service with a manual clock, and gathers what is to be told of it. */
import { DAY_MS, formatInstant, HOUR_MS } from "../../kernel/clock.ts";
import type { Api } from "../client/api.ts";
import { moveClock } from "../client/clock.ts";
import { proofOf } from "../client/proof.ts";
import { putStore } from "../client/stores.ts";
import { runTimeline, type Step } from "../client/timeline.ts";
import type { Balance, Proof } from "../client/wire.ts";
import type { Progress } from "../../cli/command/progress.ts";
import { balanceOf, balancesOf, type Outstanding, outstandingIn } from "../report/balances.ts";
import { type Crossing, crossingsOf } from "../report/crossing.ts";
import { Life } from "./life.ts";
import { birthdaySteps, holdSteps, profileSteps } from "./steps/member-steps.ts";
import { visitSteps } from "./steps/sale-steps.ts";
import { heroesOf, type Hero } from "./stories.ts";
import { type Town, townOf } from "./town.ts";
import { type Season, visitsOf } from "./visits.ts";

export interface DemoSize {
  readonly people: number;
  readonly receipts: number;
  readonly days: number;
}

export interface Demo {
  readonly town: Town;
  readonly season: Season;
  readonly life: Life;
  readonly left: Outstanding;
  readonly heroes: readonly (Hero & { readonly balance: Balance })[];
  readonly crossings: readonly Crossing[];
  readonly proof: Proof;
  readonly seconds: number;
}

/** A Monday, 00:00 in Moscow. */
const FIRST_DAY = Date.parse("2026-01-12T00:00:00+03:00");
const WINDOW_MS = 2 * HOUR_MS;

/** Runs the season of a seed. */
export async function runDemo(
  api: Api,
  { people, receipts, days }: DemoSize,
  seed: string,
  startProgress: (steps: number) => Progress,
): Promise<Demo> {
  const town = townOf(seed, { people, days });
  const season: Season = { start: FIRST_DAY, days, receipts };
  const life = new Life(seed);
  const steps = stepsOf(life, town, season);
  for (const { id, brand, name } of town.stores) await putStore(api, id, { brand, name, timeZone: "Europe/Moscow" });
  const progress = startProgress(steps.length);
  const started = performance.now();
  let done = 0;
  await runTimeline(api, steps, {
    windowMs: WINDOW_MS,
    onWindow(count) {
      done += count;
      progress.update(done, formatInstant(steps[done - 1]?.at ?? FIRST_DAY).slice(0, 10));
    },
  }).finally(() => progress.stop());
  const seconds = (performance.now() - started) / 1000;
  await moveClock(api, FIRST_DAY + (days + 1) * DAY_MS - 1);
  const left = outstandingIn(await balancesOf(api, [...life.members.values()]));
  const heroes: Demo["heroes"][number][] = [];
  for (const hero of heroesOf(life, town)) heroes.push({ ...hero, balance: await balanceOf(api, hero.memberId) });
  const crossings = await crossingsOf(api, life.totals.spending);
  return { town, season, life, left, heroes, crossings, proof: await proofOf(api), seconds };
}

/** Everything that happens, in time order. */
function stepsOf(life: Life, town: Town, season: Season): Step[] {
  const steps = [
    ...town.people.flatMap((person) => [...profileSteps(life, person, season), ...birthdaySteps(life, person, season)]),
    ...visitsOf(life.seed, town, season).flatMap((visit) => visitSteps(life, visit)),
    ...holdSteps(life, town, season, Math.ceil(town.people.length / 6)),
  ];
  return steps.sort((a, b) => a.at - b.at);
}
