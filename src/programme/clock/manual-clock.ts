/** The sandbox's clock: its time is kept in the database, so that all processes have the same, which never goes back. */
import { type Clock, type Instant, ManualClock } from "../../kernel/clock.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Reader } from "../../engine/connection/reader.ts";
import { type Ledger, submitOwn } from "../../engine/group/submit.ts";
import { settingStore } from "../documents.ts";
import { CLOCK, timeIn } from "./setting.ts";
import { clockStart } from "./start.ts";

/** Served by the index of positions. */
const LAST_POSTING = "select posted_at from operations order by position desc, place desc limit 1";

export class SharedManualClock extends ManualClock {
  #reader: Reader | undefined;
  /** The reading that has not begun: whoever asks before it does is served by it. */
  #next: Promise<void> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Takes up the time that is kept; at the very first start it is set to an instant, and stays there. Of a ledger that has
   * run by the machine's clock, to its last posting where that is later: time never goes back.
   */
  async connect(ledger: Ledger, first: Instant): Promise<void> {
    this.#reader = ledger.reader;
    if ((await this.#read()) === undefined) {
      const [last] = await ledger.reader.run<{ posted_at: Instant }>(LAST_POSTING, []);
      const now = Math.max(first, last?.posted_at ?? first);
      this.moveTo(now);
      await submitOwn(ledger, clockStart, { now });
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
