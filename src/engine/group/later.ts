/**
 * What goes on after an answer was given, slice by slice: one slice at a time in a process, in turn where there are several
 * pieces of work, so that it never crowds the tills. It may be lost with the process, or by a fault: a job makes up for it.
 */
import type { Slice } from "../definition/background.ts";

/** So many pieces of work may wait; what is more is left to the job. */
const MOST_WAITING = 1_000;

export class Later {
  #waiting: Slice[] = [];
  #running: Promise<void> | undefined;
  #ended = false;

  /** Takes on a piece of work. */
  add(slice: Slice): void {
    if (this.#ended || this.#waiting.length >= MOST_WAITING) return;
    this.#waiting.push(slice);
    this.#running ??= this.#run();
  }

  /** Begins no slice any more, and resolves when the last one has ended. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    for (;;) {
      const slice = this.#ended ? undefined : this.#waiting.shift();
      if (slice === undefined) break;
      // What fails is not tried again here: the database may be gone, or the queue of a lane full.
      const more = await slice().catch(() => false);
      if (more) this.#waiting.push(slice);
    }
    this.#waiting = [];
    this.#running = undefined;
  }
}
