/** Invariants of representatives: links as they were granted and ended, and nothing spent by one beyond its limits. */
import { bucketIn } from "../../engine/transfer-sql.ts";
import {
  brokenUnless,
  decimal,
  eventOf,
  hasOnly,
  id,
  type Invariant,
  tells,
} from "../../engine/definition/invariant.ts";
import { representativeEnded, representativeGranted } from "../events.ts";
import { stoodFor } from "../owner-sql.ts";

const WHOSE = {
  representationId: id("rep", "l.link_id"),
  memberId: id("mbr", "l.member_id"),
  representativeId: id("mbr", "l.representative_id"),
};
/** SQL: a limit as an answer has it. */
const limitIn = (field: string): string => `(g.answer->'rights'->'spendUpTo'->>'${field}')::numeric * 100`;
const GRANTED = `g.operation_id is not null and g.bucket = l.bucket and g.status = 201 and g.reason is not null and g.reference is not null
  and ${hasOnly("g", ["reason", "reference"])} and ${tells("g.events", [eventOf(representativeGranted, WHOSE, "g.events->0")])}
  and g.answer->>'representationId' = ${WHOSE.representationId} and g.answer->>'memberId' = ${WHOSE.memberId}
  and g.answer->>'representativeId' = ${WHOSE.representativeId} and ${stoodFor("g.member_id", "l.member_id")}
  and (g.answer->'rights'->>'see')::boolean = l.sees
  and l.per_operation is not distinct from ${limitIn("perOperation")} and l.per_month is not distinct from ${limitIn("perMonth")}
  and coalesce(l.since, g.posted_at) = (g.answer->>'from')::timestamptz and l.until is not distinct from (g.answer->>'until')::timestamptz
  and m.member_id is not null and r.member_id is not null`;
/** Whoever is erased acts for nobody, and nobody for him; what had been bought by the link may come back since. */
const ERASED = `x.operation_id is not null and e.operation_id is null and x.posted_at = l.ended_at and l.uses_then <= l.uses
  and x.answer->'representatives' is not null and exists (select from json_array_elements_text(x.answer->'representatives') r where r = ${WHOSE.representationId})`;
const ENDED = `case when x.operation_id is not null then ${ERASED} when l.ended_by is null then l.ended_at is null and l.uses_then is null and e.operation_id is null
  else coalesce(e.operation_id = l.ended_by and e.bucket = l.bucket and e.status = 200 and e.posted_at = l.ended_at
    and e.reason is not null and e.member_id = l.member_id and ${hasOnly("e", ["reason", "reference"])}
    and ${tells("e.events", [eventOf(representativeEnded, WHOSE, "e.events->0")])}
    and e.answer->>'memberId' = ${WHOSE.memberId} and e.answer->>'representativeId' = ${WHOSE.representativeId}
    and (e.answer->>'endedAt')::timestamptz = l.ended_at and (e.answer->>'uses')::int = l.uses_then, false) end`;

const representativesAreAsGranted: Invariant = {
  name: "representatives_are_as_granted",
  statement:
    "Every link of a representative was granted by the operation whose number it has, with the rights and dates that were answered and told, between two members who have wallets; every grant has its link. One that has ended was ended once, by an operation that has answered and told it; each states its reason.",
  facts: `select ${brokenUnless(`coalesce(l.link_id is not null and ${GRANTED} and ${ENDED}, false)`, {
    representationId: id("rep", "coalesce(l.link_id, g.operation_id)"),
    memberId: id("mbr", "l.member_id"),
    grantedBy: id("opn", "g.operation_id"),
    endedBy: `json_build_array(${id("opn", "l.ended_by")}, ${id("opn", "e.operation_id")})`,
  })}
    from representative_links l
      full join (select * from operations where name = 'representative-grant' and refusal is null) g on g.operation_id = l.link_id
      left join (select * from operations where name = 'representative-end' and refusal is null) e
        on e.answer->>'representationId' = ${id("rep", "l.link_id")}
      left join (select * from operations where name = 'member-erasure' and refusal is null) x on x.operation_id = l.ended_by
      left join wallets m on m.member_id = l.member_id
      left join wallets r on r.member_id = l.representative_id
    union all
    select ${brokenUnless("l.link_id is not null", { representationId: "e.answer->>'representationId'", endedBy: id("opn", "e.operation_id") })}
    from operations e left join representative_links l on ${id("rep", "l.link_id")} = e.answer->>'representationId'
    where e.name = 'representative-end' and e.refusal is null`,
};

