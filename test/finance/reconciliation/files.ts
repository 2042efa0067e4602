/** Files of receipts, as other systems would send them. */
import type { TestHttp } from "../../support/http.ts";
import { newTestKey } from "../../support/ledger.ts";

export const MAPPING = {
  columns: {
    number: "number",
    store: "store",
    terminal: "till",
    shift: "shift",
    day: "day",
    card: "card",
    paid: "paid",
    spent: "spent",
  },
};

export interface Line {
  readonly number: string;
  readonly store?: string;
  readonly till?: string;
  readonly shift?: string;
  readonly day?: string;
  readonly card?: string;
  readonly paid: string;
  readonly spent?: string;
}

const DEFAULTS = { store: "M-1", till: "1", shift: "1", day: "2026-03-02", card: "", spent: "0.00" };
const NAMES = ["number", "store", "till", "shift", "day", "card", "paid", "spent"] as const;

export const csvOf = (lines: readonly Line[]): string =>
  [NAMES.join(","), ...lines.map((line) => NAMES.map((name) => ({ ...DEFAULTS, ...line })[name]).join(",")), ""].join(
    "\n",
  );

export interface UploadTerms {
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly mapping?: object | string;
  readonly media?: string;
  readonly idempotencyKey?: string;
}

/** Sends a file; what is not said is as the tests mostly want it. */
export function upload(
  http: TestHttp,
  file: string | Uint8Array<ArrayBuffer>,
  { key, query = {}, mapping = MAPPING, media = "text/csv", idempotencyKey = newTestKey() }: UploadTerms = {},
) {
  const asked = new URLSearchParams({
    brand: "mvideo",
    system: "tills",
    from: "2026-03-02",
    to: "2026-03-02",
    mapping: typeof mapping === "string" ? mapping : JSON.stringify(mapping),
    ...query,
  });
  return http.post<Record<string, unknown> & { reconciliationId: string }>(
    `/v1/reconciliations?${asked.toString()}`,
    file,
    {
      idempotencyKey,
      headers: { "content-type": media },
      ...(key === undefined ? {} : { key }),
    },
  );
}
