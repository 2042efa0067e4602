/** A statement as JSON. */
import { z } from "@hono/zod-openapi";
import { formatAmount } from "../../kernel/amount.ts";
import { idText, InstantText, orNull, SignedAmountText } from "../../kernel/answers.ts";
import { formatInstant } from "../../kernel/clock.ts";
import { addPeriod } from "../../kernel/zone.ts";
import { SECTIONS, SETTLEMENT_STATUSES } from "../settlement/words.ts";
import { inWords } from "./amount-words.ts";
import type { Party } from "./party-names.ts";
import type { Act, Direction, Statement, StatementLine } from "./statement.ts";

const named = { name: z.string(), legalEntity: z.string() };
const PartyView = z
  .strictObject({
    brand: z.string(),
    ...named,
    inn: orNull(z.string()),
    kpp: orNull(z.string()),
    city: orNull(z.string()),
    former: z
      .array(z.strictObject({ ...named, until: z.iso.date() }))
      .openapi({ description: "What it was called on earlier days of these months, and from which day on otherwise." }),
  })
  .openapi("SettlementParty", { description: "As it was called when the months ended." });

const LineView = z
  .strictObject({
    place: z.int().min(1),
    section: z.enum(SECTIONS).openapi({
      description:
        "`spent` at the creditor's; `returned` of that; `debts` of members to the creditor that were paid with the debtor's bonuses; `credit_note`: corrects an earlier period.",
    }),
    kind: z.string(),
    price: z.string().openapi({ example: "1.00", description: "Roubles a bonus with VAT, when it was spent." }),
    vatRate: z.string().openapi({ example: "0.22" }),
    bonuses: SignedAmountText,
    total: SignedAmountText.openapi({ description: "Roubles with VAT: bonuses × price, rounded half up to a kopeck." }),
    vat: SignedAmountText.openapi({ description: "In it, rounded half up to a kopeck." }),
    original: orNull(
      z.strictObject({ day: z.iso.date(), settlementId: orNull(idText("stm")), number: orNull(z.int()) }),
    ).openapi({
      description: "What a correction corrects: the day on which that was accounted, and the settlement that has it.",
    }),
  })
  .openapi("SettlementLine");

const DirectionView = z
  .strictObject({
    debtor: z.string(),
    creditor: z.string(),
    bonuses: SignedAmountText,
    total: SignedAmountText,
    vat: SignedAmountText,
    inWords: z.string().openapi({ description: "The total, in Russian." }),
    lines: z.array(LineView),
  })
  .openapi("SettlementDirection", { description: "What one owes the other; totals are the sums of the lines." });

const act = {
  operationId: idText("opn"),
  staffId: z.string(),
  at: InstantText,
  reason: orNull(z.string()),
  reference: orNull(z.string()),
};
const ActView = z.strictObject(act).openapi("SettlementAct");

export const StatementView = z
  .strictObject({
    settlementId: idText("stm"),
    number: z.int().min(1),
    from: z.string().openapi({ example: "2026-03" }),
    to: z.string().openapi({ example: "2026-03" }),
    firstDay: z.iso.date(),
    lastDay: z.iso.date(),
    status: z.enum(SETTLEMENT_STATUSES),
    entity: z.string().openapi({ description: "Whose statement it is." }),
    payable: SignedAmountText.openapi({ description: "What it owes the other party." }),
    receivable: SignedAmountText.openapi({ description: "What the other party owes it." }),
    balance: SignedAmountText.openapi({
      description: "`receivable` less `payable`: the other party's with its sign turned.",
    }),
    balanceInWords: z.string(),
    parties: z.array(PartyView),
    directions: z.array(DirectionView),
    made: ActView,
    agreed: z.array(z.strictObject({ entity: z.string(), ...act })),
    paid: orNull(z.strictObject({ ...act, paidOn: orNull(z.iso.date()) }).openapi("SettlementPaid")).openapi({
      description:
        "`paidOn`: the day on which the money was moved; null where that was not asked for yet. `at`: when it was noted.",
    }),
    dropped: orNull(ActView),
  })
  .openapi("SettlementStatement");

export function statementView(statement: Statement): z.input<typeof StatementView> {
  const { settlement, days, own, payable, receivable, directions, made, agreed, paid, dropped } = statement;
  return {
    settlementId: settlement.id,
    number: settlement.number,
    from: settlement.fromMonth,
    to: settlement.toMonth,
    firstDay: days.first,
    lastDay: addPeriod(days.end, { days: -1 }),
    status: settlement.status,
    entity: own.brand,
    payable: formatAmount(payable),
    receivable: formatAmount(receivable),
    balance: formatAmount(receivable - payable),
    balanceInWords: inWords(receivable - payable),
    parties: directions.map(({ debtor }) => partyView(debtor)),
    directions: directions.map(directionView),
    made: actView(made),
    agreed: agreed.map(({ entity, ...done }) => ({ entity, ...actView(done) })),
    paid: paid === null ? null : { ...actView(paid), paidOn: settlement.paidOn },
    dropped: dropped === null ? null : actView(dropped),
  };
}

const partyView = ({ brand, name, legalEntity, inn, kpp, city, former }: Party) => ({
  brand,
  name,
  legalEntity,
  inn,
  kpp,
  city,
  former: [...former],
});

const directionView = ({ debtor, creditor, bonuses, total, vat, lines }: Direction) => ({
  debtor: debtor.brand,
  creditor: creditor.brand,
  bonuses: formatAmount(bonuses),
  total: formatAmount(total),
  vat: formatAmount(vat),
  inWords: inWords(total),
  lines: lines.map(lineView),
});

const lineView = (line: StatementLine): z.input<typeof LineView> => ({
  place: line.place,
  section: line.section,
  kind: line.kind,
  price: line.price,
  vatRate: line.vatRate,
  bonuses: formatAmount(line.bonuses),
  total: formatAmount(line.total),
  vat: formatAmount(line.vat),
  original:
    line.originalDay === null
      ? null
      : { day: line.originalDay, settlementId: line.originalId, number: line.originalNumber },
});

const actView = ({ operationId, staffId, at, reason, reference }: Act) => ({
  operationId,
  staffId,
  reason,
  reference,
  at: formatInstant(at),
});
