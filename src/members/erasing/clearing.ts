/** Clears the wallet of somebody who is erased of what has come back into it since: goods that were returned, a sale undone. */
import { z } from "@hono/zod-openapi";
import type { MemberId } from "../../kernel/ids.ts";
import { accept, stale } from "../../engine/definition/decision.ts";
import { ownOperation } from "../../engine/definition/operation.ts";
import { amountsOf } from "../joining/amounts.ts";
import { Moved } from "../joining/merge-answer.ts";
import { clearWallet } from "./clear.ts";
import { ERASED_CLEARING } from "./words.ts";

export const erasedClearing = ownOperation({
  name: ERASED_CLEARING,
  answer: z.strictObject({ forfeited: Moved.shape.amounts }),
  ofErased: "goes_on",
  needs: ({ memberId }: { memberId: MemberId }) => ({ wallets: [memberId], whole: [memberId] }),
  decide({ wallet, now }, { memberId }) {
    const member = wallet(memberId);
    if (member?.owner.erasure !== "erased") return stale;
    const { pending, available, debt } = member.totals();
    if (pending + available + debt === 0n) return stale;
    const forfeited = amountsOf(member.byIssuer);
    clearWallet(member, now);
    return accept({ answer: { forfeited } });
  },
});
