/** All modules of the ledger, in the order of the document. A new one is added here. */
import { bonusModule } from "./bonuses/module.ts";
import { engineInvariants } from "./engine/invariants/invariants.ts";
import type { Module } from "./engine/module.ts";
import { financeModule } from "./finance/module.ts";
import { memberModule } from "./members/module.ts";
import { programmeModule } from "./programme/module.ts";
import { salesModule } from "./sales/module.ts";

const proven: readonly Module[] = [memberModule, salesModule, bonusModule, programmeModule];

export const modules: readonly Module[] = [
  ...proven,
  financeModule([...engineInvariants, ...proven.flatMap(({ invariants = [] }) => invariants)]),
];
