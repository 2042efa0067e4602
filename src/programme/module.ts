/** What can be asked about who takes part, and about the sandbox's clock. */
import { after, type Afterwards } from "../engine/definition/background.ts";
import type { Module } from "../engine/definition/module.ts";
import type { AnyOperation } from "../engine/definition/operation.ts";
import { administratorKey } from "./clients/administrator.ts";
import { clientRegistration } from "./clients/registration.ts";
import { clientRevocation } from "./clients/revocation.ts";
import { clientKeyRotation } from "./clients/rotation.ts";
import { clockMove, clockMoved, readClock } from "./clock/move.ts";
import { clockStart } from "./clock/start.ts";
import { programmeInvariants } from "./invariants.ts";
import { brandRegistration } from "./places/brand.ts";
import { storeRegistration } from "./places/store.ts";
import { terminalRegistration } from "./places/terminal.ts";
import { policyPublication, policyPublished } from "./policies/policy-publication.ts";
import { listPolicies, readPolicy } from "./policies/policy-reads.ts";
import { listBrands, listClients, listStores } from "./reads/lists.ts";

/** What changes who takes part. */
const ofParticipants: readonly AnyOperation[] = [
  clientRegistration,
  clientKeyRotation,
  clientRevocation,
  brandRegistration,
  storeRegistration,
];

/** In this process at once; in others within a second. */
const knownAtOnce = (operation: AnyOperation): Afterwards => after(operation, ({ look }) => look.directory.changed());

export const programmeModule: Module = {
  name: "programme",
  tags: [
    { name: "Administration", description: "Clients, brands, stores and tills." },
    { name: "Rules", description: "The programme's rules as data: versions, each in force from an instant on." },
    { name: "Sandbox", description: "Time that is moved by hand." },
  ],
  operations: [...ofParticipants, terminalRegistration, policyPublication, clockMove],
  ownOperations: [administratorKey, clockStart],
  afterwards: [...ofParticipants.map(knownAtOnce), policyPublished, clockMoved],
  invariants: programmeInvariants,
  reads: [listClients, listBrands, listStores, listPolicies, readPolicy, readClock],
};
