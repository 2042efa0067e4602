/** How one kind of document is loaded and saved: one statement for a whole group, whatever its size. */
import type { Transaction } from "./session.ts";

export interface DocumentStore<T> {
  readonly name: string;
  /** Loads by id; where `lock` is set, locks the rows in the order of their ids. */
  load(tx: Transaction, ids: readonly string[], lock: boolean): Promise<Map<string, T>>;
  /** Writes documents; `isNew` tells those that were not there before. Sends without waiting. */
  save(tx: Transaction, changes: readonly DocumentChange<T>[]): Promise<unknown>[];
}

export interface DocumentChange<T> {
  readonly id: string;
  readonly document: T;
  readonly isNew: boolean;
}
