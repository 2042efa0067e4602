/** What was sold, wherever it was sold, and one line of it that comes back. */
import { check } from "k6";
import exec from "k6/execution";
import type { Arrival } from "./arrival.ts";
import { type Ask, must, send } from "./ledger.ts";
import type { Seller, Town } from "./town.ts";

export interface Sold {
  readonly purchaseId: string;
  readonly memberId: string;
  readonly total: string;
  readonly spent: string;
  readonly paid: string;
  readonly lines: readonly SoldLine[];
}

export interface SoldLine {
  readonly lineId: string;
  readonly spend: string;
  readonly paid: string;
}

export const post = (path: string, { key }: Seller, body: unknown): Ask => ({
  method: "POST",
  path,
  route: path,
  key,
  body,
});

export const receiptOf = ({ run }: Town, { brand, storeId }: Seller, number: number | string) => ({
  brand,
  storeId,
  terminalId: String(exec.vu.idInTest),
  shift: run,
  number: String(number),
});

/** One of the lines, of one piece each, comes back at a till of either brand. */
export function giveBack(town: Town, { number, chance }: Arrival, { purchaseId, lines }: Sold): void {
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
