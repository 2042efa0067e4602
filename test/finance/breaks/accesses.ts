/** The access log, changed by hand. */
import type { Break } from "./break.ts";
import { textLike } from "./break.ts";

const OTHER = "'00000000-0000-7000-8000-000000000001'";
const anAccess = () => ({ accessId: textLike(/^acs_/) });
const aGuard = () => ({ table: "accesses" });

export const ofAccesses: readonly Break[] = [
  {
    what: "a look at somebody whom the profile has never led to",
    sql: () => `update accesses set member_id = ${OTHER} where member_id is not null`,
    broken: ["accesses_are_of_whom_they_name"],
    place: anAccess,
  },
  {
    what: "a look at a profile of another brand",
    sql: () => "update accesses set brand = 'eldorado' where brand is not null",
    broken: ["accesses_are_of_whom_they_name"],
    place: () => ({ ...anAccess(), brand: ["eldorado", "mvideo"] }),
  },
  {
    what: "a look by a client that nobody has registered",
    sql: () => `update accesses set client_id = ${OTHER}`,
    broken: ["accesses_are_of_whom_they_name"],
    place: anAccess,
  },
  {
    what: "an access log that anybody may cut short",
    sql: () => "alter table accesses disable trigger accesses_are_kept",
    broken: ["access_log_is_kept"],
    place: aGuard,
  },
  {
    what: "an access log that may be changed",
    sql: () => "drop trigger accesses_are_never_changed on accesses",
    broken: ["access_log_is_kept"],
    place: aGuard,
  },
  {
    what: "an access log out of which something takes rows by itself",
    sql: () =>
      "create trigger forget before insert on accesses for each statement execute function suppress_redundant_updates_trigger()",
    broken: ["access_log_is_kept"],
    place: aGuard,
  },
  {
    what: "an access log that the service may cut short",
    sql: () => "grant delete on accesses to mclub_app",
    broken: ["access_log_is_kept"],
    place: () => ({ ...aGuard(), privilege: "delete" }),
  },
];
