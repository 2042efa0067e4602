/** Invariants of the turnovers: they are what the transfers say, as far as they have been added up. */
import { both, brokenUnless, type Invariant } from "../../engine/definition/invariant.ts";
import { addedUp, DIMENSIONS, FOLLOWED } from "./turnovers.ts";

const FIELDS = Object.fromEntries(DIMENSIONS.map((name) => [name === "store_id" ? "storeId" : name, name]));

const turnoversAreTheTransfers: Invariant = {
  name: "turnovers_are_the_transfers",
  statement:
    "What is kept of the turnovers of each account, by entity, day, event, kind of lot and store, is what the transfers say up to where the journal has been followed.",
  facts: `select ${brokenUnless("k.debit is not distinct from s.debit and k.credit is not distinct from s.credit", {
    ...FIELDS,
    ...both("k", "s", ["debit", "credit"]),
  })}
    from turnovers k
      full join (${addedUp("all", (position) => `${position} < ${FOLLOWED}`)}) s using (${DIMENSIONS.join(", ")})`,
};

export const turnoverInvariants: readonly Invariant[] = [turnoversAreTheTransfers];
