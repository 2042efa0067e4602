/** Goods of an order are handed out: a sale of the brand that hands them out, paid with what was held for them. */
import { formatAmount } from "../../kernel/amount.ts";
import { AmountText, idText } from "../../kernel/answers.ts";
import { z } from "@hono/zod-openapi";
import type { Instant } from "../../kernel/clock.ts";
import { bucketOf, type PurchaseId } from "../../kernel/ids.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { accept, type Refused, refuse, reject, type Rejected, stale } from "../../engine/definition/decision.ts";
import { need } from "../../engine/definition/document-store.ts";
import type { Lookup } from "../../engine/definition/lookup.ts";
import type { NaturalKey } from "../../engine/definition/natural-key.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { type BuyerFields, behindThen, probeFor } from "../../members/lookup.ts";
import { requireStore } from "../../programme/lookup.ts";
import { moved, type Order, statusAt } from "../../sales/documents/order-document.ts";
import { orderStore } from "../../sales/documents/order-store.ts";
import { parkedStore } from "../../sales/documents/parked-store.ts";
import { receiptTaken } from "../../sales/operation-names.ts";
import { ORDER_STATUSES } from "../../sales/order-states.ts";
import { PurchaseAnswer, purchaseAnswer } from "../../sales/purchase/purchase-answer.ts";
import { endsToMove, recordSale } from "../../sales/purchase/record-sale.ts";
import { isOfBefore, wrongAge } from "../../sales/receipt/age.ts";
import { quotedCustomer } from "../../sales/quote/quoted-customer.ts";
import { receiptKey } from "../../sales/receipt/receipt.ts";
import { faultOfCode, hashCode } from "../codes.ts";
import { about, orderCollected } from "../events.ts";
import { asFound, type FoundOrder, foundOrder, needsOf, orderInPath, stepFault, saveOrder } from "../find-order.ts";
import { ORDER_PICKUP } from "../operation-names.ts";
import { OrderVersion } from "../order-answer.ts";
import { ADDED_BY, handOut, isCollected, type PickupInput } from "./hand-out.ts";
import { orderOfVisit } from "./order-of-visit.ts";
import { PickupBody, pickupExample } from "./pickup-body.ts";

/** Pickups of one order: each is remembered with what it took. */
const MOST_VISITS = 200;

export const pickup = defineOperation({
  name: ORDER_PICKUP,
  ofErased: "goes_on",
  permission: "purchases.sell",
  http: {
    method: "post",
    path: "/v1/orders/{orderId}/pickups",
    tag: "Orders",
    summary: "Hand out an order, or some goods of it",
    description:
      "One receipt of the brand that hands the goods out. What was held for them is spent; where a price has fallen, the share is bounded again, " +
      "and the rest given back. Earning starts now. The code works for one visit, and wrong ones block it for a while.",
    idempotencyKey: "required",
    rate: "lookup",
    example: pickupExample,
  },
  params: orderInPath,
  body: PickupBody,
  answers: {
    201: {
      description: "Handed out, and sold.",
      schema: z
        .strictObject({
          ...PurchaseAnswer.shape,
          orderId: idText("ord"),
          orderStatus: z.enum(ORDER_STATUSES).openapi({ description: "`ready` where some goods still wait." }),
          orderVersion: OrderVersion,
          captured: AmountText.openapi({ description: "Of what was held for the order: spent by this receipt." }),
          released: AmountText.openapi({ description: "Held for these goods, and given back: a price has fallen." }),
        })
        .openapi("Pickup"),
    },
  },
  problems: [
    ...(["member_not_found", "order_not_found", "order_in_wrong_state", "order_elsewhere"] as const),
    ...(["more_than_waits", "unknown_line"] as const),
    ...(["not_divisible", "line_twice", "too_many_visits", "collected_before_order"] as const),
    ...(["pickup_code_wrong", "pickup_code_used", "pickup_code_blocked"] as const),
    ...([
      "spending_unavailable",
      "insufficient_bonuses",
      "spend_over_limit",
      "representative_limit",
      "receipt_conflict",
      "receipt_reversed",
    ] as const),
    ...(["quote_changed", "quote_expired", "quote_mismatch"] as const),
    ...(["unknown_store", "occurred_in_future", "receipt_too_old"] as const),
  ],
  actsFor: ({ receipt }) => receipt.brand,
  conceals: ["code"],
  facts: ({ receipt: { storeId, terminalId } }) => ({ storeId, terminalId }),
  async prepare(look, { actor, params, body }) {
    const { receipt } = body;
    const key = receiptKey(receipt, "purchase");
    const order = await orderOfVisit(look, actor, params.orderId, key);
    const [store, known, found] = await Promise.all([
      requireStore(look, receipt.storeId, receipt.brand),
      look.directory.knowsTerminal(receipt.storeId, receipt.terminalId),
      foundOrder(look.reader, order),
    ]);
    const member = await buyerOf(look, order, found);
    const at = { brand: order.pickupBrand, channel: ADDED_BY };
    return {
      ...found,
      ...member,
      channel: order.channel,
      receipt,
      lines: body.lines,
      added: body.added,
      quotedFor: await quotedCustomer(look.reader, body.added?.quoteId, at, member),
      occurredAt: body.occurredAt,
      key,
      storeZone: store.timeZone,
      newTerminal: !known,
      isActedFor: found.begunBy !== null && (body.added?.spend ?? 0n) !== 0n,
      codeHash: hashCode(look.codeSecret, order, body.code),
    };
  },
  bucket: ({ memberId, orderId }) => bucketOf(memberId ?? orderId),
  naturalKeys: (input): NaturalKey[] => [{ key: input.key, role: "own" }, ...probeFor(input)],
  presented: ({ profileId }) => profileId,
  conflict: receiptTaken,
  needs: (input, policies) => ({
    ...needsOf(input),
    wallets: input.memberId === null ? [] : [input.memberId],
    ending: endsToMove(policies.at(input.occurredAt), input.occurredAt, input.storeZone),
    burns: input.added !== undefined && input.added.spend !== 0n,
    documents: [need(orderStore, input.orderId), need(parkedStore, input.key)],
  }),
  decide(context, input) {
    const { now } = context;
    const { memberId, occurredAt } = input;
    const order = asFound(context, input);
    if (order === undefined || !isTheirs(order, input)) return stale;
    const member = memberId === null ? undefined : context.wallet(memberId);
    if (memberId !== null && member === undefined) return reject("member_not_found");
    const wrong = visitFault(context, order, input) ?? wrongAge(context, occurredAt);
    if (wrong !== undefined) return wrong;
    const handed = handOut(context, order, member, input);
    if ("kind" in handed) return handed;
    const sale = recordSale(context, input, handed.sold, member);
    const { burn, version: policyVersion } = context.policies.at(occurredAt);
    const changed = afterVisit(order, input, handed.lines, sale.purchase.id, now);
    const terms = { plan: handed.plan, member, burn, parked: sale.parked, acts: input.begunBy };
    return accept({
      occurredAt,
      policyVersion,
      memberId,
      subjectHash: input.awaits,
      documents: [...sale.documents, saveOrder(input, changed)],
      releases: sale.releases,
      answer: {
        ...purchaseAnswer(context.operationId, sale.purchase, terms),
        orderId: order.id,
        orderStatus: changed.status,
        orderVersion: changed.version,
        captured: formatAmount(handed.captured),
        released: formatAmount(handed.released),
      },
      events: [...sale.events, orderCollected({ ...about(changed), purchaseId: sale.purchase.id })],
    });
  },
});

