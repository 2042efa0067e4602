/**
 * For what looks at every row of the ledger: a connection of its own, so that neither tills nor readers wait for it.
 * One look at a time. Whoever asks while one is under way is given the next one's result, together with all others who do:
 * it began after they asked.
 */
import type { Reader, Snapshot } from "./reader.ts";

export interface Audit {
  /** Runs a piece of work of a name in one snapshot; requests for the same name share it. */
  run<T>(name: string, work: (tx: Snapshot) => Promise<T>): Promise<T>;
}

export function auditOver(reader: Reader): Audit {
  let last: Promise<unknown> = Promise.resolve();
  const waiting = new Map<string, Promise<unknown>>();
  return {
    run<T>(name: string, work: (tx: Snapshot) => Promise<T>): Promise<T> {
      const joined = waiting.get(name);
      if (joined !== undefined) return joined as Promise<T>;
      const begin = () => {
        waiting.delete(name);
        return reader.snapshot(work);
      };
      const mine = last.then(begin, begin);
      waiting.set(name, mine);
      last = mine;
      return mine;
    },
  };
}
