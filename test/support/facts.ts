/** Which facts of a request an operation keeps. */
import { type AnyOperation, FACT_NAMES, type Facts } from "../../src/engine/definition/operation.ts";

export type FactName = keyof Facts;

/** Fields of bodies that are kept as a fact of another name. */
export const KEPT_AS: Readonly<Record<string, FactName>> = {
  note: "reason",
  orderNumber: "reference",
  incident: "reference",
};

/** What a body says that has all there is, each by its own name. */
export const SAID: object = {
  ...Object.fromEntries([...FACT_NAMES, ...Object.keys(KEPT_AS)].map((name) => [name, name])),
  receipt: Object.fromEntries(FACT_NAMES.map((name) => [name, name])),
};

/** The facts that an operation keeps, with what was said of them. */
export const factsOf = (operation: AnyOperation): Facts => operation.facts?.(SAID) ?? {};

/** The column of `operations` in which a fact is kept. */
export const columnOf = (fact: FactName): string => fact.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
