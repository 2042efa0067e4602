/** Staff who may adjust, and which members they are. */
import { pageSchema } from "../../kernel/answers.ts";
import { keyIn, pageOf, PageQuery } from "../../engine/definition/page.ts";
import { defineRead } from "../../engine/definition/read.ts";
import { STAFF_ID, StaffView } from "./registration.ts";
import { staffRows } from "./staff-store.ts";

const PAGE = `select ${staffRows.list("s")} from staff s where s.staff_id > $1::text order by s.staff_id limit $2::int`;

export const listStaff = defineRead({
  name: "list-staff",
  permission: "administer",
  http: { method: "get", path: "/v1/staff", tag: "Administration", summary: "Staff, and which members they are" },
  query: PageQuery,
  answer: { description: "A page, by id.", schema: pageSchema(StaffView).openapi("StaffPage") },
  problems: ["unprocessable_request"],
  async read({ reader }, { query: { limit, cursor } }) {
    const found = await reader.values(PAGE, [keyIn(cursor, STAFF_ID) ?? "", limit + 1]);
    return pageOf(
      found.map((values) => staffRows.decode(values)),
      limit,
      ({ staffId }) => staffId,
      ({ staffId, memberId }) => ({ staffId, memberId }),
    );
  },
});
