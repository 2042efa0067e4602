/** The turnovers of the accounts. */
import type { Module } from "../../engine/definition/module.ts";
import { turnoverInvariants } from "./invariants.ts";
import { turnoverFollower } from "./turnovers.ts";

export const turnoverModule: Module = {
  name: "turnovers",
  operations: [],
  reads: [],
  followers: [turnoverFollower],
  invariants: turnoverInvariants,
};
