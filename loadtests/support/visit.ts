/** One visit to a store: a receipt, and what may follow it, with the API's promises checked at each step. */
import { check } from "k6";
import { formatAmount, parseAmount } from "../../src/kernel/amount.ts";
import type { Arrival } from "./arrival.ts";
import { type Answer, type Ask, must, send } from "./ledger.ts";
import { giveBack, post, receiptOf, type Sold } from "./sale.ts";
import type { Member, Seller, Town } from "./town.ts";

const SPEND = 0.4;
const SENT_TWICE = 0.1;
const RETURNED = 0.1;
const UNDONE = 0.05;

/** A member comes to a till of either brand. */
export function visit(town: Town, arrival: Arrival, member: Member): void {
  const { number, chance } = arrival;
  const till = chance.pick(town.tills);
  const sale = saleOf(town, till, member, arrival);
  const answer = send(sale.ask);
  const sold = must(answer, "a sale") as Sold;
  check(sold, {
    "a sale goes to the member who came": ({ memberId }) => memberId === member.memberId,
    "a sale takes the bonuses that were asked": ({ spent }) => spent === sale.spend,
    "bonuses and money add up to the total": ({ total, spent, paid }) =>
      total === formatAmount(parseAmount(spent) + parseAmount(paid)) && total === sale.total,
  });
  if (chance.yes(SENT_TWICE)) sendAgain(sale.ask, answer);
  if (chance.yes(RETURNED)) giveBack(town, arrival, sold);
  else if (chance.yes(UNDONE)) undo(town, till, number);
}

/** A television and its cable. The member shows the card, or the till knows the member already. */
function saleOf(town: Town, till: Seller, { memberId, card }: Member, { number, chance }: Arrival) {
  const prices = [BigInt(1_000_00 + chance.below(99_000_00)), 499_00n] as const;
  const spend = formatAmount(chance.yes(SPEND) ? BigInt(1_00 + chance.below(300_00)) : 0n);
  const who = chance.yes(0.5) ? { memberId } : { identifier: { kind: "card", value: card } };
  const line = { quantity: "1" };
  const body = {
    receipt: receiptOf(town, till, number),
    channel: "pos",
    ...who,
    lines: [
      { ...line, lineId: "1", sku: "10031234", category: "tv", unitPrice: formatAmount(prices[0]) },
      { ...line, lineId: "2", sku: "20087654", category: "cable", unitPrice: formatAmount(prices[1]) },
    ],
    spend,
    occurredAt: town.openedAt,
  };
  const ask: Ask = { ...post("/v1/purchases", till, body), idempotencyKey: `${town.run}-sale-${number}` };
  return { ask, spend, total: formatAmount(prices[0] + prices[1]) };
}

/** The till has lost the answer and asks again: it must hear the same, and nothing may happen twice. */
function sendAgain(ask: Ask, first: Answer): void {
  check(send(ask), {
    "a request sent twice gets the same answer": ({ status, text }) => status === first.status && text === first.text,
    "and is told that it is the answer of before": ({ replayed }) => replayed,
  });
}

/** The cashier undoes the receipt, and then, not sure, once more. */
function undo(town: Town, till: Seller, number: number): void {
  const asked = post("/v1/reversals", till, { receipt: receiptOf(town, till, number), kind: "purchase" });
  const outcomeOf = (time: string): string => {
    const answer = send({ ...asked, idempotencyKey: `${town.run}-undo-${time}-${number}` });
    return (must(answer, "a reversal") as { outcome: string }).outcome;
  };
  check([outcomeOf("1"), outcomeOf("2")], {
    "a receipt is undone, and only once": ([first, second]) => first === "reversed" && second === "already_reversed",
  });
}
