/** The sandbox's clock: its time is kept in the database, so that all processes have the same, which never goes back. */
import { type Clock, type Instant, ManualClock } from "../../kernel/clock.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Reader } from "../../engine/connection/reader.ts";
import { type Ledger, submitOwn } from "../../engine/group/submit.ts";
import { settingStore } from "../documents.ts";
import { CLOCK, timeIn } from "./setting.ts";
import { clockStart } from "./start.ts";

export class SharedManualClock extends ManualClock {
  #reader: Reader | undefined;
  /** The reading that has not begun: whoever asks before it does is served by it. */
  #next: Promise<void> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** Takes up the time that is kept; at the very first start it is set to an instant, and stays there. */
  async connect(ledger: Ledger, first: Instant): Promise<void> {
    this.#reader = ledger.reader;
    if ((await this.#read()) === undefined) {
      this.moveTo(first);
      await submitOwn(ledger, clockStart, { now: first });
    }
    await this.refresh();
  }

  /** Takes over the time that another process has set. One reading at a time, that begins after it was asked for. */
  refresh(): Promise<void> {
    if (this.#next !== undefined) return this.#next;
    const next = this.#readAfter(this.#last);
    this.#next = next;
    this.#last = next.catch(() => {});
    return next;
  }

  async #readAfter(last: Promise<unknown>): Promise<void> {
    await last;
    this.#next = undefined;
    await this.#read();
  }

  async #read(): Promise<Instant | undefined> {
    if (this.#reader === undefined) return undefined;
    const settings = await settingStore.load(this.#reader, [CLOCK], "none");
    const time = timeIn(settings.get(CLOCK));
    if (time !== undefined) this.moveTo(time);
    return time;
  }
}

/** The clock, where it is moved by hand; `clock_not_manual` for the time of the day. */
export function requireManual(clock: Clock): ManualClock {
  if (clock instanceof ManualClock) return clock;
  throw new Problem("clock_not_manual");
}
