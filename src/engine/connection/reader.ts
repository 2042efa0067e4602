/** Reading outside of any command: prepared statements over a pool. A read never writes what is due; it applies it in memory. */
import type { Sql, TransactionSql } from "../../db/connect.ts";
import type { Transaction } from "./session.ts";

export interface Reader extends Transaction {
  /** Several statements that see the same state of the ledger. */
  snapshot<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

export function readerOf(pool: Sql): Reader {
  return {
    ...over(pool),
    snapshot: <T>(work: (tx: Transaction) => Promise<T>) =>
      pool.begin("isolation level repeatable read read only", (sql) => work(over(sql))) as Promise<T>,
  };
}

function over(sql: Sql | TransactionSql): Transaction {
  const query = (text: string, parameters: readonly (string | number | null)[] = []) =>
    sql.unsafe(text, [...parameters], { prepare: true });
  return {
    run: (text, parameters) => query(text, parameters) as never,
    values: (text, parameters) => query(text, parameters).values() as never,
    send: ({ text, parameters }) => query(text, parameters),
  };
}
