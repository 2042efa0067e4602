/** Whether somebody may act for a member now, as a quote shows it: nothing is locked, and a sale judges it again. */
import { bucketOf, type MemberId, uuidOf } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problems.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import type { MemberStatus } from "../../ledger/wallet.ts";
import type { PolicyTimeline } from "../../policy/timeline.ts";
import { requireMember } from "../lookup.ts";
import { standingFor, survivorOf } from "../owner.ts";
import { type ActingRef, bestOf, type Representing } from "./acting.ts";
import { allowanceOf } from "./link.ts";
import { linksBetween } from "./stores.ts";

export interface ActingNow {
  /** Who stands for whom is acted for. */
  readonly memberId: MemberId;
  /** Who acts for whom by which links: the same as long as it is. */
  readonly key: string;
  /** Throws `not_a_representative` where he may not. */
  judged(policies: PolicyTimeline): Pick<Representing, "sees" | "allowance">;
}

const STATUS = "select w.status from wallets w where w.bucket = $1::smallint and w.member_id = $2::uuid";

/** `member_not_found` where whoever is to act is not known. */
export async function actingNow(look: Lookup, body: ActingRef, actingFor: string): Promise<ActingNow> {
  const { reader } = look;
  const [memberId, representativeId] = await Promise.all([
    standingFor(reader, actingFor),
    requireMember(look, body).then((who) => survivorOf(reader, who.memberId)),
  ]);
  const [links, [row]] = await Promise.all([
    linksBetween(reader, memberId, representativeId, look.clock.now()),
    reader.run<{ status: MemberStatus }>(STATUS, [bucketOf(representativeId), uuidOf(representativeId)]),
  ]);
  if (row === undefined) throw new Problem("member_not_found");
  const mayAct = row.status !== "blocked" && memberId !== representativeId;
  return {
    memberId,
    key: [memberId, representativeId, mayAct, ...links.map(({ id }) => id)].join(),
    judged(policies) {
      const now = look.clock.now();
      const at = { now, policy: policies.at(now) };
      const best = mayAct ? bestOf(links, at) : undefined;
      if (best === undefined) throw new Problem("not_a_representative");
      return { sees: best.sees, allowance: allowanceOf(best, at) };
    },
  };
}
