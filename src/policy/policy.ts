/** A policy in force: the rules of one version, made ready for deciding. Pure. */
import { type Bonus, type Kopecks, minOf, parseAmount } from "../kernel/amount.ts";
import { assert } from "../kernel/assert.ts";
import type { Instant } from "../kernel/clock.ts";
import { floorToKopeck, type Fraction, fractionOf } from "../kernel/rounding.ts";
import { addPeriod, localDate, type Period, startOfDay } from "../kernel/zone.ts";
import type { Brand, LotKind } from "../ledger/account.ts";
import { compareLots, type Lot } from "../ledger/lot.ts";
import type { BurnRules } from "../ledger/posting/spend.ts";
import type { Channel, Feature, PolicyRules } from "./schema.ts";

export interface Policy {
  readonly version: number;
  readonly rules: PolicyRules;
  readonly burn: BurnRules;
  readonly extensionKinds: ReadonlySet<LotKind>;
  readonly minimumMoneyPerUnit: Kopecks;
  /** Days that were computed last, by period and zone. */
  readonly days: Map<Period, Map<string, { readonly quarter: number; readonly day: Instant }>>;
  /** Whether orders of one brand may be collected at another, in the stage of the rollout that is in force; its own, always. */
  mayCollect(orderedAt: Brand, collectedAt: Brand): boolean;
  /** How long orders of a channel wait. */
  orderTerms(channel: Channel): PolicyRules["orders"][number];
  earnRate(scope: Scope): Fraction;
  burnShare(scope: Scope): Fraction;
  /** The most that bonuses may pay of a line, a category or a receipt of this price; undefined where there is no such bound. */
  cap(per: CapOf, scope: Partial<Scope>, total: Kopecks): Bonus | undefined;
}

/** What goods are sold where, and how. */
export interface Scope {
  readonly brand: Brand;
  readonly category: string;
  readonly channel: Channel;
}

type CapOf = PolicyRules["burning"]["caps"][number]["per"];

const ZERO: Fraction = { numerator: 0n, denominator: 1n };

/** Makes a version's rules ready: rates become fractions, lists become sets. */
export function compilePolicy(version: number, rules: PolicyRules): Policy {
  const rates = rules.earning.rates.map(({ rate, ...scope }) => ({ scope, value: fractionOf(rate) }));
  const shares = rules.burning.shares.map(({ share, ...scope }) => ({ scope, value: fractionOf(share) }));
  const noEarn = new Set(rules.earning.excludedCategories);
  const noBurn = new Set(rules.burning.excludedCategories);
  return {
    version,
    rules,
    burn: { mayUse: rolloutOf(rules, "spending"), order: burnOrderOf(rules) },
    mayCollect: rolloutOf(rules, "pickup"),
    orderTerms: (channel) => orderTermsOf(rules, channel),
    days: new Map(),
    extensionKinds: new Set(rules.extension.kinds),
    minimumMoneyPerUnit: parseAmount(rules.burning.minimumMoneyPerUnit),
    earnRate: (scope) => (noEarn.has(scope.category) ? ZERO : (mostExact(rates, scope) ?? ZERO)),
    burnShare: (scope) => (noBurn.has(scope.category) ? ZERO : (mostExact(shares, scope) ?? ZERO)),
    cap: capOf(rules),
  };
}

interface Scoped<V> {
  readonly scope: { readonly [K in keyof Scope]?: Scope[K] | undefined };
  readonly value: V;
}

/** The entry that fits and says most of what it is for; no two that fit say the same. */
function mostExact<V>(entries: readonly Scoped<V>[], { brand, category, channel }: Partial<Scope>): V | undefined {
  let best: V | undefined;
  let bestRank = -1;
  for (const { scope, value } of entries) {
    if (scope.brand !== undefined && scope.brand !== brand) continue;
    if (scope.category !== undefined && scope.category !== category) continue;
    if (scope.channel !== undefined && scope.channel !== channel) continue;
    const rank =
      (scope.category === undefined ? 0 : 4) +
      (scope.brand === undefined ? 0 : 2) +
      (scope.channel === undefined ? 0 : 1);
    if (rank > bestRank) [best, bestRank] = [value, rank];
  }
  return best;
}

