/** Whether a known reason explains a break. Pure. */
import type { Break, BreakRule } from "../stores.ts";
import type { Side } from "../stored.ts";
import type { Difference } from "../words.ts";

type Found = Pick<Break, "brand" | "kind" | "differences" | "there" | "here">;
type Reason = Omit<BreakRule, "id" | "breakId" | "learntAt">;

const AMOUNTS: ReadonlySet<Difference> = new Set(["total", "paid", "spent", "earned"]);
const DAY_MS = 86_400_000;

/**
 * It has to be of the rule's kind, system and store, and nothing else may differ than what the rule knows of: days by just as many,
 * amounts by no more. A break that is only partly explained stays open.
 */
export function isExplained(found: Found, system: string, rule: Reason): boolean {
  const side = found.there ?? found.here;
  if (found.brand !== rule.brand || found.kind !== rule.kind) return false;
  if (rule.system !== null && rule.system !== system) return false;
  if (rule.storeId !== null && rule.storeId !== side?.storeId) return false;
  return found.differences.every((difference) => isKnown(difference, found, rule));
}

function isKnown(difference: Difference, { there, here, kind }: Found, rule: Reason): boolean {
  if (there === null || here === null) return true;
  if (difference === "day") return rule.days === daysLate(there, here);
  if (AMOUNTS.has(difference)) return rule.amount !== null && largestDifference(there, here) <= rule.amount;
  // What the kind itself is about.
  return (
    (kind === "wrong_store" && (difference === "store" || difference === "terminal")) ||
    (kind === "wrong_day" && difference === "shift") ||
    (kind === "wrong_member" && difference === "member")
  );
}

/** By how many days the file has it later than the ledger. */
const daysLate = (there: Side, here: Side): number =>
  Math.round((Date.parse(there.day) - Date.parse(here.day)) / DAY_MS);

/** The largest of the differences of amounts, in kopecks. */
function largestDifference(there: Side, here: Side): bigint {
  const pairs = [
    [there.total, here.total],
    [there.paid, here.paid],
    [there.spent, here.spent],
    [there.earned, here.earned],
  ] as const;
  return pairs.reduce((most, [one, other]) => {
    if (one === null || other === null) return most;
    const difference = BigInt(one) - BigInt(other);
    const size = difference < 0n ? -difference : difference;
    return size > most ? size : most;
  }, 0n);
}
