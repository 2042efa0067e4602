/** The parts that the summaries of all runs share: receipts, and what became of the bonuses. */
import type { Proof } from "../client/wire.ts";
import type { Outstanding } from "./balances.ts";
import type { Crossing } from "./crossing.ts";
import { figureOf, grouped, money, type ReportRow, share } from "./report.ts";
import type { Totals } from "./totals.ts";

/** Sales and returns, and who they were with. */
export function receiptRows(totals: Totals, seconds: number): ReportRow[] {
  const { receipts, returns, documents } = totals;
  return [
    { label: "sales", value: grouped(receipts), note: `${money(totals.turnover)} ₽` },
    { label: "returns", value: grouped(returns), note: `${money(totals.moneyBack)} ₽ back in money` },
    {
      label: "  of them at the other brand",
      value: grouped(totals.returnsAtOtherBrand),
      note: share(totals.returnsAtOtherBrand, returns),
    },
    { label: "members", value: grouped(totals.members) },
    { label: "penetration", value: share(totals.memberReceipts, receipts), note: "of sales have a member" },
    {
      label: "cross-brand",
      value: share(totals.crossBrandReceipts, totals.memberReceipts),
      note: "of members' sales are at the brand that did not register them",
    },
    {
      label: "receipts/s",
      value: grouped(Math.round(documents / Math.max(seconds, 0.001))),
      note: `${grouped(documents)} in ${seconds.toFixed(1)} s`,
    },
  ];
}

/** Where the bonuses went, and what of them is left. */
export function bonusRows(
  totals: Totals,
  left: Outstanding,
  crossings: readonly Crossing[],
  proof: Proof,
): ReportRow[] {
  const across = crossings.map(({ issuer, seller, amount }) => ({
    label: `  of it ${issuer}'s at ${seller}`,
    value: money(amount),
  }));
  const owed = crossings.map(({ issuer, seller }) => ({
    label: `owed by ${issuer} to ${seller}`,
    value: money(figureOf(proof, `${issuer} owes ${seller}`)),
    note: "after returns and repaid debts, as far as it is posted",
  }));
  return [
    { label: "granted", value: money(totals.granted) },
    { label: "spent", value: money(totals.spent), note: spentOn(totals) },
    ...across,
    { label: "given back by returns", value: money(totals.bonusesBack) },
    { label: "clawed back by returns", value: money(totals.clawedBack) },
    { label: "  of it uncovered, became debt", value: money(totals.debtAdded) },
    { label: "expired", value: money(totals.expired(left)) },
    { label: "left: waiting to become active", value: money(left.pending) },
    { label: "left: available", value: money(left.available) },
    ...(left.held === 0n ? [] : [{ label: "left: held", value: money(left.held) }]),
    { label: "left: debt", value: money(left.debt), note: `of ${grouped(left.debtors)} members` },
    ...owed,
  ];
}

const spentOn = ({ spending, capturedHolds }: Totals): string =>
  `on ${grouped(spending.length)} receipts${capturedHolds === 0 ? "" : ` and ${grouped(capturedHolds)} captured holds`}`;
