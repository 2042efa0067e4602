/** The measures of the programme. */
import type { Module } from "../../engine/definition/module.ts";
import { dayMeasurement } from "./day-measurement.ts";
import { measureExport } from "./export.ts";
import { measureGauges } from "./gauges.ts";
import { measureInvariants } from "./invariants.ts";
import { figureFollower } from "./kept.ts";
import { readMeasures } from "./read.ts";

export const measureModule: Module = {
  name: "measures",
  tags: [{ name: "Measures", description: "How the programme does: shares with both of their parts, and amounts." }],
  operations: [],
  ownOperations: [dayMeasurement],
  reads: [readMeasures],
  exports: [measureExport],
  gauges: [measureGauges],
  followers: [figureFollower],
  invariants: measureInvariants,
};
