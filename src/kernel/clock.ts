/** Where the time comes from. It is passed to whoever needs it, never imported. */

/** Milliseconds since 1970 in UTC. */
export type Instant = number;

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
/** Of twenty-four hours: days of a calendar may be shorter or longer. */
export const DAY_MS = 24 * HOUR_MS;

export interface Clock {
  now(): Instant;
  /** Takes over what has moved it from outside of this process, where anything does. */
  refresh?(): Promise<void>;
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now() };

/** A clock that stands still until it is moved, and never goes back. For the sandbox and for tests. */
export class ManualClock implements Clock {
  #now: Instant;

  constructor(now: Instant) {
    this.#now = now;
  }

  now(): Instant {
    return this.#now;
  }

  /** Moves the clock. Answers false, and moves nothing, for an instant that has passed. */
  moveTo(instant: Instant): boolean {
    if (instant < this.#now) return false;
    this.#now = instant;
    return true;
  }
}

/** RFC 3339 in UTC. */
export const formatInstant = (instant: Instant): string => new Date(instant).toISOString();
