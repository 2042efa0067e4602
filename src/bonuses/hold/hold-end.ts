/** What is common to all that becomes of a hold: whose it may be, and how it is told. */
import { z } from "@hono/zod-openapi";
import { type Bonus, formatAmount } from "../../kernel/amount.ts";
import { assert } from "../../kernel/assert.ts";
import { AmountText, BalanceAfter, idText, orNull } from "../../kernel/answers.ts";
import { idInPath } from "../../kernel/fields.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { accept, type Refused, refuse, type Stale, stale } from "../../engine/definition/decision.ts";
import { amountOf, capturedOf, type Hold, leftIn, type OpenHold } from "../../ledger/hold.ts";
import { balanceAfter } from "../../ledger/posting/balance.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import { balanceFor } from "../../members/representing/acting.ts";
import { BALANCE_OF_BEGUN } from "../../members/representing/words.ts";
import { holdCaptured, holdEnded } from "../events.ts";
import type { FoundHold } from "./hold-read.ts";

export const HoldAfter = z
  .strictObject({
    holdId: idText("hld"),
    operationId: idText("opn"),
    memberId: idText("mbr"),
    status: z.enum(["open", "captured", "released"]),
    captured: AmountText.openapi({ description: "What this request has spent." }),
    released: AmountText.openapi({ description: "What this request has given back." }),
    left: AmountText.openapi({ description: "What is held still." }),
    balance: orNull(BalanceAfter).openapi({ description: BALANCE_OF_BEGUN }),
  })
  .openapi("HoldAfter");

export const common = { permission: "holds.keep", params: idInPath("holdId", "hld") } as const;

export const needsOf = ({ memberId, holdId, lots }: FoundHold) => ({ wallets: [memberId], holds: [holdId], lots });

/** The hold as a till may end it: open, and no order's. One that has gone into another wallet meanwhile is to be found anew. */
export function requireOpen(member: WalletDraft, { holdId, hasEnded }: FoundHold): OpenHold | Refused | Stale {
  if (hasEnded) return refuse("hold_not_open");
  if (member.hold(holdId)?.status === "moved") return stale;
  const hold = member.openHold(holdId);
  if (hold === undefined) return refuse("hold_not_open");
  return hold.orderId === null ? hold : refuse("hold_of_order", { orderId: hold.orderId });
}

/** Accepts, with what became of the hold. */
export function changed(
  { policy, operationId }: CommandContext,
  member: WalletDraft,
  hold: Hold,
  { begunBy }: Pick<FoundHold, "begunBy">,
  { captured, released }: { readonly captured: Bonus; readonly released: Bonus },
) {
  const { id: holdId, memberId, brand, status } = hold;
  assert(status !== "expired" && status !== "moved", "what time has ended, or moved on, nobody captures or releases");
  const about = { holdId, memberId, brand, amount: formatAmount(hold.amount) };
  const inAll = formatAmount(capturedOf(hold));
  const left = formatAmount(amountOf(leftIn(hold)));
  const event =
    status === "open"
      ? holdCaptured({ ...about, captured: inAll, left })
      : holdEnded({ ...about, status, captured: inAll });
  return accept({
    answer: {
      holdId,
      operationId,
      memberId,
      status,
      captured: formatAmount(captured),
      released: formatAmount(released),
      left,
      balance: balanceFor(begunBy, balanceAfter(member, [brand], policy.burn)),
    },
    events: [event],
  });
}
