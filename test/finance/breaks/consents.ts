/** Consents, changed by hand. */
import type { Break } from "./break.ts";
import { textLike } from "./break.ts";

const CHANGE = "(select operation_id from operations where name = 'consent-change')";
const aProfile = () => ({ profileId: textLike(/^prf_/) });

export const ofConsents: readonly Break[] = [
  {
    what: "a consent that nobody has given",
    sql: () =>
      `update profiles set consents = '{"sms": true, "email": true, "post": true}' where consents::text like '%"sms":false%'`,
    broken: ["consents_are_their_history"],
    place: () => ({ ...aProfile(), given: ["true", "false"] }),
  },
  {
    what: "a consent whose history is gone",
    sql: () => `delete from profile_consents where operation_id in ${CHANGE} and purpose = 'post'`,
    broken: ["consents_are_their_history", "consents_are_as_said"],
    place: () => ({ ...aProfile(), given: ["true", null] }),
  },
  {
    what: "a consent that was taken back, as if it were not",
    sql: () => `update profile_consents set given = true where operation_id in ${CHANGE} and purpose = 'sms'`,
    broken: ["consents_are_as_said", "consents_are_their_history"],
    place: () => ({ ...aProfile(), given: ["true", "false"] }),
  },
  {
    what: "late news that is dated as if it were the latest",
    sql: () =>
      `update profile_consents set since = since + interval '59 seconds 500 milliseconds' where purpose = 'email' and not given`,
    broken: ["consents_are_as_said", "consents_are_their_history"],
    place: aProfile,
  },
  {
    what: "a change of consents that nobody was told of",
    sql: () => "update operations set events = null where name = 'consent-change'",
    broken: ["consents_are_as_said"],
    place: () => ({ operationId: textLike(/^opn_/), told: null }),
  },
  {
    what: "a consent of a registration that was made otherwise",
    sql: () => `update profile_consents set purpose = 'profiling' where operation_id = profile_id and operation_id in
      (select profile_id from profile_consents where operation_id in ${CHANGE})`,
    broken: ["consents_are_their_history"],
    place: aProfile,
  },
];
