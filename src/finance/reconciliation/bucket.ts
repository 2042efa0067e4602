/** Files and their breaks are nobody's: where the operations about them are kept. */
import { hash128 } from "../../kernel/hash.ts";
import { bucketOfHash } from "../../kernel/ids.ts";

export const RECONCILIATION_BUCKET = bucketOfHash(hash128("finance|reconciliation"));
