/** Staff, as they are kept; and who stands by now for the members who they are. */
import { arrayOf } from "../../db/arrays.ts";
import { TableRows } from "../../db/table-rows.ts";
import { hash128 } from "../../kernel/hash.ts";
import { bucketOfHash, fromUuid, type MemberId } from "../../kernel/ids.ts";
import { defineReading, keyedDocuments } from "../../engine/definition/document-store.ts";
import { staff } from "./tables.ts";

export const staffRows = new TableRows(staff);
export const staffStore = keyedDocuments(staffRows, "staffId");

/** As operations about one of the staff are found. */
export const keyOf = (staffId: string): string => hash128(`staff|${staffId}`);
export const bucketOfStaff = (staffId: string) => bucketOfHash(keyOf(staffId));
/** A row can be locked only once it is there: commands about one of the staff come one at a time. */
export const oneStaffAtATime = (staffId: string) => [{ key: keyOf(staffId), role: "probe" }] as const;

interface StandingRow {
  readonly staff_id: string;
  readonly member_id: string;
}

/** Of registrations each counts, not the last one alone: nobody gets rid of an account by being registered as another. */
const STANDING = `with known as (
    select s.staff_id, s.member_id from staff s where s.staff_id = any($1::text[])
    union
    select a.staff_id, substr(o.answer->>'memberId', 5)::uuid
    from unnest($1::text[], $2::uuid[]) a (staff_id, subject_hash) join operations o on o.subject_hash = a.subject_hash
    where o.name = 'staff-registration' and o.refusal is null)
  select distinct k.staff_id, coalesce(w.survivor_id, k.member_id) as member_id
  from known k left join wallets w on w.member_id = k.member_id where k.member_id is not null order by 1, 2`;

/** By staff id, the members who stand by now for whom they are, or were registered as before; without those who are none. */
export type Standing = Readonly<Record<string, readonly MemberId[]>>;

/** Asked once the wallet in question is locked: nobody can become one with its member any more. */
export const staffReading = defineReading<readonly string[], Standing>("staff as members", async (tx, staffIds) => {
  const keys = staffIds.map(keyOf);
  const rows = await tx.run<StandingRow>(STANDING, [arrayOf(staffIds, "text"), arrayOf(keys, "uuid")]);
  const standing: Record<string, MemberId[]> = {};
  for (const { staff_id, member_id } of rows) {
    (standing[staff_id] ??= []).push(fromUuid("mbr", member_id));
  }
  return standing;
});
