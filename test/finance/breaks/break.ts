/** A way to break a ledger by hand, as nobody but the owner of the database could; and words to write it shortly. */
import { expect } from "vitest";
import { uuidOf } from "../../../src/kernel/ids.ts";
import type { Town } from "../../support/town.ts";

export interface Break {
  readonly what: string;
  readonly sql: (town: Town) => string;
  readonly broken: readonly string[];
  /** Something that the first of them shows. */
  readonly place: (town: Town) => Readonly<Record<string, unknown>>;
}

export const textLike = (pattern: RegExp) => expect.stringMatching(pattern) as unknown;
export const aPurchase = () => ({ purchaseId: textLike(/^pur_/) });
export const aReturn = () => ({ returnId: textLike(/^ret_/) });
export const ofRich = ({ rich }: Town) => `member_id = '${uuidOf(rich)}'`;
export const ofDebtor = ({ debtor }: Town) => `member_id = '${uuidOf(debtor)}'`;
export const ofMember = ({ rich }: Town) => ({ memberId: rich });

/** SQL: the first row, by an identifier, of those that a condition holds for. */
const first = (table: string, key: string, condition: string): string =>
  `${key} = (select min(${key}::text)::uuid from ${table} where ${condition})`;
export const richLot = (town: Town, condition: string): string =>
  first("lots", "lot_id", `${ofRich(town)} and ${condition}`);
export const onePurchase = (condition: string): string => first("purchases", "purchase_id", condition);
export const oneReturn = (condition: string): string => first("returns", "return_id", condition);
export const oneOperation = (condition: string): string => first("operations", "operation_id", condition);
export const oneTransfer = (condition: string): string =>
  `(operation_id, ordinal) = (select operation_id, ordinal from transfers where ${condition} order by 1, 2 limit 1)`;
/** A promotion that somebody was given outside of a sale, and whose end nobody has moved. */
export const PROMO = "kind = 'promo' and available > 0 and lot_id not in (select lot_id from lot_terms)";

/** The natural key of the receipt of a purchase. */
export const keyOfReceipt = (purchase: string): string =>
  `select left(encode(sha256(convert_to(format('["receipt","purchase","%s","%s","%s","%s","%s"]', brand, store_id, terminal_id, shift, number), 'UTF8')), 'hex'), 32)::uuid
    from purchases where purchase_id = (${purchase})`;

/** SQL: the operation that made a lot when it reversed a return. */
export const REMAKER =
  "select operation_id from operations where name = 'reversal' and operation_id in (select operation_id from lots)";

/** The next place in an operation. */
export const NEXT = "(select max(ordinal) + 1 from transfers n where n.operation_id = t.operation_id)";
export const TRANSFER =
  "bucket, member_id, operation_id, ordinal, entity, debit, credit, amount, lot_id, event, occurred_at, posted_at, position";
/** Lets keys that lead nowhere lead to a hold. */
export const KEYS_FOLLOW = `update command_keys k set bucket = o.bucket, operation_id = o.operation_id
  from (select bucket, operation_id from operations where name = 'hold' limit 1) o where k.operation_id not in (select operation_id from operations)`;
