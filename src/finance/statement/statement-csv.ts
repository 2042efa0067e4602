/** The lines of a statement as CSV, with the columns that the export of settlements has. */
import type { z } from "zod";
import type { StatementView } from "./statement-view.ts";

const COLUMNS =
  "number,settlement_id,from_month,to_month,place,debtor,creditor,section,kind,price,vat_rate,original_day,original_number,bonuses,total,vat,paid_on";

/** Codes, days and amounts only: nothing of it needs quotes. */
export function statementCsv({
  number,
  settlementId,
  from,
  to,
  directions,
  paid,
}: z.input<typeof StatementView>): string {
  const rows = directions
    .flatMap(({ debtor, creditor, lines }) => lines.map((line) => ({ debtor, creditor, ...line })))
    .toSorted((a, b) => a.place - b.place)
    .map((line) => {
      const { place, debtor, creditor, section, kind, price, vatRate, original, bonuses, total, vat } = line;
      const whose = [number, settlementId, from, to, place, debtor, creditor];
      const what = [
        section,
        kind,
        price,
        vatRate,
        original?.day ?? "",
        original?.number ?? "",
        bonuses,
        total,
        vat,
        paid?.paidOn ?? "",
      ];
      return [...whose, ...what].join(",");
    });
  return `${[COLUMNS, ...rows].join("\n")}\n`;
}
