/** A receipt's natural key: brand, store, terminal, shift, number, and the kind of operation. Unique for ever. */
import { hash128 } from "../../kernel/hash.ts";

export interface Receipt {
  readonly brand: string;
  readonly storeId: string;
  readonly terminalId: string;
  readonly shift: string;
  readonly number: string;
  readonly fiscalId?: string | undefined;
}

/** The receipt of a document. */
export function receiptOf(document: Omit<Receipt, "fiscalId"> & { readonly fiscalId: string | null }): Receipt {
  const { brand, storeId, terminalId, shift, number, fiscalId } = document;
  return { brand, storeId, terminalId, shift, number, ...(fiscalId === null ? {} : { fiscalId }) };
}

export type ReceiptKind = (typeof RECEIPT_KINDS)[number];
export const RECEIPT_KINDS = ["purchase", "return", "exchange"] as const;

/** The hash that stands for a receipt among all that may happen only once. The fiscal id is not part of it. */
export function receiptKey(receipt: Receipt, kind: ReceiptKind): string {
  return hash128(
    JSON.stringify([
      "receipt",
      kind,
      receipt.brand,
      receipt.storeId,
      receipt.terminalId,
      receipt.shift,
      receipt.number,
    ]),
  );
}
