/** What takes two people is asked for by people of both brands, each of whom is named. */
import { Problem } from "../../kernel/problems.ts";
import type { Actor } from "../../engine/actor.ts";
import { ofOneBrand } from "../joining/of-one-brand.ts";

export const unnamedStaff = (actor: Pick<Actor, "brand" | "staffId">): Problem | undefined =>
  ofOneBrand(actor) ?? (actor.staffId === null ? new Problem("staff_required") : undefined);
