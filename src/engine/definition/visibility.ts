/**
 * What a client of one brand may see of the other brand: the one rule, for every route.
 *
 * Shared, since the programme is one: a member's bonuses (balance, lots, transfers, why they are as they are), and
 * purchases and returns, which may come back at any store of any brand. The other brand's own: its customer numbers,
 * the identifiers that its profiles brought, its holds, who asked for an operation there and with which reference, and
 * its books. An order and its hold are both brands' own where it is ordered at one and sold by the other. What a client
 * may not see answers exactly as what does not exist. Clients of no brand see both.
 */
import type { Actor } from "../actor.ts";

/** Whether something that is a brand's own may be shown to an actor. */
export const seesOwnOf = ({ brand: own }: Pick<Actor, "brand">, brand: string | null): boolean =>
  own === null || brand === null || own === brand;
