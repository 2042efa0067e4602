/** What finance can ask: the proof, and why a lot or a transfer is as it is. */
import type { Invariant } from "../engine/definition/invariant.ts";
import type { Module } from "../engine/definition/module.ts";
import { explain } from "./explain/explain.ts";
import { proofRead } from "./proof.ts";

/** `invariants`: everything that is proven, of the ledger itself and of all modules. */
export const financeModule = (invariants: readonly Invariant[]): Module => ({
  name: "finance",
  tags: [{ name: "Finance", description: "Whether the books are right." }],
  operations: [],
  reads: [explain, proofRead(invariants)],
});
