/**
 * Runs steps in time order against a service with a manual clock: the clock is moved to the end of a window, then the
 * window's steps are sent. Steps that share a key (a member, a receipt) happen one after the other, in the order given;
 * all others of the window travel together, in batches. So the outcome depends on the steps alone, never on timing.
 * What the service dates by its own clock asks for the exact time: its window ends there.
 */
import type { Instant } from "../../kernel/clock.ts";
import type { Answer, Api } from "./api.ts";
import { sendAll } from "./batch.ts";
import { moveClock } from "./clock.ts";

/** A request on its way. Those with an `op` may travel in a batch. */
export interface Call {
  readonly path: string;
  readonly body: unknown;
  readonly idempotencyKey: string;
  readonly op?: "purchase" | "return" | "reversal" | "accrual" | "redemption";
}

export interface Step {
  readonly at: Instant;
  /** The clock must show `at` when this is sent, and no later time of the window. */
  readonly exact?: true;
  /** What this step may not overtake, nor be overtaken by. */
  readonly keys: readonly string[];
  /** Made when its turn comes: it may need what earlier steps were answered. Null: nothing is to be done any more. */
  call(): Call | null;
  done(answer: Answer): void;
}

export interface TimelineOptions {
  readonly windowMs: number;
  /** Told after each window, with the number of its steps. */
  readonly onWindow?: (steps: number) => void;
}

/** Runs all steps. They must come in time order. */
export async function runTimeline(api: Api, steps: Iterable<Step>, { windowMs, onWindow }: TimelineOptions) {
  for (const { end, steps: inWindow } of windowsOf(steps, windowMs)) {
    await moveClock(api, end);
    for (const wave of wavesOf(inWindow)) await sendAll(api, wave);
    onWindow?.(inWindow.length);
  }
}

interface Window {
  end: Instant;
  readonly steps: Step[];
}

/**
 * Cuts a sequence at whole windows, and at steps that need the exact time. A window ends a millisecond before the next: at
 * midnight a new day begins.
 */
export function* windowsOf(steps: Iterable<Step>, windowMs: number): Generator<Window> {
  let current: Window | undefined;
  let latest = Number.NEGATIVE_INFINITY;
  for (const step of steps) {
    if (step.at < latest) throw new RangeError("the steps are not in time order");
    latest = step.at;
    if (current === undefined || step.at > current.end) {
      if (current !== undefined) yield current;
      current = { end: (Math.floor(step.at / windowMs) + 1) * windowMs - 1, steps: [] };
    }
    current.steps.push(step);
    if (step.exact === true) current.end = step.at;
  }
  if (current !== undefined) yield current;
}

/** Puts each step one wave after the latest earlier one that it shares a key with. */
export function wavesOf(steps: readonly Step[]): Step[][] {
  const latest = new Map<string, number>();
  const waves: Step[][] = [];
  for (const step of steps) {
    const index = Math.max(-1, ...step.keys.map((key) => latest.get(key) ?? -1)) + 1;
    for (const key of step.keys) latest.set(key, index);
    (waves[index] ??= []).push(step);
  }
  return waves;
}
