/** What is told of sales. */
import { z } from "@hono/zod-openapi";
import { AmountText, idText } from "../kernel/answers.ts";
import { ORDER_STATUSES } from "./order-states.ts";
import { defineEvent } from "../engine/event.ts";

const Sale = z.strictObject({
  purchaseId: idText("pur"),
  memberId: idText("mbr").nullable(),
  brand: z.string(),
  storeId: z.string(),
});

export const purchaseRecorded = defineEvent({
  name: "purchase.recorded",
  description: "A receipt or an online order was sold: bonuses spent and earned.",
  data: Sale.extend({ total: AmountText, spent: AmountText, earned: AmountText, suspended: z.boolean() }),
});

export const returnMade = defineEvent({
  name: "return.made",
  description: "Goods came back: of one purchase, some or all of its lines.",
  data: Sale.extend({
    returnId: idText("ret"),
    moneyBack: AmountText,
    bonusesBack: AmountText,
    clawedBack: AmountText,
    debtAdded: AmountText,
  }),
});

export const returnParked = defineEvent({
  name: "return.parked",
  description: "A return came before its sale, and waits for it.",
  data: z.strictObject({ returnId: idText("ret"), brand: z.string(), storeId: z.string() }),
});

export const returnRefused = defineEvent({
  name: "return.refused",
  description: "A return that had waited for its sale could not be made.",
  data: z.strictObject({ returnId: idText("ret"), code: z.string() }),
});

export const receiptReversed = defineEvent({
  name: "receipt.reversed",
  description:
    "A receipt was undone as a whole, by its natural key; or will never be taken, since it was reversed before it came.",
  data: z.strictObject({
    kind: z.enum(["purchase", "return", "exchange"]),
    purchaseId: idText("pur").nullable(),
    returnId: idText("ret").nullable(),
    memberId: idText("mbr").nullable(),
  }),
});

export const receiptsClaimed = defineEvent({
  name: "receipts.claimed",
  description: "Receipts that had waited for a card found their member.",
  data: z.strictObject({ memberId: idText("mbr"), purchaseIds: z.array(idText("pur")), amount: AmountText }),
});

export const pickupUndone = defineEvent({
  name: "order.pickup_undone",
  description:
    "The receipt of a pickup was reversed: the goods wait again; or, where the status is `expired`, all that was left of the order has expired with it.",
  data: z.strictObject({
    orderId: idText("ord"),
    orderNumber: z.string(),
    memberId: idText("mbr").nullable(),
    brand: z.string(),
    pickupBrand: z.string(),
    pickupStoreId: z.string(),
    status: z.enum(ORDER_STATUSES),
    purchaseId: idText("pur"),
  }),
});

export const salesEvents = [
  purchaseRecorded,
  returnMade,
  returnParked,
  returnRefused,
  receiptReversed,
  receiptsClaimed,
  pickupUndone,
];
