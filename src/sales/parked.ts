/** Returns that came before their sale, kept by the receipt of that sale, and applied when it comes. */
import { formatQuantity, parseQuantity } from "../kernel/amount.ts";
import type { Instant } from "../kernel/clock.ts";
import { fromUuid, type OperationId, uuidOf } from "../kernel/ids.ts";
import { arrayOf, insertInto, Rows } from "../engine/rows.ts";
import type { DocumentStore } from "../engine/store.ts";
import type { ReturnTerms } from "./take-back.ts";

export interface ParkedReturn {
  /** The operation that parked it; the return, once it is made, bears the same number. */
  readonly operationId: OperationId;
  readonly terms: ReturnTerms;
  readonly parkedAt: Instant;
  readonly state:
    | { readonly status: "parked" }
    | { readonly status: "applied" }
    | { readonly status: "withdrawn" }
    | { readonly status: "refused"; readonly code: string };
}

const shape = {
  receipt_key: "uuid",
  operation_id: "uuid",
  input: "json",
  status: "text",
  refusal: "text",
  parked_at: "timestamptz",
} as const;
const SAVE = insertInto(
  "parked_returns",
  shape,
  "on conflict (receipt_key, operation_id) do update set status = excluded.status, refusal = excluded.refusal",
);
const SELECT = `select receipt_key, operation_id, input, status, refusal, parked_at from parked_returns
  where receipt_key = any($1::uuid[]) order by receipt_key, operation_id`;
const LOCK = `${SELECT} for no key update`;

/** All returns parked for a receipt, by the receipt's key, in the order in which they came. */
export const parkedStore: DocumentStore<readonly ParkedReturn[]> = {
  name: "parked_returns",
  async load(tx, keys, lock) {
    const rows = await tx.run<ParkedRow>(lock ? LOCK : SELECT, [arrayOf(keys, "uuid")]);
    const parked = new Map<string, ParkedReturn[]>();
    for (const row of rows) {
      const key = row.receipt_key.replaceAll("-", "");
      const entry = parkedOf(row);
      const others = parked.get(key);
      if (others === undefined) parked.set(key, [entry]);
      else others.push(entry);
    }
    return parked;
  },
  save(tx, changes) {
    const rows = new Rows(shape);
    for (const { id, document } of changes) {
      for (const { operationId, terms, parkedAt, state } of document) {
        rows.add({
          receipt_key: id,
          operation_id: uuidOf(operationId),
          input: JSON.stringify({
            ...terms,
            lines: terms.lines.map((line) => ({ ...line, quantity: formatQuantity(line.quantity) })),
          }),
          status: state.status,
          refusal: state.status === "refused" ? state.code : null,
          parked_at: parkedAt,
        });
      }
    }
    return rows.size === 0 ? [] : [tx.run(SAVE, rows.parameters())];
  },
};

interface ParkedRow {
  readonly receipt_key: string;
  readonly operation_id: string;
  readonly input: Omit<ReturnTerms, "lines"> & { readonly lines: readonly { lineId: string; quantity: string }[] };
  readonly status: "parked" | "applied" | "withdrawn" | "refused";
  readonly refusal: string | null;
  readonly parked_at: Date;
}

function parkedOf(row: ParkedRow): ParkedReturn {
  const lines = row.input.lines.map((line) => ({ ...line, quantity: parseQuantity(line.quantity) }));
  const state = row.status === "refused" ? { status: row.status, code: row.refusal ?? "" } : { status: row.status };
  return {
    operationId: fromUuid("opn", row.operation_id),
    terms: { ...row.input, lines },
    parkedAt: row.parked_at.getTime(),
    state,
  };
}
