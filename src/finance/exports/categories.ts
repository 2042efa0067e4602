/** Turnovers by category of goods, as a file: what was granted, spent, given back and taken back, of which goods and where. */
import { defineExport, given } from "../../engine/definition/export.ts";
import { Category, StoreId } from "../../kernel/fields.ts";
import { categoriesAtMark } from "../categories/kept.ts";
import { givenPeriod, Period } from "./period.ts";

const isAsked = (name: "entity" | "store" | "category", column: string): string =>
  `(${given(name)} is null or ${column} = ${given(name)})`;
const within = (name: "from" | "to", operator: ">=" | "<="): string =>
  `(${given(name, "date")} is null or day ${operator} ${given(name, "date")})`;

const Question = Period.safeExtend({
  store: StoreId.optional().openapi({ description: "Of operations in this store only." }),
  category: Category.optional().openapi({ description: "Of goods of this category only." }),
});

export const categoryExport = defineExport({
  name: "categories",
  permission: "books.read",
  summary: "Turnovers by category",
  description:
    "One row for each day, entity, store, event and category of goods: what lines of receipts have moved, as the documents say, and under an empty category what belongs to no line. " +
    "All categories of an event together are its turnover. What other lots have covered, where another entity's goods were taken back, is of no line.",
  query: Question,
  problems: ["unprocessable_request", "mark_ahead"],
  columns: [
    { name: "day", type: "date", note: "on which it is accounted, in the programme's zone" },
    { name: "entity", type: "text", note: "whose books" },
    { name: "store_id", type: "text", note: "where; empty where there was none, and of what time does" },
    { name: "category", type: "text", note: "of the goods, as the till has named it; empty: of no line" },
    { name: "event", type: "text", note: "what it is for" },
    { name: "amount", type: "amount", note: "turned over: as much was debited as credited" },
  ],
  rows: `select day, entity, nullif(store_id, '') as store_id, nullif(category, '') as category, event, sum(amount)::bigint as amount
    from (${categoriesAtMark}) c
    where ${isAsked("entity", "entity")} and ${isAsked("store", "store_id")} and ${isAsked("category", "category")}
      and ${within("from", ">=")} and ${within("to", "<=")}
    group by 1, 2, 3, 4, 5 having sum(amount) <> 0`,
  order: `r.day, r.entity collate "C", r.store_id collate "C" nulls first, r.category collate "C" nulls first, r.event collate "C"`,
  isShort: true,
  given: ({ store, category, ...asked }, actor) => ({
    ...givenPeriod(asked, actor),
    store: store ?? "",
    category: category ?? "",
  }),
});
