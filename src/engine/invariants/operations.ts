/** Invariants of operations: the rules, the day and the instant by which each was judged. */
import { brokenUnless, id, type Invariant } from "../definition/invariant.ts";
import { bucketIn } from "../transfer-sql.ts";
import { HASH_VERSION } from "../journal/submission.ts";
import { isDayOf, judgedBy, TIMETABLE } from "./in-force.ts";

/** A receipt comes from a till, which says when it happened; everything else happens when it is asked for. */
const IS_RECEIPT = "o.refusal is null and o.brand is not null and o.terminal_id is not null";

const operationsAreAsJudged: Invariant = {
  name: "operations_are_as_judged",
  statement:
    "Each operation was judged by the rules that were in force on its day, and is accounted on the day of the programme's zone on which it was posted. It happened when it was posted, unless it is a receipt of a till; what was refused is told to nobody, and what was answered of a member is kept with the member or the till. It lies in the bucket of its number.",
  facts: `with ${TIMETABLE}
    select ${brokenUnless(
      `o.bucket = ${bucketIn("o.operation_id")} and o.hash_version between 1 and ${HASH_VERSION}
        and ${isDayOf("o.accounting_date", "o.posted_at")}
        and (o.occurred_at = o.posted_at or (${IS_RECEIPT}))
        and (${judgedBy("o.policy_version", "o.posted_at", "o.posted_at")}
          or (${IS_RECEIPT} and ${judgedBy("o.policy_version", "o.occurred_at", "o.posted_at")}))
        and (o.events is null or (o.refusal is null
          and (o.member_id is not null or o.terminal_id is not null or o.answer->>'memberId' is null)))`,
      {
        operationId: id("opn", "o.operation_id"),
        entity: "o.brand",
        name: "o.name",
        accountingDate: "o.accounting_date",
        policyVersion: "o.policy_version",
        occurredAt: "o.occurred_at",
        postedAt: "o.posted_at",
        events: "coalesce(json_array_length(o.events), 0)",
      },
    )}
    from operations o cross join timetable`,
};

export const operationInvariants: readonly Invariant[] = [operationsAreAsJudged];
