/** One visit to a store: a receipt, and what may follow it, with the API's promises checked at each step. */
import { check } from "k6";
import exec from "k6/execution";
import { formatAmount, parseAmount } from "../../src/kernel/amount.ts";
import { type Chance, chanceOf } from "./chance.ts";
import { type Answer, type Ask, must, send } from "./ledger.ts";
import type { Member, Till, Town } from "./town.ts";

const SPEND = 0.4;
const SENT_TWICE = 0.1;
const RETURNED = 0.1;
const UNDONE = 0.05;

interface Sold {
  readonly purchaseId: string;
  readonly memberId: string;
  readonly total: string;
  readonly spent: string;
  readonly paid: string;
  readonly lines: readonly { readonly lineId: string; readonly spend: string; readonly paid: string }[];
}

/** The next visit of this run; a visit that breaks off half way is a failure as well. */
export function visit(town: Town, whoComes: (chance: Chance) => Member): void {
  const number = exec.scenario.iterationInTest;
  let ended = false;
  try {
    shop(town, number, whoComes);
    ended = true;
  } finally {
    check(ended, { "the visit went to its end": (is) => is });
  }
}

function shop(town: Town, number: number, whoComes: (chance: Chance) => Member): void {
  const chance = chanceOf(number);
  const till = chance.pick(town.tills);
  const member = whoComes(chance);
  const sale = saleOf(town, till, member, number, chance);
  const answer = send(sale.ask);
  const sold = must(answer, "a sale") as Sold;
  check(sold, {
    "a sale goes to the member who came": ({ memberId }) => memberId === member.memberId,
    "a sale takes the bonuses that were asked": ({ spent }) => spent === sale.spend,
    "bonuses and money add up to the total": ({ total, spent, paid }) =>
      total === formatAmount(parseAmount(spent) + parseAmount(paid)) && total === sale.total,
  });
  if (chance.yes(SENT_TWICE)) sendAgain(sale.ask, answer);
  if (chance.yes(RETURNED)) giveBack(town, number, sold, chance);
  else if (chance.yes(UNDONE)) undo(town, till, number);
}

const receiptOf = ({ run }: Town, { brand, storeId }: Till, number: number | string) => ({
  brand,
  storeId,
  terminalId: String(exec.vu.idInTest),
  shift: run,
  number: String(number),
});

/** A television and its cable. The member shows the card, or the till knows the member already. */
function saleOf(town: Town, till: Till, { memberId, card }: Member, number: number, chance: Chance) {
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

/** One of the two lines comes back, at a store of either brand. */
function giveBack(town: Town, number: number, { purchaseId, lines }: Sold, chance: Chance): void {
  const till = chance.pick(town.tills);
  const line = chance.pick(lines);
  const body = {
    receipt: receiptOf(town, till, `${number}-back`),
    lines: [{ lineId: line.lineId, quantity: "1" }],
    occurredAt: town.openedAt,
  };
  const asked = { ...post("/v1/purchases/{id}/returns", till, body), path: `/v1/purchases/${purchaseId}/returns` };
  const answer = send({ ...asked, idempotencyKey: `${town.run}-back-${number}` });
  check(must(answer, "a return") as { moneyBack: string; bonusesBack: string }, {
    "a return gives back exactly what its line took": ({ moneyBack, bonusesBack }) =>
      moneyBack === line.paid && bonusesBack === line.spend,
  });
}

/** The cashier undoes the receipt, and then, not sure, once more. */
function undo(town: Town, till: Till, number: number): void {
  const asked = post("/v1/reversals", till, { receipt: receiptOf(town, till, number), kind: "purchase" });
  const outcomeOf = (time: string): string => {
    const answer = send({ ...asked, idempotencyKey: `${town.run}-undo-${time}-${number}` });
    return (must(answer, "a reversal") as { outcome: string }).outcome;
  };
  check([outcomeOf("1"), outcomeOf("2")], {
    "a receipt is undone, and only once": ([first, second]) => first === "reversed" && second === "already_reversed",
  });
}

const post = (path: string, till: Till, body: unknown): Ask => ({
  method: "POST",
  path,
  route: path,
  key: till.key,
  body,
});
