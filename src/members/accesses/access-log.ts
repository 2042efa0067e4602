/**
 * The access log: who was shown whose personal data. A row is there, durably, before the answer that it is about: whoever shows
 * something waits for `write`, and shows nothing where it fails. Rows that come while others are on their way go out together.
 *
 * It is no part of the ledger: it is written outside of any command, on connections of its own, and no balance depends on it.
 */
import type { Clock } from "../../kernel/clock.ts";
import { type AccessId, type Bucket, bucketOf, newBucket, newUuid } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import { type RowOf, TableRows } from "../../db/table-rows.ts";
import type { ClientId } from "../../engine/actor.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import type { DataSubject } from "../../engine/definition/lookup.ts";
import { accesses } from "./tables.ts";

export type Access = RowOf<typeof accesses, "bucket">;

export const accessRows = new TableRows<typeof accesses, "bucket">(accesses, {
  computed: { bucket: ({ id }) => bucketOf(id) },
});
const insertAccesses = accessRows.inserting();

/** Who asks, for what, and where. */
export interface Asking {
  /** Of the read, or of the operation that is previewed. */
  readonly name: string;
  readonly clientId: ClientId;
  readonly staffId: string | null;
  readonly storeId: string | null;
  readonly terminalId: string | null;
  readonly requestId: string;
}

/** Most rows that may wait, and most in one statement; those of one answer stay together. */
const MOST_WAITING = 20_000;
const MOST_ROWS = 1_000;
/** Statements on their way at once: where one is stuck, the other goes on. */
const MOST_AT_ONCE = 2;

interface Waiting {
  readonly rows: readonly Access[];
  readonly done: () => void;
  readonly fail: (error: unknown) => void;
}

export class AccessLog {
  readonly #tx: Pick<Transaction, "send">;
  readonly #clock: Clock;
  #waiting: Waiting[] = [];
  #rowsWaiting = 0;
  #isCalled = false;
  #onTheirWay = 0;

  constructor(tx: Pick<Transaction, "send">, clock: Clock) {
    this.#tx = tx;
    this.#clock = clock;
  }

  /**
   * Keeps a row for each of those whose data is shown, or one that says that nobody was found. Answers when they can no longer
   * be lost; throws `overloaded`, or what the database threw: then nobody may be shown anything.
   */
  write(asking: Asking, whose: readonly DataSubject[]): Promise<void> {
    const at = this.#clock.now();
    const rows: Access[] =
      whose.length === 0
        ? [{ ...asking, id: newId(newBucket()), at, profileId: null, memberId: null, brand: null }]
        : whose.map(({ id: profileId, memberId, brand }) => {
            return { ...asking, id: newId(bucketOf(profileId)), at, profileId, memberId, brand };
          });
    if (this.#rowsWaiting + rows.length > MOST_WAITING) return Promise.reject(new Problem("overloaded"));
    return new Promise((done, fail) => {
      this.#waiting.push({ rows, done, fail });
      this.#rowsWaiting += rows.length;
      this.#call();
    });
  }

  /** Answers that came together are all waiting before the next turn of the event loop. */
  #call(): void {
    if (this.#isCalled || this.#onTheirWay >= MOST_AT_ONCE || this.#waiting.length === 0) return;
    this.#isCalled = true;
    setImmediate(() => {
      this.#isCalled = false;
      void this.#send();
    });
  }

  async #send(): Promise<void> {
    const sent = this.#take();
    this.#onTheirWay += 1;
    this.#call();
    try {
      await this.#tx.send(insertAccesses(sent.flatMap(({ rows }) => rows)));
      for (const { done } of sent) done();
    } catch (error) {
      for (const { fail } of sent) fail(error);
    } finally {
      this.#onTheirWay -= 1;
      this.#call();
    }
  }

  /** What waits, up to a bound: at least what has come first, whatever it is. */
  #take(): Waiting[] {
    let rows = 0;
    let count = 0;
    for (const each of this.#waiting) {
      if (count > 0 && rows + each.rows.length > MOST_ROWS) break;
      rows += each.rows.length;
      count += 1;
    }
    this.#rowsWaiting -= rows;
    return this.#waiting.splice(0, count);
  }
}

const newId = (bucket: Bucket): AccessId => `acs_${newUuid(bucket)}`;