/** Whose it is by now: a card that led to nobody when it was ordered may have been registered since. */
async function buyerOf(
  { reader }: Lookup,
  { profileId, awaits, placedAt }: Order,
  { memberId }: FoundOrder,
): Promise<BuyerFields> {
  const found = awaits === null ? undefined : await behindThen(reader, awaits, placedAt);
  return found === undefined ? { memberId, profileId, awaits } : { ...found, awaits: null };
}

/**
 * Whether it is still the same person's, as far as that was known: an identifier finds its member once; and what an order waits
 * for is another where whoever has brought it has been erased meanwhile.
 */
function isTheirs({ awaits }: Order, input: BuyerFields & Pick<FoundOrder, "recordedFor">): boolean {
  if (input.awaits !== null && input.awaits !== awaits) return false;
  return input.recordedFor !== null || input.memberId === null || awaits !== null;
}

/** The order when goods were handed out: whoever came has it now, and their code is used up. */
function afterVisit(
  order: Order,
  { memberId, profileId, awaits }: BuyerFields,
  lines: Order["lines"],
  purchaseId: PurchaseId,
  now: Instant,
): Order {
  const collected = isCollected(lines);
  return moved(order, "pickup", {
    memberId,
    profileId,
    awaits,
    lines,
    status: collected ? "collected" : "ready",
    endedAt: collected ? now : null,
    codeUsedBy: purchaseId,
    codeTries: 0,
    visits: order.visits + 1,
  });
}

interface Visit extends Pick<PickupInput, "receipt" | "occurredAt">, Pick<FoundOrder, "recordedFor"> {
  readonly codeHash: string;
}

/** Why goods are not handed out on this visit, whatever they are. */
function visitFault({ policy, now }: CommandContext, order: Order, visit: Visit): Refused | Rejected | undefined {
  const { receipt, occurredAt, codeHash } = visit;
  const { pickupBrand, pickupStoreId } = order;
  if (receipt.brand !== pickupBrand || receipt.storeId !== pickupStoreId) {
    return refuse("order_elsewhere", { brand: pickupBrand, storeId: pickupStoreId, orderStatus: statusAt(order, now) });
  }
  const wrongStep = stepFault(order, "pickup", now);
  if (wrongStep !== undefined) return wrongStep;
  if (isOfBefore(policy, occurredAt, order.placedAt)) return reject("collected_before_order");
  if (order.visits >= MOST_VISITS) return refuse("too_many_visits", { most: MOST_VISITS });
  const fault = faultOfCode(order, codeHash, now);
  if (fault === undefined) return undefined;
  const tried = fault.order === undefined ? [] : [saveOrder(visit, fault.order)];
  return refuse(fault.code, fault.data, tried);
}
