/** What two people have overridden, changed by hand. */
import type { Break } from "./break.ts";
import { textLike } from "./break.ts";

const anOverride = () => ({ overrideId: textLike(/^ovr_/) });
const broken = ["merge_overrides_are_by_two_people"];

export const ofOverrides: readonly Break[] = [
  {
    what: "an override that one person has asked for and approved",
    sql: () => "update operations set staff_id = 'anna-1' where name = 'merge-override-approval'",
    broken,
    place: () => ({ ...anOverride(), staffIds: ["anna-1", "anna-1", "anna-1"] }),
  },
  {
    what: "an override of which it is forgotten that it was approved",
    sql: () => "update merge_overrides set approved_by = null, approved_at = null",
    broken,
    place: anOverride,
  },
  {
    what: "a request for an override that is there no more",
    sql: () => "delete from merge_overrides where approved_by is null",
    broken,
    place: () => ({ ...anOverride(), override: "missing" }),
  },
  {
    what: "an override of two others",
    sql: () =>
      "update merge_overrides set one_id = '00000000-0000-7000-8000-000000000001' where approved_by is not null",
    broken,
    place: anOverride,
  },
];
