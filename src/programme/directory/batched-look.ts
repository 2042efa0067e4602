/**
 * Looks things up by their keys, together with whoever else is looking: one query at a time, for all that were asked for
 * while the one before was under way. So each look begins after it was asked for, and many at once cost a connection.
 */

/** Most keys in one query. */
const MAX_KEYS = 500;

interface Waiting<T> {
  readonly found: Promise<T | undefined>;
  readonly resolve: (found: T | undefined) => void;
  readonly reject: (error: unknown) => void;
}

export class BatchedLook<T> {
  readonly #load: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>;
  readonly #waiting = new Map<string, Waiting<T>>();
  #running = false;

  constructor(load: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>) {
    this.#load = load;
  }

  /** What is there now under a key. */
  find(key: string): Promise<T | undefined> {
    let waiting = this.#waiting.get(key);
    if (waiting === undefined) {
      waiting = newWaiting();
      this.#waiting.set(key, waiting);
    }
    if (!this.#running) void this.#run();
    return waiting.found;
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.size > 0) {
      const asked = [...this.#waiting].slice(0, MAX_KEYS);
      for (const [key] of asked) this.#waiting.delete(key);
      try {
        const found = await this.#load(asked.map(([key]) => key));
        for (const [key, { resolve }] of asked) resolve(found.get(key));
      } catch (error) {
        for (const [, { reject }] of asked) reject(error);
      }
    }
    this.#running = false;
  }
}

function newWaiting<T>(): Waiting<T> {
  let resolve: Waiting<T>["resolve"] = () => {};
  let reject: Waiting<T>["reject"] = () => {};
  const found = new Promise<T | undefined>((done, fail) => {
    resolve = done;
    reject = fail;
  });
  return { found, resolve, reject };
}
