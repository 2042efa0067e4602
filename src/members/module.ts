/** What can be asked about members. */
import type { Module } from "../engine/definition/module.ts";
import { memberEvents } from "./events.ts";
import { memberInvariants } from "./invariants.ts";
import { memberReads } from "./reads/reads.ts";
import { registration } from "./registration/registration.ts";

export const memberModule: Module = {
  name: "members",
  tags: [{ name: "Members", description: "Profiles of the brands, and the members whom they lead to." }],
  operations: [registration],
  reads: memberReads,
  events: memberEvents,
  invariants: memberInvariants,
};
