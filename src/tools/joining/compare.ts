/**
 * Two runs of one year held against each other: one in which every tenth customer is two members for a while, and one without.
 * Receipt by receipt both must be answered the same; and each customer must have the same at the end, but for what the rules
 * say of lots of members who are apart (docs/reference/replay.md).
 */
import { formatAmount } from "../../kernel/amount.ts";
import type { Balance } from "../client/wire.ts";
import type { Entry } from "../replay/diary.ts";
import type { Outcome } from "../replay/run.ts";
import { figureOf } from "../report/report.ts";
import { amountsOf, type Holdings, isEarlier, worthOf } from "./holdings.ts";
import type { Joiner } from "./joiner.ts";
import type { Pair } from "./pairs.ts";

export interface Run {
  readonly outcome: Outcome;
  readonly joiner: Joiner;
}

/** In what a pair may differ from the same customer as one member, from the least to the most. */
export const LIKENESSES = {
  same: "the same, lot by lot and end by end",
  ends: "the same amounts, some ending sooner: receipts of one card had not extended what the other's had earned",
  issuers: "as much, of other issuers: what was spent apart was burnt of the own lots",
  made_good: "as much less what is owed: made good when they parted",
  ended: "less: some of it has ended, since a receipt of the other card had not extended it",
} as const;
export type Likeness = keyof typeof LIKENESSES;

export interface Likenesses {
  readonly counts: Map<Likeness, number>;
  /** What has ended with pairs, and not with those who are one. */
  ended: bigint;
}

export interface Comparison {
  readonly receipts: number;
  readonly others: number;
  readonly beforeParting: Likenesses;
  readonly atTheEnd: Likenesses;
  /** What differs and may not. */
  readonly faults: string[];
}

export function compare(pairs: ReadonlyMap<string, Pair>, without: Run, joined: Run): Comparison {
  const faults: string[] = [...joined.joiner.faults];
  const [one, two] = [without.outcome, joined.outcome];
  const receipts = compareReceipts(one, two, faults);
  const others = compareOthers(pairs, one, two, faults);
  const comparing = new Pairs(pairs, without, joined, faults);
  const [beforeParting, atTheEnd] = [comparing.compare("beforeParting"), comparing.compare("atTheEnd")];
  compareBooks(without, joined, faults);
  const [expired, expiredAsOne] = [two.totals.expired(two.atTheEnd), one.totals.expired(one.atTheEnd)];
  if (expired - expiredAsOne !== atTheEnd.ended) {
    faults.push(
      `expired: ${shown(expired)} and ${shown(expiredAsOne)}, of which pairs explain ${shown(atTheEnd.ended)}`,
    );
  }
  return { receipts, others, beforeParting, atTheEnd, faults };
}

/** Whether a return becomes debt depends on what is there to take; all else must be the same. */
const answered = (entry: Entry | undefined): string => shown(entry === undefined ? null : { ...entry, debtAdded: 0n });

function compareReceipts({ diary }: Outcome, { diary: asTwo }: Outcome, faults: string[]): number {
  const numbers = new Set([...diary.entries.keys(), ...asTwo.entries.keys()]);
  for (const number of numbers) {
    const [one, two] = [answered(diary.entries.get(number)), answered(asTwo.entries.get(number))];
    if (one !== two) faults.push(`receipt ${number}: ${one} without, ${two} with`);
  }
  return numbers.size;
}

/** Customers who are one member in either run: each must have and owe the same, and be able to spend the same. */
function compareOthers(pairs: ReadonlyMap<string, Pair>, one: Outcome, two: Outcome, faults: string[]): number {
  let count = 0;
  for (const [card, memberId] of one.members) {
    if (pairs.has(card)) continue;
    count += 1;
    const [here, there] = [balanceIn(one, memberId), balanceIn(two, two.members.get(card))];
    if (here !== there) faults.push(`customer ${card}: ${here} without, ${there} with`);
  }
  return count;
}

