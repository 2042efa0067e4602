/** The turnovers by category of goods. */
import type { Module } from "../../engine/definition/module.ts";
import { categoryInvariants } from "./invariants.ts";
import { categoryFollower } from "./kept.ts";

export const categoryModule: Module = {
  name: "categories",
  operations: [],
  reads: [],
  followers: [categoryFollower],
  invariants: categoryInvariants,
};
