/** Posts what is due in a wallet that nobody has touched. Nothing depends on when, or whether, it runs. */
import type { MemberId } from "../kernel/ids.ts";
import type { Command } from "../engine/command.ts";
import { stale } from "../engine/command.ts";

export interface VisitInput {
  readonly memberId: MemberId;
}

export const visit: Command<VisitInput, { readonly transfers: number }> = {
  name: "visit",
  needs: (input) => ({ wallets: [input.memberId] }),
  decide({ now, policies, wallet }, { memberId }) {
    const member = wallet(memberId);
    if (member === undefined) return stale;
    member.touch();
    return {
      kind: "accepted",
      status: 200,
      occurredAt: now,
      policyVersion: policies.at(now).version,
      memberId,
      documents: [],
      answer: { transfers: member.transfers.length },
    };
  },
};
