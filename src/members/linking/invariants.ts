/** Invariants of links that customers start: as they were started, as they have ended, and how often they were tried. */
import { brokenUnless, hasOnly, id, type Invariant } from "../../engine/definition/invariant.ts";
import { LINK_MINUTES, LINK_REASON, MOST_WRONG_LINK_CODES } from "./terms.ts";

const linksAreAsStarted: Invariant = {
  name: "customer_links_are_as_started",
  statement:
    "Every link that a customer has started is there as it was answered, for the member whom the request was of; its codes are good for ten minutes. Nobody is told of it.",
  facts: `select ${brokenUnless(
    `c.link_id is not null and o.operation_id is not null and o.status = 201 and ${hasOnly("o", [])} and o.events is null
      and c.bucket = o.bucket and c.member_id = o.member_id and c.started_at = o.posted_at
      and c.expires_at = c.started_at + interval '${LINK_MINUTES} minutes' and (o.answer->>'expiresAt')::timestamptz = c.expires_at
      and o.answer->>'linkId' = ${id("lnk", "c.link_id")} and o.answer->>'status' = 'open'`,
    {
      linkId: id("lnk", "coalesce(c.link_id, o.operation_id)"),
      memberId: `json_build_array(${id("mbr", "c.member_id")}, ${id("mbr", "o.member_id")})`,
      link: "case when c.link_id is null then 'missing' else 'there' end",
      startedAt: "json_build_array(c.started_at, o.posted_at)",
    },
  )}
    from customer_links c
      full join (select * from operations where name = 'link-start' and refusal is null) o on o.operation_id = c.link_id`,
};

/** What codes were tried for, by the link: `linked` and `refused` once at most, `wrong` as often as was told. */
const TRIED = `tried as (
    select o.answer->>'linkId' as link, count(*) filter (where o.refusal = 'link_codes_wrong') as wrong,
      json_agg(o.operation_id) filter (where o.refusal is null) as linked,
      json_agg(o.operation_id) filter (where o.refusal = 'link_refused') as refused
    from operations o where o.name = 'link-confirmation' and (o.refusal is null or o.refusal in ('link_codes_wrong', 'link_refused'))
    group by 1)`;

const linksAreAsEnded: Invariant = {
  name: "customer_links_are_as_ended",
  statement:
    "Every link counts just the wrong codes that were answered, five at most. It is linked exactly if an operation has answered so in time, by a merge of its two members; refused exactly if one has said that; replaced exactly if its member has started another. Shown: what is kept, what was answered.",
  facts: `with ${TRIED}
    select ${brokenUnless(
      `c.link_id is not null and c.wrong_tries = coalesce(t.wrong, 0) and c.wrong_tries <= ${MOST_WRONG_LINK_CODES} and case c.status
        when 'open' then c.ended_by is null and t.linked is null and t.refused is null
          and not exists (select from customer_links x where x.bucket = c.bucket and x.member_id = c.member_id and x.status = 'open' and x.link_id <> c.link_id)
        when 'replaced' then x.member_id = c.member_id and x.link_id <> c.link_id and t.linked is null and t.refused is null
        when 'refused' then t.refused::jsonb = jsonb_build_array(c.ended_by) and t.linked is null
        else t.linked::jsonb = jsonb_build_array(c.ended_by) and t.refused is null and o.status = 200 and o.reason = '${LINK_REASON}'
          and ${hasOnly("o", ["reason"])} and m.merge_id is not null and m.merged_at = o.posted_at and o.posted_at < c.expires_at
          and o.answer->>'status' = 'linked' and (c.member_id, c.other_id) in ((m.survivor_id, m.absorbed_id), (m.absorbed_id, m.survivor_id)) end`,
      {
        linkId: `coalesce(${id("lnk", "c.link_id")}, t.link)`,
        status: "c.status",
        endedBy: id("opn", "c.ended_by"),
        wrongTries: "json_build_array(c.wrong_tries, coalesce(t.wrong, 0))",
      },
    )}
    from customer_links c left join customer_links x on x.bucket = c.bucket and x.link_id = c.ended_by
      full join tried t on t.link = ${id("lnk", "c.link_id")}
      left join operations o on c.status = 'linked' and o.operation_id = c.ended_by
      left join merges m on m.merge_id = o.operation_id`,
};

export const customerLinkInvariants: readonly Invariant[] = [linksAreAsStarted, linksAreAsEnded];
