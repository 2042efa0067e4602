/** Columns of exports, by their types: see {@link Column}. */
import type { Column, ColumnType } from "./export.ts";

const of =
  <T extends ColumnType>(type: T) =>
  (name: string, note: string): Column & { readonly type: T } => ({ name, type, note });

export const text = of("text");
export const amount = of("amount");
/** Of which there may be none in a row. */
export const codeOrNull = of("code");
/** Of which there is one in each row. */
export const code = (name: string, note: string): Column => ({ ...codeOrNull(name, note), isNeverNull: true });
