/** Invariants of links that customers start: as they were started, as they have ended, and how often they were tried. */
import { brokenUnless, hasOnly, id, type Invariant } from "../../engine/definition/invariant.ts";
import { bucketIn } from "../../engine/transfer-sql.ts";
import { LINK_MINUTES, LINK_REASON, MOST_WRONG_LINK_CODES } from "./terms.ts";
import { LINK_CONFIRMATION } from "../joining/operation-names.ts";

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
    from operations o where o.name = '${LINK_CONFIRMATION}' and (o.refusal is null or o.refusal in ('link_codes_wrong', 'link_refused'))
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

/** Links that say so of an account that stands for both: what was in it has not moved. */
const STAYED = `(select o.operation_id, o.member_id, (o.answer->>'coolingUntil')::timestamptz as until
    from operations o join customer_links c on c.ended_by = o.operation_id and c.status = 'linked' and c.other_id = o.member_id
    where o.name = '${LINK_CONFIRMATION}' and o.refusal is null and o.answer->>'coolingUntil' is not null)`;
const STAYED_LOTS = `stayed as (
    select k.operation_id, k.member_id, k.until, l.lot_id, l.spendable_from from ${STAYED} k
      left join lots l on l.bucket = ${bucketIn("k.member_id")} and l.member_id = k.member_id and l.spendable_from is not null)`;

/** Lots that came by a link that says that they cool off; and what says so. */
const BROUGHT = `brought as (
    select o.operation_id, o.posted_at, t.bucket, t.member_id, t.lot_id, (o.answer->>'coolingUntil')::timestamptz as until, k.member_id is not null as stays
    from operations o left join ${STAYED} k on k.operation_id = o.operation_id join transfers t on t.operation_id = o.operation_id and t.event = 'move' and t.debit = 'moved'
      and t.lot_id is not null and t.member_id = o.member_id
    where o.name = '${LINK_CONFIRMATION}' and o.refusal is null and o.answer->>'coolingUntil' is not null
    group by 1, 2, 3, 4, 5, 6, 7)`;

const lotsCoolOffAsAnswered: Invariant = {
  name: "lots_cool_off_as_answered",
  statement:
    "What cools off came into a wallet by a link that a customer has made, or was in that of the account that this has linked, and does until the instant that this has answered; whatever such a link has brought does, until then at the soonest, and where the linked account stands for both, something of it. A wallet says of no later instant than its lots, and of none before them. Shown: the lot's, the answer's.",
  facts: `with ${BROUGHT}, ${STAYED_LOTS}
    select ${brokenUnless("l.lot_id is not null and coalesce(l.spendable_from >= b.until, false)", {
      memberId: id("mbr", "b.member_id"),
      lotId: id("lot", "b.lot_id"),
      entity: "l.issuer",
      spendableFrom: "json_build_array(l.spendable_from, b.until)",
    })}
    from brought b left join lots l on l.bucket = b.bucket and l.member_id = b.member_id and l.lot_id = b.lot_id
    where not b.stays
    union all
    select ${brokenUnless("bool_or(coalesce(s.spendable_from >= s.until, false))", {
      memberId: id("mbr", "s.member_id"),
      lotId: "null",
      entity: "null",
      spendableFrom: "json_build_array(max(s.spendable_from), s.until)",
    })}
    from stayed s group by s.operation_id, s.member_id, s.until
    union all
    select ${brokenUnless(
      "exists (select from brought b where b.lot_id = l.lot_id and b.until = l.spendable_from) or exists (select from stayed s where s.lot_id = l.lot_id and s.until = l.spendable_from)",
      {
        memberId: id("mbr", "l.member_id"),
        lotId: id("lot", "l.lot_id"),
        entity: "l.issuer",
        spendableFrom: "json_build_array(l.spendable_from, null)",
      },
    )}
    from lots l where l.spendable_from is not null
    union all
    select ${brokenUnless("w.cooling_until is not distinct from l.last", {
      memberId: id("mbr", "w.member_id"),
      coolingUntil: "json_build_array(w.cooling_until, l.last)",
    })}
    from wallets w left join (
      select bucket, member_id, max(spendable_from) as last from lots where spendable_from is not null group by 1, 2) l
      on l.bucket = w.bucket and l.member_id = w.member_id
    where w.cooling_until is not null or l.last is not null`,
};

export const customerLinkInvariants: readonly Invariant[] = [linksAreAsStarted, linksAreAsEnded, lotsCoolOffAsAnswered];
