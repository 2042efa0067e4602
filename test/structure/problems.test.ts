/** An operation and a read name the problems that they can answer with, as far as the sources tell: all of them, and no others. */
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { problems } from "../../src/kernel/problems.ts";
import { textsBehind } from "./behind.ts";
import { declarationsOf } from "./declarations.ts";
import { ROOT, sourceFiles } from "./source.ts";

const DEFINED = /^export const (\w+) = define(?:Operation|Read)\(/;
/** Its own list says what is documented, and gives nothing. */
const OWN_LIST = /\n {2}problems: \[[^]*?\n? *\],\n/;
const GIVEN = /\b(?:refuse|reject|Problem)\(\s*((?:[^()"]*"\w+")+)/g;
/** A form that is refused for what it says: see src/kernel/fields.ts. */
const SENSELESS = /\bsenseless\(/;
const QUOTED = /"(\w+)"/g;

/** What any route of its kind may answer with, without naming it. */
const ANY = ["invalid_request", "forbidden", "unavailable"];

/** What the engine refuses for an operation, where a member whose wallet it needs is erased. */
const OF_ERASED = "member_erased";
const NEEDS_WALLETS = /\bwallets\b/;

const OF_PARKED = "it is told of the return that had waited, and refuses no sale";
const TAKES_WHATEVER_IS_LEFT = "what is taken back is what is left, and no more";
/** What the sources lead to, and nobody is ever answered; each with its reason. */
const NEVER: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  matchAssignment: { member_erased: "it needs no wallet" },
  readMatchCandidate: {
    member_erased: "what stands against it is shown",
    already_one_member: "two who are one are not shown as to be joined",
    member_not_found: "a candidate's members are there for ever",
    merge_blocked: "what stands against it is shown",
  },
  linkConfirmation: {
    already_one_member: "what stands against it is told to nobody",
    merge_blocked: "what stands against it is told to nobody",
  },
  ready: { unknown_store: "an order waits at a store that is registered" },
  purchase: {
    purchase_reversed: OF_PARKED,
    returned_before_sale: OF_PARKED,
    return_exceeds_sold: OF_PARKED,
    unknown_line: OF_PARKED,
    not_divisible: OF_PARKED,
  },
  pickup: {
    purchase_reversed: OF_PARKED,
    returned_before_sale: OF_PARKED,
    return_exceeds_sold: OF_PARKED,
    purchase_not_found: OF_PARKED,
  },
  reversal: {
    return_exceeds_sold: TAKES_WHATEVER_IS_LEFT,
    unknown_line: TAKES_WHATEVER_IS_LEFT,
    not_divisible: TAKES_WHATEVER_IS_LEFT,
    purchase_not_found: "its key has led to it",
  },
  returnByReceipt: { purchase_not_found: "its key has led to it" },
  quote: {
    quote_changed: "it cites no other",
    quote_expired: "it cites no other",
    quote_mismatch: "it cites no other",
  },
  sellerCard: { unprocessable_request: "it asks for the balance of no other day" },
  profileParting: { member_not_found: "a profile has a member" },
  adjustment: { adjustment_not_reversible: "it undoes none" },
  breakCorrection: { adjustment_not_reversible: "it undoes none" },
  adjustmentReversal: { insufficient_bonuses: "what is not there any more is owed" },
  staffRegistration: { member_erased: "it needs no wallet" },
  periodClose: { member_erased: "it needs no wallet" },
  periodReopen: { member_erased: "it needs no wallet" },
  settlementAgreement: { member_erased: "it needs no wallet" },
  unmerge: { member_not_found: "a merge was of two members" },
};

interface Defined {
  readonly problems: readonly string[];
  readonly body?: unknown;
  readonly actsFor?: unknown;
  readonly decide?: unknown;
  readonly ofErased?: unknown;
}

const isCode = (text: string): boolean => text in problems;
const quotedIn = (text: string): string[] => [...text.matchAll(QUOTED)].map(([, code = ""]) => code).filter(isCode);

const defined = sourceFiles("src").flatMap((file) =>
  [...declarationsOf(file)].flatMap(([name, { text }]) => (DEFINED.test(text) ? [{ file, name, text }] : [])),
);

test.each(defined)("$name names what it can answer with", async ({ file, name, text }) => {
  const module = (await import(resolve(ROOT, file.path))) as Record<string, Defined>;
  const { problems: named, body, actsFor, decide, ofErased } = module[name] ?? { problems: [] };
  const also = [
    ...ANY,
    ...(body === undefined ? [] : ["unprocessable_request"]),
    ...(actsFor === undefined ? [] : ["unknown_brand"]),
  ];
  const never = Object.keys(NEVER[name] ?? {});
  const texts = textsBehind(file, text.replace(OWN_LIST, "\n"), new Set([`${file.path} ${name}`]));
  const given = texts.flatMap((each) => [...each.matchAll(GIVEN)].flatMap(([, codes = ""]) => quotedIn(codes)));
  if (decide !== undefined && ofErased === undefined && texts.some((each) => NEEDS_WALLETS.test(each))) {
    given.push(OF_ERASED);
  }
  const unnamed = [...new Set(given)].filter((code) => !named.includes(code) && !also.includes(code));
  expect(unnamed.sort(), "given, and not named").toEqual([...never].sort());
  const quoted = new Set(texts.flatMap(quotedIn));
  if (given.includes(OF_ERASED)) quoted.add(OF_ERASED);
  if (texts.some((each) => SENSELESS.test(each))) quoted.add("unprocessable_request");
  expect(named.filter((code) => !quoted.has(code)).sort(), "named, and never given").toEqual([]);
});
