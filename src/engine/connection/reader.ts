/** Reading outside of any command: prepared statements over a pool. A read never writes what is due; it applies it in memory. */
import type { Sql, TransactionSql } from "../../db/connect.ts";
import { ConnectionLost, SILENCE_MS } from "./connection-lost.ts";
import { Gathered, type Source } from "./gathered.ts";
import type { Transaction } from "./session.ts";

/** One state of the ledger. */
export interface Snapshot extends Transaction {
  /** A part of the work that may fail alone: what comes after it sees the same state, and goes on. */
  part<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

export interface Reader extends Transaction {
  /** One thing by its name, as it is now; undefined where there is none. What others ask for meanwhile is read with it. */
  one<V>(source: Source<V>, name: string): Promise<V | undefined>;
  /** Several statements that see the same state of the ledger. */
  snapshot<T>(work: (tx: Snapshot) => Promise<T>): Promise<T>;
}

export function readerOf(pool: Sql): Reader {
  const tx = over(pool);
  const gathered = new Gathered(tx);
  return {
    ...tx,
    one: (source, name) => gathered.one(source, name),
    snapshot: <T>(work: (tx: Snapshot) => Promise<T>) =>
      pool.begin("isolation level repeatable read read only", (sql) => work(snapshotOver(sql))) as Promise<T>,
  };
}

/**
 * A reader that turns away from connections that say nothing, as a network leaves them that has forgotten them: whoever
 * waits is told, and the next read goes over new ones. What a server may take it limits by itself, well before that.
 */
export class PatientReader implements Reader {
  readonly #open: () => Sql;
  #pool: Sql;
  #reader: Reader;

  constructor(open: () => Sql) {
    this.#open = open;
    this.#pool = open();
    this.#reader = readerOf(this.#pool);
  }

  run<R>(text: string, parameters?: Parameters<Transaction["run"]>[1]): Promise<R[]> {
    return this.#patiently((reader) => reader.run<R>(text, parameters));
  }

  values(text: string, parameters?: Parameters<Transaction["values"]>[1]): Promise<unknown[][]> {
    return this.#patiently((reader) => reader.values(text, parameters));
  }

  send(statement: Parameters<Transaction["send"]>[0]): Promise<unknown> {
    return this.#patiently((reader) => reader.send(statement));
  }

  one<V>(source: Source<V>, name: string): Promise<V | undefined> {
    return this.#patiently((reader) => reader.one(source, name));
  }

  snapshot<T>(work: (tx: Snapshot) => Promise<T>): Promise<T> {
    return this.#patiently((reader) => reader.snapshot(work));
  }

  end(): Promise<void> {
    return this.#pool.end({ timeout: 5 });
  }

  async #patiently<T>(read: (reader: Reader) => Promise<T>): Promise<T> {
    const pool = this.#pool;
    let patience: NodeJS.Timeout | undefined;
    const silent = new Promise<never>((_, fail) => {
      patience = setTimeout(() => {
        this.#turnAwayFrom(pool);
        fail(new ConnectionLost("the database did not answer"));
      }, SILENCE_MS);
    });
    try {
      return await Promise.race([read(this.#reader), silent]);
    } finally {
      clearTimeout(patience);
    }
  }

  #turnAwayFrom(pool: Sql): void {
    if (pool !== this.#pool) return;
    this.#pool = this.#open();
    this.#reader = readerOf(this.#pool);
    // Reads on its other connections may only be slow: they have some seconds to end.
    pool.end({ timeout: 5 }).catch(() => {});
  }
}

/** A failed statement ends its transaction, but for what went before its savepoint. */
export const snapshotOver = (sql: TransactionSql): Snapshot => ({
  ...over(sql),
  part: <T>(work: (tx: Transaction) => Promise<T>) => sql.savepoint((inner) => work(over(inner))) as Promise<T>,
});

function over(sql: Sql | TransactionSql): Transaction {
  const query = (text: string, parameters: readonly (string | number | null)[] = []) =>
    sql.unsafe(text, [...parameters], { prepare: true });
  return {
    run: (text, parameters) => query(text, parameters) as never,
    values: (text, parameters) => query(text, parameters).values() as never,
    send: ({ text, parameters }) => query(text, parameters),
  };
}
