/** Places an order: bonuses are held for each line until it is collected, at any store of any brand. */
import { z } from "@hono/zod-openapi";
import { formatAmount } from "../../kernel/amount.ts";
import { BalanceAfter, idText, orNull } from "../../kernel/answers.ts";
import { hash128 } from "../../kernel/hash.ts";
import { bucketOf, bucketOfHash } from "../../kernel/ids.ts";
import { newCode } from "../../kernel/one-time-code.ts";
import type { CommandContext } from "../../engine/definition/context.ts";
import { accept, refuse, reject, save } from "../../engine/definition/decision.ts";
import type { NaturalKey } from "../../engine/definition/natural-key.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import { balanceAfter } from "../../ledger/posting/balance.ts";
import { hold as pin } from "../../ledger/posting/spend.ts";
import { buyerFields, probeFor } from "../../members/lookup.ts";
import {
  actedAs,
  balanceFor,
  isRefused,
  representing,
  resolveActingEvenErased,
  withActing,
} from "../../members/representing/acting.ts";
import { ACTING_PROBLEMS, actedFields, BALANCE_OF_REPRESENTED } from "../../members/representing/words.ts";
import { requireStore } from "../../programme/lookup.ts";
import type { Order } from "../../sales/documents/order-document.ts";
import { orderStore } from "../../sales/documents/order-store.ts";
import { planSale } from "../../sales/quote/plan-sale.ts";
import { quotedCustomer } from "../../sales/quote/quoted-customer.ts";
import { hashCode, PickupCode } from "../codes.ts";
import { about, orderPlaced } from "../events.ts";
import { ORDER } from "../operation-names.ts";
import { OrderView, orderView } from "../order-answer.ts";
import { OrderBody, orderExample } from "./order-body.ts";
import { pinFor, placedOrder } from "./placed-order.ts";

export const order = defineOperation({
  name: ORDER,
  permission: "orders.place",
  http: {
    method: "post",
    path: "/v1/orders",
    tag: "Orders",
    summary: "Place an order, to be collected at a store of any brand",
    description:
      "Bonuses are held for each line, as the quote has shown them: nothing is spent or earned before the goods are collected. " +
      "The brand of the pickup store sells the goods, and its rules hold. `pickupCode` is told once, to be sent to the customer, " +
      "and never stored: where the answer was lost, ask for a new one.",
    idempotencyKey: "required",
    example: orderExample,
  },
  body: OrderBody,
  answers: {
    201: {
      description: "Placed.",
      schema: z
        .strictObject({
          ...OrderView.shape,
          operationId: idText("opn"),
          pickupCode: PickupCode.optional().openapi({ description: "Absent where the request had come before." }),
          balance: orNull(BalanceAfter).openapi({ description: BALANCE_OF_REPRESENTED }),
          ...actedFields,
        })
        .openapi("PlacedOrder"),
    },
  },
  problems: [
    ...([
      "member_erased",
      "member_not_found",
      "spending_unavailable",
      "insufficient_bonuses",
      "spend_over_limit",
      "order_conflict",
    ] as const),
    ...(["quote_changed", "quote_expired", "quote_mismatch", "unknown_store"] as const),
    ...(["pickup_not_offered", "storage_too_long"] as const),
    ...ACTING_PROBLEMS,
  ],
  actsFor: ({ brand }) => brand,
  facts: ({ channel, orderNumber }) => ({ channel, reference: orderNumber }),
  async prepare(look, { body }) {
    const [store, { whom, acting }] = await Promise.all([
      requireStore(look, body.pickup.storeId, body.pickup.brand),
      // Nothing is sold yet: whoever is erased is told so, under an absorbed id as well.
      resolveActingEvenErased(look, body),
    ]);
    const buyer = buyerFields(whom);
    const { pickup, channel, quoteId } = body;
    const quotedFor = await quotedCustomer(look.reader, quoteId, { brand: pickup.brand, channel }, buyer);
    const code = newCode();
    return {
      ...body,
      storeZone: store.timeZone,
      ...buyer,
      acting,
      quotedFor,
      key: orderKey(body),
      code,
      codeHash: hashCode(look.codeSecret, body, code),
    };
  },
  bucket: ({ memberId, key }) => (memberId === null ? bucketOfHash(key) : bucketOf(memberId)),
  naturalKeys: (input): NaturalKey[] => [{ key: input.key, role: "own" }, ...probeFor(input)],
  presented: ({ profileId }) => profileId,
  conflict: () => "order_conflict",
  needs: ({ memberId, acting, spend }) =>
    withActing(acting, memberId, { wallets: memberId === null ? [] : [memberId], burns: spend !== 0n }),
  decide(context, input) {
    const { now, policy, operationId } = context;
    const { memberId, awaits, pickup, channel, lines, storeZone } = input;
    const member = memberId === null ? undefined : context.wallet(memberId);
    if (memberId !== null && member === undefined) return reject("member_not_found");
    const acts = representing(context, memberId, input.acting);
    if (isRefused(acts)) return acts;
    const fault = termsFault(context, input);
    if (fault !== undefined) return fault;
    const basket = { brand: pickup.brand, channel, lines, occurredAt: now, storeZone };
    const plan = planSale(context, basket, { ...input, acts }, member);
    if ("kind" in plan) return plan;
    const parts =
      member === undefined || plan.spend === 0n ? [] : pin(member, plan.spend, pickup.brand, policy.burn, now);
    const placed = placedOrder(context, input, plan, parts);
    if (member !== undefined) pinFor(member, placed, parts);
    const balance = member === undefined ? null : balanceFor(acts, balanceAfter(member, [pickup.brand], policy.burn));
    return accept({
      memberId,
      subjectHash: awaits,
      answer: { ...orderView(placed, now), operationId, balance, ...actedAs(acts, member?.version) },
      shownOnce: { pickupCode: input.code },
      documents: [save(orderStore, placed.id, placed), ...(acts?.used(placed.held, member?.version ?? 0n) ?? [])],
      events: [orderPlaced({ ...about(placed), total: formatAmount(placed.total) })],
    });
  },
});

const orderKey = ({ brand, orderNumber }: Pick<Order, "brand" | "orderNumber">): string =>
  hash128(JSON.stringify(["order", brand, orderNumber]));

type Terms = Pick<z.output<typeof OrderBody>, "brand" | "pickup" | "channel" | "storageDays">;

/** Why it cannot be ordered so, whoever orders. */
function termsFault({ policy }: CommandContext, { brand, pickup, channel, storageDays }: Terms) {
  if (!policy.mayCollect(brand, pickup.brand)) {
    return refuse("pickup_not_offered", { brand, pickupBrand: pickup.brand });
  }
  const { longestStorageDays } = policy.orderTerms(channel);
  if ((storageDays ?? 1) > longestStorageDays) return reject("storage_too_long", { longestDays: longestStorageDays });
  return undefined;
}
