/** What the ends of a hold have in common: it ends once, and is told in one way. */
import { z } from "@hono/zod-openapi";
import { type Bonus, formatAmount } from "../../kernel/amount.ts";
import { AmountText, BalanceAfter, idText } from "../../kernel/answers.ts";
import { idInPath } from "../../kernel/fields.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { accept } from "../../engine/definition/decision.ts";
import type { OpenHold } from "../../ledger/hold.ts";
import { balanceAfter } from "../../ledger/posting/balance.ts";
import type { WalletDraft } from "../../ledger/wallet-draft.ts";
import { holdEnded } from "../events.ts";
import type { FoundHold } from "./hold-read.ts";

export const EndedHold = z
  .strictObject({
    holdId: idText("hld"),
    operationId: idText("opn"),
    memberId: idText("mbr"),
    status: z.enum(["captured", "released"]),
    captured: AmountText,
    released: AmountText,
    balance: BalanceAfter,
  })
  .openapi("EndedHold");

export const common = { permission: "holds.keep", params: idInPath("holdId", "hld") } as const;

export const needsOf = ({ memberId, holdId, lots }: FoundHold) => ({ wallets: [memberId], holds: [holdId], lots });

/** Accepts, with what became of the hold. */
export function ended(
  { policy, operationId }: CommandContext,
  member: WalletDraft,
  hold: OpenHold,
  status: "captured" | "released",
  amount: Bonus,
) {
  const { id: holdId, memberId, brand } = hold;
  const captured = formatAmount(amount);
  const released = formatAmount(hold.amount - amount);
  const balance = balanceAfter(member, [brand], policy.burn);
  return accept({
    answer: { holdId, operationId, memberId, status, captured, released, balance },
    events: [holdEnded({ holdId, memberId, brand, amount: formatAmount(hold.amount), status, captured })],
  });
}