/** What an operation has spent or put aside, and what came back by one, in hundredths. */
const MOVED = `case
  when o.name = 'purchase' then (o.answer->>'spent')::numeric * 100
  when o.name in ('redemption', 'hold') then (o.answer->>'amount')::numeric * 100
  when o.name = 'order' then (o.answer->>'held')::numeric * 100
  when o.name in ('return', 'return-by-receipt') then -(o.answer->>'bonusesBack')::numeric * 100
  when o.name = 'reversal' then u.amount end`;
const KIND = `case when o.name in ('purchase', 'redemption', 'hold', 'order') then u.kind = 'spent' and u.amount >= 0
  when o.name = 'reversal' then (u.kind = 'came_back' and u.amount < 0) or (u.kind = 'taken_again' and u.amount > 0)
  else u.kind = 'came_back' and u.amount < 0 end`;
/** With the use before it. Months are told by numbers that are never changed: by the day on which an operation was posted. */
const USES = `uses as (
    select u.*, lag(u.month) over of_link as month_before, lag(u.month_spent) over of_link as spent_before,
      row_number() over of_link as expected, lead(u.ordinal) over of_link is null as is_last
    from representative_uses u window of_link as (partition by u.link_id order by u.ordinal))`;
const LAWFUL = `u.kind <> 'spent' or (coalesce(l.since <= o.posted_at, true) and coalesce(l.until > o.posted_at, true) and coalesce(u.ordinal <= l.uses_then, true)
    and (u.amount = 0 or (coalesce(l.per_operation, l.per_month) is not null and coalesce(u.amount <= l.per_operation, true)
      and coalesce(u.month_spent <= l.per_month, true))))`;
const ITS_OWN = `coalesce(u.bucket = l.bucket and u.ordinal = u.expected and u.amount = ${MOVED} and ${KIND}
    and u.month = greatest(to_char(o.accounting_date, 'YYYY-MM'), u.month_before)
    and u.month_spent = u.amount + case when u.month = u.month_before then u.spent_before else 0 end
    and u.wallet_version = coalesce((o.answer->'representative'->>'walletVersion')::bigint, (o.answer->'balance'->>'version')::bigint, u.wallet_version)
    and case when u.kind = 'spent' then o.answer->'representative'->>'representationId' = ${id("rep", "u.link_id")}
      and o.answer->'representative'->>'profileId' is not distinct from ${id("prf", "u.profile_id")} else o.answer->'representative' is null end
    and ${stoodFor("o.member_id", "l.member_id", "o.profile_id")}
    and (u.profile_id is null or (u.kind = 'spent' and p.profile_id is not null)), false)`;

const representativesKeepTheirLimits: Invariant = {
  name: "representatives_keep_their_limits",
  statement:
    "What was done by a representative was done by a link that was in force, for the member it is of, and spent no more than its limit for one operation, nor all of a month, without what came back in it, more than that for a month. Each use is of the link, the identifier's profile, the amount and the version of the wallet that its operation has answered, numbered from one without a gap; whatever has answered that somebody acted has its use, and a link knows the last of them.",
  facts: `with ${USES}
    select ${brokenUnless(`coalesce(${ITS_OWN} and (${LAWFUL}), false)`, {
      representationId: id("rep", "u.link_id"),
      operationId: id("opn", "u.operation_id"),
      entity: "o.brand",
      ordinal: "json_build_array(u.ordinal, u.expected)",
      amount: `json_build_array(${decimal("u.amount")}, ${decimal(MOVED)})`,
      spent: `json_build_array(${decimal("u.month_spent")}, ${decimal("l.per_month")})`,
    })}
    from uses u left join representative_links l using (link_id)
      left join operations o on o.bucket = ${bucketIn("u.operation_id")} and o.operation_id = u.operation_id and o.refusal is null
      left join profiles p on p.profile_id = u.profile_id
    union all
    select ${brokenUnless(
      "l.uses = coalesce(u.ordinal, 0) and l.month is not distinct from u.month and l.month_spent = coalesce(u.month_spent, 0)",
      {
        representationId: id("rep", "l.link_id"),
        uses: "json_build_array(l.uses, u.ordinal)",
        month: "json_build_array(l.month, u.month)",
        spent: `json_build_array(${decimal("l.month_spent")}, ${decimal("u.month_spent")})`,
      },
    )}
    from representative_links l left join uses u on u.link_id = l.link_id and u.is_last
    union all
    select ${brokenUnless("u.link_id is not null", {
      representationId: "o.answer->'representative'->>'representationId'",
      operationId: id("opn", "o.operation_id"),
      entity: "o.brand",
      uses: "0",
    })}
    from operations o left join representative_uses u on u.operation_id = o.operation_id and u.kind = 'spent'
    where o.refusal is null and o.name in ('purchase', 'redemption', 'hold', 'order') and o.answer->'representative' is not null`,
};

export const representativeInvariants: readonly Invariant[] = [
  representativesAreAsGranted,
  representativesKeepTheirLimits,
];
