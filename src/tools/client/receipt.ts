/** How a till names a receipt. */
import type { Brand } from "./brands.ts";

/** The natural key of a receipt. */
export interface Receipt {
  readonly brand: Brand;
  readonly storeId: string;
  readonly terminalId: string;
  readonly shift: string;
  readonly number: string;
}
