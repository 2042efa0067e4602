/** What is wrong with rules although their form is right: they contradict each other, or what is registered. Pure. */
import { CHANNELS, type PolicyRules } from "./schema.ts";

export interface PolicyFault {
  readonly path: string;
  readonly code:
    | "overlapping_scopes"
    | "unknown_brand"
    | "stranded_bonuses"
    | "repeated"
    | "unsaid_channel"
    | "over_longest"
    | "no_effect"
    | "unknown_category";
  readonly message: string;
}

type Scoped = Readonly<Partial<Record<"brand" | "category" | "channel" | "per", string | undefined>>>;

/** All faults of a version, given the brands that are registered. */
export function faultsOf(rules: PolicyRules, brands: readonly string[]): PolicyFault[] {
  const { earning, burning, rollout } = rules;
  return [
    ...overlaps("earning.rates", earning.rates),
    ...overlaps("burning.shares", burning.shares),
    ...overlaps("burning.caps", burning.caps),
    ...overlaps("orders", rules.orders),
    ...unsaid(rules.orders),
    ...overLongest(rules.orders),
    ...unknownBrands("earning.rates", earning.rates, brands),
    ...unknownBrands("burning.shares", burning.shares, brands),
    ...unknownBrands("burning.caps", burning.caps, brands),
    ...unknownCells(rollout, brands),
    ...stranded(rollout),
    ...excluded(
      "earning.rates",
      earning.rates,
      earning.excludedCategories,
      (category) => `goods of ${category} earn nothing`,
    ),
    ...excluded("burning.shares", burning.shares, burning.excludedCategories, takesNone),
    ...cappedByCategory(burning.caps),
    ...excluded("burning.caps", burning.caps, burning.excludedCategories, takesNone),
    ...faultsOfAdjustments(rules.adjustments),
    ...repeated("burning.order", burning.order),
    ...repeated("earning.excludedCategories", earning.excludedCategories),
    ...repeated("burning.excludedCategories", burning.excludedCategories),
  ];
}

/** Two rules for just the same goods: nobody could say which of them holds. */
function overlaps(path: string, entries: readonly Scoped[]): PolicyFault[] {
  const seen = new Map<string, number>();
  return entries.flatMap(({ per, brand, category, channel }, index): PolicyFault[] => {
    const scope = JSON.stringify([per ?? "", brand ?? "", category ?? "", channel ?? ""]);
    const first = seen.get(scope);
    if (first === undefined) {
      seen.set(scope, index);
      return [];
    }
    const message = `is for just the same as ${path}.${first}`;
    return [{ path: `${path}.${index}`, code: "overlapping_scopes", message }];
  });
}

const unknownBrands = (path: string, entries: readonly Scoped[], brands: readonly string[]): PolicyFault[] =>
  entries.flatMap(({ brand }, index) =>
    brand === undefined || brands.includes(brand) ? [] : [unknown(`${path}.${index}.brand`, brand)],
  );

function unknownCells(rollout: PolicyRules["rollout"], brands: readonly string[]): PolicyFault[] {
  const isKnown = (brand: string) => brand === "*" || brands.includes(brand);
  return rollout.flatMap(({ issuer, seller }, index) => [
    ...(isKnown(issuer) ? [] : [unknown(`rollout.${index}.issuer`, issuer)]),
    ...(isKnown(seller) ? [] : [unknown(`rollout.${index}.seller`, seller)]),
  ]);
}

const unknown = (path: string, brand: string): PolicyFault => ({
  path,
  code: "unknown_brand",
  message: `there is no brand ${brand}`,
});

/**
 * Bonuses of a brand that the rollout names, and that no cell of it lets be spent anywhere: "spending" was forgotten. A brand
 * that no cell names has its own tills until one does: so brands and rules may come in any order.
 */
function stranded(rollout: PolicyRules["rollout"]): PolicyFault[] {
  const spent = rollout.filter(({ features }) => features.includes("spending")).map(({ issuer }) => issuer);
  if (spent.includes("*")) return [];
  const named = new Set(rollout.map(({ issuer }) => issuer).filter((issuer) => issuer !== "*"));
  return [...named]
    .filter((brand) => !spent.includes(brand))
    .map((brand) => ({
      path: "rollout",
      code: "stranded_bonuses",
      message: `the rollout names ${brand} as an issuer, and lets no seller take its bonuses`,
    }));
}

const takesNone = (category: string) => `bonuses pay for no goods of ${category}`;

/** Rules for goods of a category that is excluded, which is stronger: whoever wrote them means something that will not be. */
const excluded = (
  path: string,
  entries: readonly Scoped[],
  categories: readonly string[],
  why: (category: string) => string,
): PolicyFault[] =>
  entries.flatMap(({ category }, index) =>
    category === undefined || !categories.includes(category) ? [] : [inert(`${path}.${index}.category`, why(category))],
  );

/** Bounds of a receipt that name a category: its goods are of many, so that no receipt is one of a category. */
const cappedByCategory = (caps: PolicyRules["burning"]["caps"]): PolicyFault[] =>
  caps.flatMap(({ per, category }, index) =>
    per !== "receipt" || category === undefined
      ? []
      : [inert(`burning.caps.${index}.category`, "a receipt is of no one category")],
  );

const inert = (path: string, message: string): PolicyFault => ({ path, code: "no_effect", message });

/** A channel for which nothing says how long its orders wait. */
const unsaid = (orders: PolicyRules["orders"]): PolicyFault[] =>
  CHANNELS.filter((each) => !orders.some(({ channel }) => channel === undefined || channel === each)).map((each) => ({
    path: "orders",
    code: "unsaid_channel",
    message: `nothing is said of orders of the channel ${each}`,
  }));

/** Storage by the rules that is longer than what anybody may ask for. */
const overLongest = (orders: PolicyRules["orders"]): PolicyFault[] =>
  orders.flatMap(({ storageDays, longestStorageDays }, index): PolicyFault[] =>
    storageDays <= longestStorageDays
      ? []
      : [{ path: `orders.${index}.storageDays`, code: "over_longest", message: "is more than longestStorageDays" }],
  );

/** Reasons of a category that there is not, and what stands twice. */
const faultsOfAdjustments = ({ categories, reasons, limits }: PolicyRules["adjustments"]): PolicyFault[] => [
  ...reasons.flatMap(({ category }, index): PolicyFault[] =>
    categories.some(({ code }) => code === category)
      ? []
      : [
          {
            path: `adjustments.reasons.${index}.category`,
            code: "unknown_category",
            message: `there is no category ${category}`,
          },
        ],
  ),
  ...repeated(
    "adjustments.categories",
    categories.map(({ code }) => code),
  ),
  ...repeated(
    "adjustments.reasons",
    reasons.map(({ code }) => code),
  ),
  ...repeated(
    "adjustments.limits",
    limits.map(({ scope }) => scope),
  ),
];

function repeated(path: string, words: readonly string[]): PolicyFault[] {
  return words.flatMap((word, index): PolicyFault[] =>
    words.indexOf(word) === index
      ? []
      : [{ path: `${path}.${index}`, code: "repeated", message: `${word} stands twice` }],
  );
}
