/** Turnovers by category, broken by hand. Nothing has been followed in the ledger that is broken. */
import type { Break } from "./break.ts";

export const ofCategories: readonly Break[] = [
  {
    what: "a turnover of a category that no line says",
    sql: () =>
      "insert into category_turnovers (entity, day, event, store_id, category, amount) values ('mvideo', '2026-03-02', 'spend', 'M-1', 'none', 100)",
    broken: ["categories_are_the_lines", "categories_add_up_to_turnovers"],
    place: () => ({ entity: "mvideo", day: "2026-03-02", event: "spend", storeId: "M-1", category: "none" }),
  },
  {
    what: "turnovers by category of none of what was followed",
    sql: () => "insert into followers (name, position) select 'categories', max(position) + 1 from operations",
    broken: ["categories_are_the_lines", "categories_add_up_to_turnovers"],
    place: () => ({}),
  },
  {
    what: "turnovers by category of closed days, without their guard",
    sql: () => "alter table category_turnovers disable trigger categories_of_closed_days_stay",
    broken: ["closed_categories_stay"],
    place: () => ({ table: "category_turnovers", guards: [0, 1] }),
  },
];
