/** An order is collected: at one visit or at two, now and then at a lower price, or with goods that were not ordered. */
import { check } from "k6";
import { formatAmount, parseAmount, sum } from "../../src/kernel/amount.ts";
import { must, send } from "./ledger.ts";
import { type Order, type OrderLine, type Parties, step } from "./order-step.ts";
import { basketOf, quoteOf } from "./quote.ts";
import { receiptOf, type Sold } from "./sale.ts";

const TWO_VISITS = 0.2;
const CODE_MISTYPED = 0.05;
const PRICE_FELL = 0.1;
const GOODS_ADDED = 0.1;

interface Collected extends Sold {
  readonly orderId: string;
  readonly orderStatus: string;
  readonly captured: string;
  readonly released: string;
}

/** The store makes an order ready, and hands it out to whoever has the code. Gives one receipt a visit. */
export function collect(parties: Parties, orderId: string, code: string): Sold[] {
  const { till, checkout, arrival } = parties;
  const ready = must(send(step(parties, till, orderId, "ready", {})), "an order that is ready") as Order;
  check(ready, { "an order waits when it is ready": ({ status }) => status === "ready" });
  const [first, ...rest] = ready.lines;
  if (first === undefined) throw new Error("an order without lines");
  if (arrival.chance.yes(CODE_MISTYPED)) mistype(parties, ready, code);
  const inTwoVisits = rest.length > 0 && arrival.chance.yes(TWO_VISITS);
  if (!inTwoVisits) return [handOut(parties, ready, ready.lines, code, "whole")];
  const begun = handOut(parties, ready, [first], code, "first");
  // A code works for one visit.
  const answer = must(send(step(parties, checkout, orderId, "code", {})), "a code") as { pickupCode: string };
  return [begun, handOut(parties, ready, rest, answer.pickupCode, "last")];
}

type Visit = "whole" | "first" | "last";

/** Hands lines of an order out, and sells them: each for what it was ordered for, or for less. */
function handOut(parties: Parties, ready: Order, lines: readonly OrderLine[], code: string, visit: Visit): Sold {
  const { town, till, arrival } = parties;
  const fell = arrival.chance.yes(PRICE_FELL);
  const added = arrival.chance.yes(GOODS_ADDED) ? addedGoods(parties, ready, visit) : undefined;
  const body = {
    storeId: till.storeId,
    code,
    receipt: receiptOf(town, till, `${arrival.number}-${visit}`),
    occurredAt: ready.placedAt,
    ...(visit === "whole" && !fell ? {} : { lines: lines.map((line) => collected(line, fell)) }),
    ...(added === undefined ? {} : { added: added.goods }),
  };
  const sold = must(send(step(parties, till, ready.orderId, "pickups", body, visit)), "a pickup") as Collected;
  const held = sum(lines.map((line) => parseAmount(line.held)));
  const price = sum(lines.map((line) => parseAmount(collected(line, fell).unitPrice)));
  check(sold, {
    "a pickup spends what was held for the goods, or gives it back": ({ captured, released }) =>
      parseAmount(captured) + parseAmount(released) === held && (fell || released === "0.00"),
    "a pickup sells what is handed out, and what was added to it": ({ total, spent, paid, captured }) =>
      parseAmount(total) === price + (added?.total ?? 0n) &&
      parseAmount(spent) === parseAmount(captured) + (added?.spend ?? 0n) &&
      parseAmount(total) === parseAmount(spent) + parseAmount(paid),
    "an order is collected with its last goods": ({ orderId, orderStatus }) =>
      orderId === ready.orderId && orderStatus === (visit === "first" ? "ready" : "collected"),
  });
  return sold;
}

function collected({ lineId, unitPrice }: OrderLine, fell: boolean) {
  return { lineId, quantity: "1", unitPrice: fell ? formatAmount(parseAmount(unitPrice) / 2n) : unitPrice };
}

/** More goods at the till, which the customer is shown a quote of. */
function addedGoods({ till, arrival }: Parties, { memberId }: Order, visit: Visit) {
  const { lines } = basketOf({ memberId }, arrival.chance);
  const basket = {
    channel: "pos",
    memberId,
    lines: lines.map((line) => ({ ...line, lineId: `${visit}-${line.lineId}` })),
  };
  const { quoteId, spend, total } = quoteOf(till, basket, { storeId: till.storeId }, arrival.chance);
  return { goods: { lines: basket.lines, spend, quoteId }, spend: parseAmount(spend), total: parseAmount(total) };
}

function mistype(parties: Parties, { orderId, placedAt }: Order, code: string): void {
  const { town, till, arrival } = parties;
  const wrong = code === "000000" ? "000001" : "000000";
  const receipt = receiptOf(town, till, `${arrival.number}-mistyped`);
  const body = { storeId: till.storeId, code: wrong, receipt, occurredAt: placedAt };
  const refused = send(step(parties, till, orderId, "pickups", body, "mistyped"));
  check(refused, {
    "a wrong code is refused": ({ status, text }) =>
      status === 409 && (JSON.parse(text) as { code?: string }).code === "pickup_code_wrong",
  });
}