function capOf(rules: PolicyRules): Policy["cap"] {
  const caps = rules.burning.caps.map(({ per, amount, share, ...scope }) => {
    const value = {
      amount: amount === undefined ? undefined : parseAmount(amount),
      share: share === undefined ? undefined : fractionOf(share),
    };
    return { per, entry: { scope, value } };
  });
  if (caps.length === 0) return () => undefined;
  const entriesOf = (wanted: CapOf) => caps.filter(({ per }) => per === wanted).map(({ entry }) => entry);
  const byPer = { line: entriesOf("line"), category: entriesOf("category"), receipt: entriesOf("receipt") };
  return (per, scope, total) => {
    const cap = mostExact(byPer[per], scope);
    if (cap === undefined) return undefined;
    const ofShare = cap.share === undefined ? total : floorToKopeck(total, cap.share);
    return cap.amount === undefined ? ofShare : minOf(cap.amount, ofShare);
  };
}

function orderTermsOf({ orders }: PolicyRules, channel: Channel): PolicyRules["orders"][number] {
  const terms = orders.find((each) => each.channel === channel) ?? orders.find((each) => each.channel === undefined);
  assert(terms !== undefined, "rules say of every channel how long its orders wait");
  return terms;
}

/**
 * By the issuer (or the brand of the order), and the brand that sells. Stages open a brand to another: at home its bonuses
 * and its orders are good in each of them, whether or not it has been named yet.
 */
function rolloutOf(rules: PolicyRules, feature: Feature): (issuer: Brand, seller: Brand) => boolean {
  const matches = (pattern: string, brand: Brand) => pattern === "*" || pattern === brand;
  const cells = rules.rollout.filter(({ features }) => features.includes(feature));
  return (issuer, seller) =>
    issuer === seller || cells.some((cell) => matches(cell.issuer, issuer) && matches(cell.seller, seller));
}

/** Absent where the order is the default one, which wallets keep by themselves. */
function burnOrderOf(rules: PolicyRules): BurnRules["order"] {
  const preferences = rules.burning.order;
  if (preferences.length === 0) return undefined;
  return (seller) => (a, b) => {
    for (const preference of preferences) {
      const prefers = (lot: Lot) => (preference === "promo-first" ? lot.kind === "promo" : lot.issuer === seller);
      const difference = Number(prefers(b)) - Number(prefers(a));
      if (difference !== 0) return difference;
    }
    return compareLots(a, b);
  };
}

/** When bonuses of a kind become active: at 00:00 of the programme, so long after the local date of the goods. */
export function activationOf(policy: Policy, kind: LotKind, at: Instant, storeZone: string): Instant {
  const wait = policy.rules.activation[kind];
  if (wait === undefined) return at;
  return dayAfter(at, storeZone, wait, policy);
}

/** When bonuses of a kind that become active then end: at 00:00 of the programme, a life after the day of activation. */
export function expiryOf(policy: Policy, kind: LotKind, activeAt: Instant): Instant {
  const life = policy.rules.life[kind];
  assert(life !== undefined, "every kind has a life");
  return dayAfter(activeAt, policy.rules.zone, life, policy);
}

/** To what end a purchase on this day extends earlier lots. */
export function extensionOf(policy: Policy, at: Instant, storeZone: string): Instant {
  return dayAfter(at, storeZone, policy.rules.extension.period, policy);
}

/** Until when bonuses live that a return on this day brings back into a lot that has ended. */
export function graceOf(policy: Policy, at: Instant, storeZone: string): Instant {
  return dayAfter(at, storeZone, policy.rules.returnGrace, policy);
}

const QUARTER_MS = 900_000;

/**
 * 00:00 of the programme, a period after the local date of an instant. Sales of one quarter of an hour share the date,
 * since every zone's midnight falls on a quarter: each period remembers the last answer of each zone.
 */
function dayAfter(at: Instant, zone: string, period: Period, policy: Policy): Instant {
  const quarter = Math.floor(at / QUARTER_MS);
  let zones = policy.days.get(period);
  if (zones === undefined) {
    zones = new Map();
    policy.days.set(period, zones);
  }
  const last = zones.get(zone);
  if (last?.quarter === quarter) return last.day;
  const day = startOfDay(addPeriod(localDate(at, zone), period), policy.rules.zone);
  zones.set(zone, { quarter, day });
  return day;
}
