/** Adjustments and staff, changed by hand. */
import { type Break, textLike } from "./break.ts";

const anAdjustment = () => ({ adjustmentId: textLike(/^adj_/) });
const asAnswered = ["adjustments_are_as_answered"];
const byAnother = ["adjustments_are_decided_by_another"];
const APPROVED = "expires_at is not null and applied_by is not null";

export const ofAdjustments: readonly Break[] = [
  {
    what: "an adjustment that has become more",
    sql: () => "update adjustments set amount = amount + 1 where reason = 'goodwill'",
    broken: [...asAnswered, "adjustments_moved_as_answered", "staff_keep_their_limits"],
    place: anAdjustment,
  },
  {
    what: "an adjustment that is not there any more",
    sql: () => "delete from adjustments where reason = 'goodwill'",
    broken: [...asAnswered, "adjustments_moved_as_answered", "staff_keep_their_limits"],
    place: () => ({ adjustment: "missing" }),
  },
  {
    what: "an adjustment of much that one person has made alone",
    sql: () =>
      "update operations o set staff_id = a.staff_id from adjustments a where o.name = 'adjustment-approval' and o.operation_id = a.applied_by and a.break_id is null",
    broken: byAnother,
    place: anAdjustment,
  },
  {
    what: "an adjustment of much that waits for nobody",
    sql: () => `update adjustments set expires_at = null where ${APPROVED}`,
    broken: [...asAnswered, ...byAnother],
    place: anAdjustment,
  },
  {
    what: "an adjustment that was rejected and has been applied",
    sql: () => "update adjustments set rejected_by = null where rejected_by is not null",
    broken: byAnother,
    place: anAdjustment,
  },
  {
    what: "an adjustment that nothing has undone, and that somebody says was undone",
    sql: () => "update adjustments set reversed_by = adjustment_id where reason = 'goodwill'",
    broken: asAnswered,
    place: anAdjustment,
  },
  {
    what: "an adjustment that nobody was told of",
    sql: () => "update operations set events = null where name = 'adjustment' and status = 201",
    broken: asAnswered,
    place: () => ({ ...anAdjustment(), told: null }),
  },
  {
    what: "an adjustment that waits, told as applied",
    sql: () =>
      "update operations set events = replace(events::text, 'adjustment.requested', 'adjustment.applied')::json where name = 'adjustment'",
    broken: asAnswered,
    place: anAdjustment,
  },
  {
    what: "a reversal that was told without its debt",
    sql: () =>
      'update operations set events = replace(events::text, \'"debtAdded":"60.00"\', \'"debtAdded":"0.00"\')::json where name = \'adjustment-reversal\'',
    broken: asAnswered,
    place: anAdjustment,
  },
  {
    what: "a rejection that was told as the application",
    sql: () =>
      "update operations set events = replace(events::text, 'adjustment.rejected', 'adjustment.applied')::json where name = 'adjustment-rejection'",
    broken: byAnother,
    place: anAdjustment,
  },
  {
    what: "an approval that nobody was told of",
    sql: () => "update operations set events = null where name = 'adjustment-approval'",
    broken: [...byAnother, "break_changes_are_as_answered"],
    place: () => ({ ...anAdjustment(), told: null }),
  },
  {
    what: "an adjustment that was charged to another reason",
    sql: () => "update transfers set debit = 'adjustment:late_delivery' where debit = 'adjustment:goodwill'",
    broken: ["adjustments_moved_as_answered"],
    place: () => ({ account: ["adjustment:goodwill", "adjustment:late_delivery"] }),
  },
  {
    what: "a reversal that says it has left no debt",
    sql: () => "update adjustments set debt = 0 where debt > 0",
    broken: [...byAnother, "adjustments_moved_as_answered"],
    place: anAdjustment,
  },
  {
    what: "a lot of an adjustment that ends later than was answered",
    sql: () =>
      "update lots set expires_at = expires_at + interval '1 day' where operation_id = (select applied_by from adjustments where reason = 'goodwill')",
    broken: ["credited_lots_are_as_stated"],
    place: () => ({ lotId: textLike(/^lot_/) }),
  },
  {
    what: "somebody of the staff of whom a day was forgotten",
    sql: () => "update staff set adjusted_count = adjusted_count - 1 where staff_id = 'anna-1'",
    broken: ["staff_keep_their_limits"],
    place: () => ({ staffId: "anna-1" }),
  },
  {
    what: "somebody of the staff who is nobody any more",
    sql: () => "update staff set member_id = null where staff_id = 'boris-2'",
    broken: ["staff_are_as_registered"],
    place: () => ({ staffId: "boris-2" }),
  },
];
