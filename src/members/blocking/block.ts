/**
 * Blocks a member: nothing of its bonuses is spent or put aside from then on. What was put aside before stays promised, and
 * is told, so that whoever blocks can have it given back. A sale either came before, or sees the block: both lock the wallet.
 */
import { z } from "@hono/zod-openapi";
import { formatAmount } from "../../kernel/amount.ts";
import { AmountText, idText, InstantText, orNull } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { accept, refuse, reject, save } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { amountOf, leftIn, type OpenHold } from "../../ledger/hold.ts";
import { balanceAfter } from "../../ledger/posting/balance.ts";
import { isBlocked } from "../../ledger/posting/spend.ts";
import { blockStore, setStatus } from "../block-store.ts";
import { MEMBER_BLOCK } from "../block-words.ts";
import { memberBlocked } from "../events.ts";
import { answerFields, blocksOf, common, needsOf, standing } from "./asked.ts";

/** So many are told, those that end soonest; `held` of the balance has all. */
const MOST_HOLDS = 50;

const PromisedHold = z
  .strictObject({
    holdId: idText("hld"),
    orderId: orNull(idText("ord")).openapi({ description: "Null where it is not an order's." }),
    brand: z.string(),
    amount: AmountText,
    expiresAt: InstantText,
  })
  .openapi("PromisedHold");

const BlockAnswer = z
  .strictObject({
    ...answerFields,
    status: z.literal("blocked"),
    openHolds: z.array(PromisedHold).openapi({
      description: `What was put aside before, and can be spent still: give it back where it should not be. At most ${MOST_HOLDS}, soonest end first.`,
    }),
  })
  .openapi("BlockedMember");

export const memberBlock = defineOperation({
  ...common,
  name: MEMBER_BLOCK,
  http: {
    method: "post",
    path: "/v1/members/{memberId}/block",
    tag: "Members",
    summary: "Block a member: it spends nothing from now on",
    description:
      "Sales and orders that ask for bonuses, redemptions and holds are refused with `spending_unavailable`, whose texts do not say why; " +
      "a quote shows that nothing can be spent. Returns, reversals, grants and, by the rules, earning go on, and so does what was put aside before (`openHolds`). " +
      "Nobody is joined with a blocked member, and whoever parts from it stays blocked.",
    idempotencyKey: "required",
    example: { reason: "bonuses spent from three cities within an hour", reference: "SEC-1042" },
  },
  answers: { 200: { description: "Blocked.", schema: BlockAnswer } },
  problems: ["member_erased", "member_not_found", "already_blocked", "brand_forbidden"],
  needs: needsOf,
  decide(context, { memberId }) {
    const { operationId, now, policy } = context;
    const member = context.wallet(memberId);
    if (member === undefined) return reject("member_not_found");
    const before = blocksOf(context, memberId);
    if (isBlocked(member)) return refuse("already_blocked", standing(before));
    const openHolds = promised(member.openHolds());
    const block = setStatus(member, "blocked", context);
    const balance = balanceAfter(member, [], policy.burn);
    return accept({
      documents: [save(blockStore, memberId, [...before, block])],
      answer: { operationId, memberId, status: "blocked", since: formatInstant(now), openHolds, balance },
      events: [memberBlocked({ memberId })],
    });
  },
});

const promised = (holds: readonly OpenHold[]): z.input<typeof PromisedHold>[] =>
  [...holds]
    .sort((one, other) => one.expiresAt - other.expiresAt)
    .slice(0, MOST_HOLDS)
    .map((hold) => ({
      holdId: hold.id,
      orderId: hold.orderId,
      brand: hold.brand,
      amount: formatAmount(amountOf(leftIn(hold))),
      expiresAt: formatInstant(hold.expiresAt),
    }));
