/**
 * Documents that can be read at all: each has the fields that it must have, of their types. An invariant that meets one that
 * cannot be read is not looked at; this says where that one is, and meets none that it cannot read.
 */
import { brokenUnless, id, type Invariant } from "../definition/invariant.ts";

/** SQL/JSON: which elements of a document, and what each must be like (`@`). */
export type Form = readonly [path: string, is: string];

const AMOUNT = '"^[0-9]+[.][0-9]{2}$"';
const QUANTITY = '"^[0-9]+([.][0-9]+)?$"';
const WHOLE = '"^[0-9]{1,18}$"';

/** SQL/JSON: that something is written like this. */
const like = (pattern: string, of = "@"): string => `${of} like_regex ${pattern}`;
export const isAmount = (of?: string): string => like(AMOUNT, of);
export const isQuantity = (of?: string): string => like(QUANTITY, of);
export const isWhole = (of?: string): string => like(WHOLE, of);
export const isText = (of: string): string => `${of}.type() == "string"`;
export const isId = (prefix: string, of?: string): string => like(`"^${prefix}_[0-9a-f]{32}$"`, of);
export const all = (...conditions: readonly string[]): string => conditions.map((each) => `(${each})`).join(" && ");

/** A part of a lot, as sales and orders keep it. */
export const IS_PART = all("@.size() >= 3", isId("lot", "@[0]"), isText("@[1]"), isAmount("@[2]"));

/** SQL: rows of a table, with documents that are read once each, and not again for each of their forms. */
export const readOnce = (table: string, columns: readonly string[], documents: readonly string[]): string =>
  `(select ${[...columns, ...documents.map((name) => `${name}::jsonb as ${name}`)].join(", ")} from ${table} offset 0) ${table}`;

/** SQL: whether a document has its forms. Of another shape altogether, it has not: that is an error, which is silent and null. */
export const hasForms = (document: string, forms: readonly Form[]): string =>
  forms
    .map(([path, is]) => {
      const isNot = `(${is}) is unknown || !(${is})`;
      return `not jsonb_path_exists(${document}, 'strict ${path} ? (${isNot})', '{}', true)`;
    })
    .join(" and ");

const TOTALS: readonly Form[] = [
  ["$.*", "@.size() == 4"],
  ["$.*[*]", isWhole()],
];
const ENDS: readonly Form[] = [["$.*", '@.type() == "number"']];

const walletsCanBeRead: Invariant = {
  name: "wallets_can_be_read",
  statement: "What each wallet keeps by issuer, and by kind of lot, can be read.",
  facts: `select ${brokenUnless(`${hasForms("by_issuer", TOTALS)} and ${hasForms("soonest_ends", ENDS)}`, {
    memberId: id("mbr", "member_id"),
  })} from ${readOnce("wallets", ["member_id"], ["by_issuer", "soonest_ends"])}`,
};

export const formInvariants: readonly Invariant[] = [walletsCanBeRead];
