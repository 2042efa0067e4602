/** What is asked of members as a whole concerns what both brands know of people: a client of one brand does not do it, nor reads of it. */
import { Problem } from "../../kernel/problems.ts";
import type { Actor } from "../../engine/actor.ts";

export const ofOneBrand = ({ brand }: Pick<Actor, "brand">): Problem | undefined =>
  brand === null ? undefined : new Problem("brand_forbidden", { brand });
