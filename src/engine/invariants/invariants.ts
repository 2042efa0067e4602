/** Everything that is always true of the ledger itself, whatever modules it has. */
import type { Invariant } from "../definition/invariant.ts";
import { entityInvariants } from "./entities.ts";
import { formInvariants } from "./forms.ts";
import { hashGuardInvariants } from "./hash-guards.ts";
import { instantInvariants } from "./instants.ts";
import { journalInvariants } from "./journal.ts";
import { lotInvariants } from "./lots.ts";
import { operationInvariants } from "./operations.ts";
import { walletInvariants } from "./wallets.ts";

export const engineInvariants: readonly Invariant[] = [
  ...entityInvariants,
  ...walletInvariants,
  ...formInvariants,
  ...lotInvariants,
  ...instantInvariants,
  ...journalInvariants,
  ...hashGuardInvariants,
  ...operationInvariants,
];
