/** Reading outside of any command: prepared statements over a pool. A read never writes what is due; it applies it in memory. */
import type { Sql } from "../db/connect.ts";
import type { Transaction } from "./session.ts";

export interface Reader extends Transaction {
  /** Several statements that see the same state of the ledger. */
  snapshot<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

export function readerOf(pool: Sql): Reader {
  return {
    run: (text, parameters = []) => pool.unsafe(text, [...parameters], { prepare: true }) as never,
    snapshot: <T>(work: (tx: Transaction) => Promise<T>) =>
      pool.begin("isolation level repeatable read read only", (sql) =>
        work({ run: (text, parameters = []) => sql.unsafe(text, [...parameters], { prepare: true }) as never }),
      ) as Promise<T>,
  };
}
