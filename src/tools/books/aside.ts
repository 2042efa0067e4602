/** Whether matching the shop's receipts with the ledger finds exactly the lines that the replay put aside. Pure. */
import { formatAmount, sum } from "../../kernel/amount.ts";
import type { Tally } from "../replay/fate.ts";
import type { ShopFiles, WhyAside } from "../replay/shop-files.ts";
import type { Reconciled } from "./reconcile.ts";

const MOST_NAMED = 20;

/** How many lines were put aside, by why. */
export function countAside({ aside }: Pick<ShopFiles, "aside">): ReadonlyMap<WhyAside, number> {
  const counts = new Map<WhyAside, number>();
  for (const { why } of aside.values()) counts.set(why, (counts.get(why) ?? 0) + 1);
  return counts;
}

/** What is not so, in words: lines put aside and not found, found and not put aside, anything else that differs, and the money. */
export function asideFaults(
  { aside }: Pick<ShopFiles, "aside">,
  reconciled: readonly Reconciled[],
  { counts }: Pick<Tally, "counts">,
): string[] {
  const found = reconciled.flatMap(({ missing }) => missing);
  const known = new Set(found);
  return [
    ...named(
      "put aside, and not found missing",
      [...aside.keys()].filter((number) => !known.has(number)),
    ),
    ...named(
      "missing, and not put aside",
      found.filter((number) => !aside.has(number)),
    ),
    ...named("missing more than once", found.length === known.size ? [] : [`${found.length - known.size} lines`]),
    ...reconciled.flatMap(({ brand, others, lines, matched, missing }) => [
      ...named(`of ${brand}, and otherwise than in the ledger`, others),
      ...named(`of ${brand}, and lost`, lines === matched + missing.length + others.length ? [] : [`${lines} lines`]),
    ]),
    ...reconciled.flatMap(({ brand, there, here }) => {
      const left = there - sum([...aside.values()].filter((line) => line.brand === brand).map(({ total }) => total));
      const told = `${formatAmount(left)}, and in the ledger ${formatAmount(here)}`;
      return left === here ? [] : [`without what was put aside, ${brand}'s receipts come to ${told}`];
    }),
    ...fateFaults({ aside }, counts),
  ];
}

/** The replay has counted as many when it put them aside; of what comes back in part, the rest is. */
function fateFaults(shop: Pick<ShopFiles, "aside">, counts: Tally["counts"]): string[] {
  const own = countAside(shop);
  const of = (fate: Parameters<typeof counts.get>[0]) => counts.get(fate) ?? 0;
  const told: readonly [WhyAside, number][] = [
    ["parked", of("parked") + of("returned_partly")],
    ["stock_correction", of("stock_correction")],
    ["adjustment", of("adjustment")],
    ["no_goods", of("no_goods")],
  ];
  return told
    .filter(([why, count]) => (own.get(why) ?? 0) !== count)
    .map(([why, count]) => `the replay put ${count} lines aside as ${why}, the shop's files have ${own.get(why) ?? 0}`);
}

function named(what: string, numbers: readonly string[]): string[] {
  if (numbers.length === 0) return [];
  const more = numbers.length > MOST_NAMED ? ` and ${numbers.length - MOST_NAMED} more` : "";
  return [`${what}: ${numbers.slice(0, MOST_NAMED).join(", ")}${more}`];
}
