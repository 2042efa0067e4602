/** All reconciliations, the newest first. */
import { keyIn, pageOf, PageQuery } from "../../../engine/definition/page.ts";
import { defineRead } from "../../../engine/definition/read.ts";
import { pageSchema } from "../../../kernel/answers.ts";
import { uuidOf } from "../../../kernel/ids.ts";
import { reconciliationRows } from "../stores.ts";
import { ReconciliationView, reconciliationView } from "./reconciliation-view.ts";

const list = reconciliationRows.list("r");
const ALL = `select ${list} from reconciliations r where r.reconciliation_id < $1::uuid order by r.reconciliation_id desc limit $2::int`;
const OF_BRAND = `select ${list} from reconciliations r where r.brand = $3 and r.reconciliation_id < $1::uuid order by r.reconciliation_id desc limit $2::int`;
const KEY = /^[0-9a-f]{32}$/;

export const listReconciliations = defineRead({
  name: "list-reconciliations",
  permission: "receipts.reconcile",
  http: {
    method: "get",
    path: "/v1/reconciliations",
    tag: "Reconciliation",
    summary: "List reconciliations",
    description: "The newest first. A client of one brand sees its own.",
  },
  query: PageQuery,
  answer: {
    description: "A page of reconciliations.",
    schema: pageSchema(ReconciliationView).openapi("Reconciliations"),
  },
  problems: ["unprocessable_request"],
  async read({ reader }, { actor, query: { limit, cursor } }) {
    const before = keyIn(cursor, KEY) ?? "f".repeat(32);
    const found =
      actor.brand === null
        ? await reader.values(ALL, [before, limit + 1])
        : await reader.values(OF_BRAND, [before, limit + 1, actor.brand]);
    return pageOf(
      found.map((values) => reconciliationRows.decode(values)),
      limit,
      ({ id }) => uuidOf(id),
      reconciliationView,
    );
  },
});
