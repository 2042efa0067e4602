/** Posts what is due in a wallet that nobody has touched. Nothing depends on when, or whether, it runs. */
import { z } from "@hono/zod-openapi";
import type { MemberId } from "../kernel/ids.ts";
import { accept, stale } from "../engine/definition/decision.ts";
import { ownOperation } from "../engine/definition/operation.ts";

export const duePosting = ownOperation({
  name: "due-posting",
  ofErased: "goes_on",
  answer: z.strictObject({ transfers: z.int() }),
  needs: ({ memberId }: { memberId: MemberId }) => ({ wallets: [memberId] }),
  decide({ wallet }, { memberId }) {
    const member = wallet(memberId);
    if (member === undefined) return stale;
    member.writeAnyway();
    return accept({ answer: { transfers: member.transfers.length } });
  },
});
