/**
 * Reads by name that many requests ask for at the same moment: one statement reads them all, as a group of commands is
 * written by one. Nobody waits for company: what is asked for while nothing is on its way goes out at once, and what is
 * asked for meanwhile goes out together with whatever else is. A read never joins a statement that was sent before it was
 * asked for, so it sees all that was acknowledged by then.
 */
import type { Transaction } from "./session.ts";

/** Where things are read by name: those that are there, by their names. Stores of documents are such. */
export interface Source<V> {
  load(tx: Transaction, names: readonly string[], lock: "none"): Promise<ReadonlyMap<string, V>>;
}

/** Statements of one source that are on their way at once: where one is stuck, the other goes on. */
const MOST_AT_ONCE = 2;
/** Names in one statement: its rows must not keep the others waiting. */
const MOST_NAMES = 100;

export class Gathered {
  readonly #tx: Transaction;
  readonly #queues = new Map<Source<unknown>, Queue<unknown>>();

  constructor(tx: Transaction) {
    this.#tx = tx;
  }

  /** What has this name, as it is now; undefined where there is nothing. */
  one<V>(source: Source<V>, name: string): Promise<V | undefined> {
    let queue = this.#queues.get(source);
    if (queue === undefined) {
      queue = new Queue<unknown>((names) => source.load(this.#tx, names, "none"));
      this.#queues.set(source, queue);
    }
    return queue.ask(name) as Promise<V | undefined>;
  }
}

interface Asked<V> {
  readonly name: string;
  readonly tell: (value: V | undefined) => void;
  readonly fail: (error: unknown) => void;
}

type Load<V> = (names: readonly string[]) => Promise<ReadonlyMap<string, V>>;

class Queue<V> {
  readonly #load: Load<V>;
  #waiting: Asked<V>[] = [];
  #isCalled = false;
  #onTheirWay = 0;

  constructor(load: Load<V>) {
    this.#load = load;
  }

  ask(name: string): Promise<V | undefined> {
    return new Promise((tell, fail) => {
      this.#waiting.push({ name, tell, fail });
      this.#call();
    });
  }

  /** Requests that came together are all prepared before the next turn of the event loop. */
  #call(): void {
    if (this.#isCalled || this.#onTheirWay >= MOST_AT_ONCE || this.#waiting.length === 0) return;
    this.#isCalled = true;
    setImmediate(() => {
      this.#isCalled = false;
      void this.#send();
    });
  }

  async #send(): Promise<void> {
    const asked = this.#waiting.splice(0, MOST_NAMES);
    this.#onTheirWay += 1;
    this.#call();
    try {
      const found = await this.#load([...new Set(asked.map(({ name }) => name))]);
      for (const { name, tell } of asked) tell(found.get(name));
    } catch (error) {
      for (const { fail } of asked) fail(error);
    } finally {
      this.#onTheirWay -= 1;
      this.#call();
    }
  }
}
