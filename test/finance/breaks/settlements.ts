/** Settlements, and the names of their parties, changed by hand. */
import { type Break, textLike } from "./break.ts";

const aSettlement = () => ({ settlementId: textLike(/^stm_/) });
const OF_PAID = "settlement_id = (select settlement_id from settlements where status = 'paid')";

export const ofSettlements: readonly Break[] = [
  {
    what: "a line that bills more than the books say",
    sql: () =>
      `update settlement_lines set bonuses = bonuses + 100, total = total + 100, vat = round((total + 100) * 0.22 / 1.22) where ${OF_PAID} and place = 1`,
    broken: ["settlement_lines_are_the_journal", "settlements_take_each_transfer_once", "settlements_are_as_answered"],
    place: () => ({ ...aSettlement(), books: textLike(/^due_/) }),
  },
  {
    what: "a line that is rounded another way",
    sql: () => `update settlement_lines set vat = vat + 1 where ${OF_PAID} and place = 1`,
    broken: ["settlement_lines_are_the_journal"],
    place: () => ({ ...aSettlement(), place: 1 }),
  },
  {
    what: "a correction that names another day",
    sql: () => "update settlement_lines set original_day = original_day - 1 where section = 'credit_note'",
    broken: ["settlement_lines_are_the_journal"],
    place: aSettlement,
  },
  {
    what: "two settlements of the same month",
    sql: () => "update settlements set to_month = '2026-04' where status = 'paid'",
    broken: [
      "settlements_take_each_transfer_once",
      "settlement_lines_are_the_journal",
      "settlements_are_as_answered",
      "settlements_are_agreed_by_both",
    ],
    place: () => ({ between: ["eldorado", "mvideo"], first: "2026-04-01", formerLast: "2026-04-30" }),
  },
  {
    what: "a settlement that owes something else than its lines",
    sql: () => "update settlements set one_owes = one_owes + 1 where status = 'paid'",
    broken: ["settlements_are_as_answered"],
    place: aSettlement,
  },
  {
    what: "a settlement that one person has agreed to for both sides",
    sql: () => "update operations set staff_id = 'anna-1' where name = 'settlement-agreement'",
    broken: ["settlements_are_agreed_by_both"],
    place: () => ({ ...aSettlement(), staffIds: ["anna-1", "boris-2", "anna-1"] }),
  },
  {
    what: "a payment that was answered otherwise",
    sql: () =>
      "update operations set answer = replace(answer::text, 'paid', 'draft')::json where name = 'settlement-payment'",
    broken: ["settlements_are_agreed_by_both"],
    place: () => ({ ...aSettlement(), how: "paid_by" }),
  },
  {
    what: "a settlement that was told otherwise",
    sql: () =>
      "update operations set events = replace(events::text, '2026-03', '2026-02')::json where name = 'settlement'",
    broken: ["settlements_are_as_answered"],
    place: aSettlement,
  },
  {
    what: "a settlement of which more was told than was made",
    sql: () =>
      "update operations set events = json_build_array(events->0, events->0) where name = 'settlement' and answer->>'to' = '2026-03'",
    broken: ["settlements_are_as_answered"],
    place: aSettlement,
  },
  {
    what: "an agreement of the other side that was told",
    sql: () =>
      'update operations set events = replace(events::text, \'"entity":"mvideo"\', \'"entity":"eldorado"\')::json where name = \'settlement-agreement\'',
    broken: ["settlements_are_agreed_by_both"],
    place: aSettlement,
  },
  {
    what: "a payment that nobody was told of",
    sql: () => "update operations set events = null where name = 'settlement-payment'",
    broken: ["settlements_are_agreed_by_both"],
    place: () => ({ ...aSettlement(), how: "paid_by", told: null }),
  },
  {
    what: "a draft that was dropped, told as paid",
    sql: () =>
      "update operations set events = replace(events::text, 'settlement.dropped', 'settlement.paid')::json where name = 'settlement-drop'",
    broken: ["settlements_are_agreed_by_both"],
    place: () => ({ ...aSettlement(), how: "dropped_by" }),
  },
  {
    what: "books that may be opened again although they were settled",
    sql: () => "update books set settled_before = null",
    broken: ["settlements_are_agreed_by_both"],
    place: () => ({ settledBefore: [null, "2026-04-01"] }),
  },
  {
    what: "settlements without their guard",
    sql: () => "alter table settlements disable trigger settlements_stay_as_agreed",
    broken: ["settlements_stay_as_agreed"],
    place: () => ({ table: "settlements", guards: [0, 1] }),
  },
  {
    what: "a brand that was called otherwise",
    sql: () => "update brand_names set legal_entity = 'x' where operation_id <> '00000000-0000-0000-0000-000000000000'",
    broken: ["brand_names_are_as_registered"],
    place: () => ({ entity: "mvideo", legalEntities: ["x", "ООО «МВМ»"] }),
  },
];