function balanceIn({ balances }: Outcome, memberId: string | undefined): string {
  const balance: Balance | undefined = memberId === undefined ? undefined : balances.get(memberId);
  return shown(balance === undefined ? null : { ...balance, memberId: "" });
}

/** What is issued, and what is spent, is the same in the books of each entity; merges and partings leave nothing between wallets. */
function compareBooks({ outcome: one }: Run, { outcome: two }: Run, faults: string[]): void {
  for (const entity of ["mvideo", "eldorado"]) {
    for (const account of ["issuance:ordinary", "redemption"]) {
      const label = `${entity} ${account}`;
      const [here, there] = [figureOf(one.proof, label), figureOf(two.proof, label)];
      if (here !== there) faults.push(`${label}: ${shown(here)} without, ${shown(there)} with`);
    }
    const moved = figureOf(two.proof, `${entity} moved`);
    if (moved !== 0n) faults.push(`${entity}: ${shown(moved)} has left one wallet, and come into none`);
  }
}

class Pairs {
  readonly #pairs: ReadonlyMap<string, Pair>;
  readonly #without: Run;
  readonly #joined: Run;
  readonly #faults: string[];

  constructor(pairs: ReadonlyMap<string, Pair>, without: Run, joined: Run, faults: string[]) {
    this.#pairs = pairs;
    this.#without = without;
    this.#joined = joined;
    this.#faults = faults;
  }

  compare(when: "beforeParting" | "atTheEnd"): Likenesses {
    const found: Likenesses = { counts: new Map(), ended: 0n };
    for (const pair of this.#pairs.values()) {
      const [one, two] = [this.#without, this.#joined].map(({ joiner }) => joiner[when].get(pair.customer));
      if (one === undefined || two === undefined) continue;
      const isParted = when === "atTheEnd" && this.#joined.joiner.partings.has(pair.customer);
      const likeness = this.#likeness(pair, one, two, isParted);
      found.counts.set(likeness, (found.counts.get(likeness) ?? 0) + 1);
      found.ended += worthOf(one) - worthOf(two);
    }
    return found;
  }

  /** How alike a customer and a pair are; a fault where they may not be as unlike as they are. */
  #likeness(pair: Pair, one: Holdings, two: Holdings, isParted: boolean): Likeness {
    const { customer, careful, firstAsOne } = pair;
    const parting = this.#joined.joiner.partings.get(customer);
    const madeGood = isParted && (parting?.madeGood.length ?? 0) > 0;
    const likeness = likenessOf(one, two, madeGood);
    const wrong = (why: string) =>
      this.#faults.push(`customer ${customer}: ${why}\n  without ${shown(one)}\n  with    ${shown(two)}`);
    if (worthOf(two) > worthOf(one)) wrong("has more as two than as one");
    if (one.debt !== two.debt && !madeGood && likeness !== "ended") wrong("owes otherwise, and nothing was made good");
    if (careful && likeness === "issuers") wrong("has bonuses of other issuers, though it has spent nothing apart");
    if (likeness === "ends" && !isEarlier(two, one)) wrong("has lots that end later as two than as one");
    if (careful && likeness === "ends" && !isParted && firstAsOne !== null) {
      wrong("has lots that end sooner, though a receipt has extended all of them while it was one");
    }
    return likeness;
  }
}

function likenessOf(one: Holdings, two: Holdings, madeGood: boolean): Likeness {
  if (worthOf(one) !== worthOf(two)) return "ended";
  if (one.debt === two.debt && shown(one.lots) === shown(two.lots)) return "same";
  if (madeGood) return "made_good";
  return shown(amountsOf(one)) === shown(amountsOf(two)) ? "ends" : "issuers";
}

/** As text that is the same where the value is. */
const shown = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => {
    if (typeof each === "bigint") return formatAmount(each);
    return each instanceof Map ? [...(each as Map<string, unknown>)].sort(([a], [b]) => (a < b ? -1 : 1)) : each;
  });
