/**
 * The steps of an order: placed where the clock shows the invoice's time, made ready, and handed out visit by visit. A code
 * works for one visit, so each later one begins with a new code.
 */
import type { Answer } from "../client/api.ts";
import { bodyOf } from "../client/api.ts";
import type { Call, Step } from "../client/timeline.ts";
import { GivenCode, HandedOut, Placed } from "../client/wire.ts";
import type { PlannedOrder, PlannedVisit } from "./planned.ts";
import { cardNamed, customerKey, refusalOf, type Replay } from "./state.ts";

/** What later steps of an order need to know of the earlier ones. */
interface OpenOrder {
  /** Where it is asked about; known once it is placed. */
  path: string;
  /** Null where a new one is needed. */
  code: string | null;
  /** Visits that are still to come; none after a refusal, and nothing more is asked then. */
  readonly waiting: Set<PlannedVisit>;
}

/** All steps of an order, to be taken one after the other. */
export function* orderSteps(replay: Replay, planned: PlannedOrder): Generator<Step> {
  const order: OpenOrder = { path: "", code: null, waiting: new Set(planned.visits) };
  // An order is as old as the clock says, and no receipt hands it out that is older.
  yield { ...placeStep(replay, planned, order), exact: true };
  yield readyStep(replay, planned, order);
  for (const visit of planned.visits) {
    yield codeStep(replay, planned, order, visit);
    yield pickupStep(replay, planned, order, visit);
  }
}

function placeStep(replay: Replay, planned: PlannedOrder, order: OpenOrder): Step {
  const { card, number: orderNumber, brand, channel, pickup, lines, spend, visits } = planned;
  const body = { orderNumber, brand, channel, pickup, ...cardNamed(card), lines, spend };
  const idempotencyKey = `replay-${replay.seed}-order-${orderNumber}`;
  return stepOf(replay, planned, order, {
    call: () => ({ path: "/v1/orders", body, idempotencyKey }),
    done(answer) {
      const { orderId, held, pickupCode } = bodyOf(Placed, answer, "POST /v1/orders");
      order.path = `/v1/orders/${orderId}`;
      order.code = pickupCode ?? null;
      replay.orders.ordered(held, visits.length);
      replay.diary.ordered(orderNumber, held);
    },
  });
}

function readyStep(replay: Replay, planned: PlannedOrder, order: OpenOrder): Step {
  const idempotencyKey = `replay-${replay.seed}-ready-${planned.number}`;
  return stepOf(replay, planned, order, {
    call: () => ({ path: `${order.path}/ready`, body: {}, idempotencyKey }),
    done() {},
  });
}

/** A new code, where there is none for this visit. */
function codeStep(replay: Replay, planned: PlannedOrder, order: OpenOrder, { receipt }: PlannedVisit): Step {
  const idempotencyKey = `replay-${replay.seed}-code-${receipt.number}`;
  return stepOf(replay, planned, order, {
    call: () => (order.code === null ? { path: `${order.path}/code`, body: {}, idempotencyKey } : null),
    done(answer) {
      order.code = bodyOf(GivenCode, answer, "a new pickup code").pickupCode;
    },
  });
}

function pickupStep(replay: Replay, planned: PlannedOrder, order: OpenOrder, visit: PlannedVisit): Step {
  const { tally, totals, homes, orders, diary, seed } = replay;
  const { customer, occurredAt } = planned;
  const { receipt, sale, lines, fates } = visit;
  const asked = { storeId: receipt.storeId, receipt, lines, occurredAt };
  const idempotencyKey = `replay-${seed}-pickup-${receipt.number}`;
  return stepOf(replay, planned, order, {
    call: () => ({ path: `${order.path}/pickups`, body: { ...asked, code: order.code }, idempotencyKey }),
    done(answer) {
      const handedOut = bodyOf(HandedOut, answer, "a pickup");
      order.waiting.delete(visit);
      order.code = null;
      const expected = order.waiting.size === 0 ? "collected" : "ready";
      if (handedOut.memberId === null) throw new Error(`receipt ${receipt.number}: handed out to nobody`);
      if (handedOut.orderStatus !== expected) {
        throw new Error(`order ${planned.number}: ${handedOut.orderStatus}, and not ${expected}`);
      }
      sale.purchaseId = handedOut.purchaseId;
      for (const fate of fates) tally.add(fate);
      totals.sold(handedOut, receipt.brand, homes.get(customer));
      diary.sold(receipt.number, customer, handedOut);
      orders.handedOut(handedOut);
    },
  });
}

interface Asked {
  call(): Call | null;
  done(answer: Answer): void;
}

/** A step of an order. Whichever is refused, the goods that still wait are refused with it. */
function stepOf({ tally }: Replay, { at, customer }: PlannedOrder, { waiting }: OpenOrder, asked: Asked): Step {
  return {
    at,
    keys: [customerKey(customer)],
    call: () => (waiting.size === 0 ? null : asked.call()),
    done(answer) {
      const refusal = refusalOf(answer);
      if (refusal === null) {
        asked.done(answer);
        return;
      }
      for (const { lines } of waiting) tally.refuse(refusal, lines.length);
      waiting.clear();
    },
  };
}
