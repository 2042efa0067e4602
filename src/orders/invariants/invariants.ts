/** Invariants of orders: as they were placed, what waits and is held, what was handed out, and the state that they are in. */
import type { Invariant } from "../../engine/definition/invariant.ts";
import { heldInvariants } from "./held.ts";
import { lineInvariants } from "./lines.ts";
import { stateInvariants } from "./states.ts";

export const orderInvariants: readonly Invariant[] = [...lineInvariants, ...heldInvariants, ...stateInvariants];
