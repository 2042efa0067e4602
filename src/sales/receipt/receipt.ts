/** A receipt's natural key: brand, store, terminal, shift, number, and the kind of operation. Unique for ever. */
import { z } from "@hono/zod-openapi";
import { Brand, StoreId, text } from "../../kernel/fields.ts";
import { hash128 } from "../../kernel/hash.ts";

export const Receipt = z
  .strictObject({
    brand: Brand,
    storeId: StoreId,
    terminalId: text(64).openapi({ example: "7" }),
    shift: text(64).openapi({ example: "118" }),
    number: text(64).openapi({ example: "42" }),
    fiscalId: text(128)
      .optional()
      .openapi({ example: "9960440300123456-118-42", description: "Kept; not part of the natural key." }),
  })
  .openapi("Receipt", {
    description: "The natural key of a receipt: unique for ever, together with the kind of operation.",
  });
export type Receipt = Readonly<z.output<typeof Receipt>>;

export const receiptExample = { brand: "mvideo", storeId: "M-1", terminalId: "7", shift: "118", number: "42" };

/** The receipt of a document. */
export function receiptOf(document: Omit<Receipt, "fiscalId"> & { readonly fiscalId: string | null }): Receipt {
  const { brand, storeId, terminalId, shift, number, fiscalId } = document;
  return { brand, storeId, terminalId, shift, number, ...(fiscalId === null ? {} : { fiscalId }) };
}

export type ReceiptKind = (typeof RECEIPT_KINDS)[number];
/** No operation takes an exchange yet; a till may reverse one, so that it never comes. */
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
