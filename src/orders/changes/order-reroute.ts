/** Sends an order to another store of any brand, where it is to be made ready anew. Whoever hands it out sells it. */
import { z } from "@hono/zod-openapi";
import { formatAmount, sum } from "../../kernel/amount.ts";
import { PickupPlace } from "../../kernel/fields.ts";
import { bucketOf } from "../../kernel/ids.ts";
import { accept, type Refused, refuse, stale } from "../../engine/definition/decision.ts";
import { defineOperation } from "../../engine/definition/operation.ts";
import type { Policy } from "../../policy/policy.ts";
import { requireStore } from "../../programme/lookup.ts";
import { movedUntil, type Order, portionsOf } from "../../sales/documents/order-document.ts";
import { about, orderRerouted } from "../events.ts";
import { foundOrder, asFound, needsOf, orderInPath, requireOrder, stepFault, saveOrder } from "../find-order.ts";
import { ORDER_REROUTE } from "../operation-names.ts";
import { ChangedOrder, orderView } from "../order-answer.ts";
import { readyUntil } from "../terms.ts";
import { holdUntil } from "./hold-terms.ts";

export const reroute = defineOperation({
  name: ORDER_REROUTE,
  ofErased: "goes_on",
  permission: "orders.fulfil",
  http: {
    method: "post",
    path: "/v1/orders/{orderId}/reroute",
    tag: "Orders",
    summary: "Send an order to another store, of any brand",
    description: "What is held stays held. There it is to be made ready anew.",
    idempotencyKey: "required",
    example: { pickup: { brand: "mvideo", storeId: "M-1" } },
  },
  params: orderInPath,
  body: z.strictObject({ pickup: PickupPlace }).openapi("RerouteBody"),
  answers: { 200: { description: "On its way to another store.", schema: ChangedOrder } },
  problems: [
    ...(["order_not_found", "order_in_wrong_state", "pickup_not_offered", "bonuses_not_taken_there"] as const),
    "unknown_store",
  ],
  async prepare(look, { actor, params, body }) {
    const order = await requireOrder(look, actor, params.orderId);
    const { timeZone: storeZone } = await requireStore(look, body.pickup.storeId, body.pickup.brand);
    return { ...(await foundOrder(look.reader, order)), pickup: body.pickup, storeZone };
  },
  bucket: ({ orderId }) => bucketOf(orderId),
  needs: (input) => needsOf(input),
  decide(context, input) {
    const { now, policy, policies, operationId } = context;
    const order = asFound(context, input);
    if (order === undefined) return stale;
    const fault = stepFault(order, "reroute", now) ?? placeFault(policy, order, input.pickup.brand);
    if (fault !== undefined) return fault;
    const expiresAt = readyUntil(policies, order, now, input.storeZone);
    const changed = movedUntil(expiresAt, now, order, "reroute", {
      status: "placed",
      readyAt: null,
      pickupBrand: input.pickup.brand,
      pickupStoreId: input.pickup.storeId,
    });
    const balance = holdUntil(context, changed, input);
    return accept({
      memberId: order.memberId,
      answer: { ...orderView(changed, now), operationId, balance },
      documents: [saveOrder(input, changed)],
      events: [orderRerouted(about(changed))],
    });
  },
});

/** Why a brand cannot hand it out: the stage of the rollout does not let it, or does not let it take what is held. */
function placeFault(policy: Policy, { brand, lines }: Order, pickupBrand: string): Refused | undefined {
  if (!policy.mayCollect(brand, pickupBrand)) return refuse("pickup_not_offered", { brand, pickupBrand });
  const foreign = portionsOf(lines)
    .flatMap(({ parts }) => parts)
    .filter(({ issuer }) => !policy.burn.mayUse(issuer, pickupBrand));
  if (foreign.length === 0) return undefined;
  const amount = formatAmount(sum(foreign.map((part) => part.amount)));
  return refuse("bonuses_not_taken_there", { amount, pickupBrand });
}
