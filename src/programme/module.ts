/** What can be asked about who takes part, and about the sandbox's clock. */
import type { Module } from "../engine/definition/module.ts";
import { administratorKey } from "./clients/administrator.ts";
import { clientRegistration } from "./clients/registration.ts";
import { clientRevocation } from "./clients/revocation.ts";
import { clientKeyRotation } from "./clients/rotation.ts";
import { clockMove, readClock } from "./clock/move.ts";
import { clockStart } from "./clock/start.ts";
import { listBrands, listClients, listPolicies, listStores } from "./reads/lists.ts";
import { brandRegistration } from "./places/brand.ts";
import { storeRegistration } from "./places/store.ts";
import { terminalRegistration } from "./places/terminal.ts";

export const programmeModule: Module = {
  name: "programme",
  operations: [
    clientRegistration,
    clientKeyRotation,
    clientRevocation,
    brandRegistration,
    storeRegistration,
    terminalRegistration,
    clockMove,
  ],
  ownOperations: [administratorKey, clockStart],
  reads: [listClients, listBrands, listStores, listPolicies, readClock],
};
