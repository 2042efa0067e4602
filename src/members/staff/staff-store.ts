/** Staff, as they are kept; and who stands by now for the members who they are. */
import { arrayOf } from "../../db/arrays.ts";
import { TableRows } from "../../db/table-rows.ts";
import { hash128 } from "../../kernel/hash.ts";
import { bucketOfHash, fromUuid, type MemberId } from "../../kernel/ids.ts";
import { defineReading, keyedDocuments } from "../../engine/definition/document-store.ts";
import { staff } from "./tables.ts";

export const staffRows = new TableRows(staff);
export const staffStore = keyedDocuments(staffRows, "staffId");

const keyOf = (staffId: string): string => hash128(`staff|${staffId}`);
export const bucketOfStaff = (staffId: string) => bucketOfHash(keyOf(staffId));
/** A row can be locked only once it is there: commands about one of the staff come one at a time. */
export const oneStaffAtATime = (staffId: string) => [{ key: keyOf(staffId), role: "probe" }] as const;

interface StandingRow {
  readonly staff_id: string;
  readonly member_id: string;
}

const STANDING = `select s.staff_id, coalesce(w.survivor_id, s.member_id) as member_id
  from staff s left join wallets w on w.member_id = s.member_id
  where s.staff_id = any($1::text[]) and s.member_id is not null`;

/** By staff id, the member who stands by now for who they are; without those who are no member. */
export type Standing = Readonly<Record<string, MemberId>>;

/** Asked once the wallet in question is locked: nobody can become one with its member any more. */
export const staffReading = defineReading<readonly string[], Standing>("staff as members", async (tx, staffIds) => {
  const rows = await tx.run<StandingRow>(STANDING, [arrayOf(staffIds, "text")]);
  return Object.fromEntries(rows.map(({ staff_id, member_id }) => [staff_id, fromUuid("mbr", member_id)]));
});
