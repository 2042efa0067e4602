/** Words of the ledger that are data: each of them is named on the pages that tell what it means. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type Account, ACCOUNTS_WITHIN, LOT_KINDS } from "../../src/ledger/account.ts";
import { TRANSFER_EVENTS } from "../../src/ledger/transfer.ts";
import { PolicyRules } from "../../src/policy/schema.ts";
import { rowsOf, sectionOf, textOf } from "./pages.ts";

/** Accounts of which there is one for each other brand, or for each reason. */
type Between<A = Account> = A extends `${infer F}:${infer R}` ? (string extends R ? F : never) : never;
const BETWEEN = {
  due_to: "due_to:<brand>",
  due_from: "due_from:<brand>",
  adjustment: "adjustment:<reason>",
} as const satisfies Record<Between, string>;

/** As the pages write them: of the accounts by kinds one, and the kinds by themselves. */
const ACCOUNTS = [
  ...new Set(ACCOUNTS_WITHIN.map((account) => account.replace(/^issuance:.*/, "issuance:<kind>"))),
  ...Object.values(BETWEEN),
];

const missingIn = (text: string, words: readonly string[]): string[] =>
  words.filter((word) => !text.includes(`\`${word}\``));

describe.each([
  { page: "docs/reference/ledger.md", accounts: "Accounts", kinds: "Lots", events: "Transfers" },
  {
    page: "docs/guides/books.md",
    accounts: "Chart of accounts, per entity",
    kinds: "Chart of accounts, per entity",
    events: "Which event moves what",
  },
])("$page", ({ page, accounts, kinds, events }) => {
  it("names every account, kind of lots and event of transfers, where it tells of them", () => {
    expect(ACCOUNTS.length).toBeGreaterThan(10);
    expect(missingIn(sectionOf(page, accounts), ACCOUNTS)).toEqual([]);
    expect(missingIn(sectionOf(page, kinds), LOT_KINDS)).toEqual([]);
    expect(missingIn(sectionOf(page, events), TRANSFER_EVENTS)).toEqual([]);
  });
});

/** The rules one by one: `earning.rates`. What is said by kinds of lots, or in a list, is one. */
const RULES = Object.entries(PolicyRules.shape).flatMap(([rule, schema]) => {
  const own = schema instanceof z.ZodDefault ? schema.unwrap() : schema;
  const parts = own instanceof z.ZodObject ? Object.keys(own.shape) : [];
  const kinds: ReadonlySet<string> = new Set(LOT_KINDS);
  return parts.every((part) => kinds.has(part)) ? [rule] : parts.map((part) => `${rule}.${part}`);
});

describe("docs/reference/ledger.md", () => {
  it("says of every rule what it is where nobody has changed it", () => {
    expect(RULES).toEqual(expect.arrayContaining(["zone", "life", "earning.rates", "erasure.waitDays"]));
    const last = rowsOf(sectionOf("docs/reference/ledger.md", "Lots")).map((cells) => cells.at(-1) ?? "");
    expect(missingIn(last.join("\n"), RULES)).toEqual([]);
  });
});

describe("docs/reference/api.md", () => {
  it("names the prefix of every kind of identifier, and no other", () => {
    const [, union = ""] = /^export type IdPrefix =\n((?: {2}\| "\w+"[;\n])+)/m.exec(textOf("src/kernel/ids.ts")) ?? [];
    const prefixes = [...union.matchAll(/"(\w+)"/g)].map(([, prefix = ""]) => `${prefix}_`);
    expect(prefixes.length).toBeGreaterThan(15);
    const line = /^- \*\*Identities\*\*.*$/m.exec(textOf("docs/reference/api.md"))?.[0] ?? "";
    const named = [...line.matchAll(/`(\w+_)`/g)].map(([, prefix = ""]) => prefix);
    // A transfer has no row of its own to be found by: its identifier is made of its operation's.
    expect(named.toSorted()).toEqual([...prefixes, "trn_"].toSorted());
  });
});
