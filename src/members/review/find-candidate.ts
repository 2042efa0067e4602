/** Finds candidates, as far as whoever asks may know of them. */
import { bucketsOf, uuidsOf } from "../../db/arrays.ts";
import { fromUuid, type MemberId, type ProfileId } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Actor } from "../../engine/actor.ts";
import type { Transaction } from "../../engine/connection/session.ts";
import { type Candidate, readCandidate } from "../matching/candidate-store.ts";
import { survivorIn } from "../owner.ts";

export interface FoundCandidate {
  readonly candidate: Candidate;
  /** Who stands for the two by now. */
  readonly members: readonly [MemberId, MemberId];
}

/** `candidate_not_found` also where neither has anything to do with the brand of whoever asks. */
export async function findCandidate(tx: Transaction, actor: Actor, id: string): Promise<FoundCandidate> {
  const candidate = await readCandidate(tx, id);
  if (candidate === undefined) throw new Problem("candidate_not_found");
  const members = [await survivorIn(tx, candidate.oneId), await survivorIn(tx, candidate.otherId)] as const;
  if (!(await concernBrand(tx, actor, members))) throw new Problem("candidate_not_found");
  return { candidate, members };
}

const OF_BRAND = "select 1 from profiles p where p.member_id = any($1::uuid[]) and p.brand = $2 limit 1";

/** Whether one of these members has a profile of the brand of whoever asks. Who is of no brand may look at all. */
export const concernBrand = async (
  tx: Transaction,
  { brand }: Pick<Actor, "brand">,
  members: readonly MemberId[],
): Promise<boolean> => brand === null || (await tx.values(OF_BRAND, [uuidsOf(members), brand])).length > 0;

const BRANDS = `select p.profile_id, p.brand from profiles p
  where p.bucket = any($1::smallint[]) and p.profile_id = any($2::uuid[])`;

/** Of which brand profiles are: whoever has them. */
export async function brandsOf(tx: Transaction, profiles: readonly ProfileId[]): Promise<ReadonlyMap<string, string>> {
  const parameters = [bucketsOf(profiles), uuidsOf(profiles)];
  const rows = await tx.run<{ profile_id: string; brand: string }>(BRANDS, parameters);
  return new Map(rows.map(({ profile_id, brand }) => [fromUuid("prf", profile_id), brand]));
}
