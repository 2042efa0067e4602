/** The rules that the first migration installs, and rules that differ from them. */
import { readdirSync, readFileSync } from "node:fs";
import { PolicyRules } from "../../src/policy/schema.ts";

const MIGRATIONS = new URL("../../drizzle/", import.meta.url);

/** The rules as the migration writes them, not yet parsed. */
export function installedRules(): unknown {
  const file = readdirSync(MIGRATIONS).find((name) => name.endsWith("_defaults.sql"));
  if (file === undefined) throw new Error("no migration installs defaults");
  const json = /'(\{[\s\S]*\})'/.exec(readFileSync(new URL(file, MIGRATIONS), "utf8"))?.[1];
  if (json === undefined) throw new Error("the migration installs no rules");
  return JSON.parse(json);
}

const DEFAULTS = PolicyRules.parse(installedRules());

/** The default rules, with another burn order and rollout. */
export function rulesWith(other: {
  order?: readonly PolicyRules["burning"]["order"][number][];
  rollout?: readonly Pick<PolicyRules["rollout"][number], "issuer" | "seller">[];
}): PolicyRules {
  const rules = structuredClone(DEFAULTS);
  if (other.order !== undefined) rules.burning.order = [...other.order];
  if (other.rollout !== undefined) {
    rules.rollout = other.rollout.map((cell) => ({ ...cell, features: ["spending", "pickup"] }));
  }
  return rules;
}
