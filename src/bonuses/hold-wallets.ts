/** That each hold is in one wallet, and where it was before. */
import { brokenUnless, id, type Invariant } from "../engine/definition/invariant.ts";
import { bucketIn } from "../engine/transfer-sql.ts";

export const holdsAreInOneWallet: Invariant = {
  name: "holds_are_in_one_wallet",
  statement:
    "Each hold is in one wallet: where it was placed, or where the operations that moved it have brought it, one after another; wherever it was before it says that it has moved on.",
  facts: `select ${brokenUnless(
    `h.rows = h.moved + 1 and h.last_to is not distinct from case when h.moves > 0 then h.living end and h.chained and h.accepted and h.placed`,
    {
      holdId: id("hld", "h.hold_id"),
      entity: "h.brand",
      memberId: id("mbr", "h.living"),
      rows: "json_build_array(h.rows, h.moved)",
    },
  )}
    from (select h.hold_id, min(h.brand) as brand, count(*) as rows, count(*) filter (where h.status = 'moved') as moved,
        (array_agg(h.member_id) filter (where h.status <> 'moved'))[1] as living,
        max(m.moves) filter (where h.status <> 'moved') as moves,
        (array_agg(m.last_to) filter (where h.status <> 'moved'))[1] as last_to,
        bool_and(h.bucket = ${bucketIn("h.member_id")}) as placed, bool_and(m.chained) as chained, bool_and(m.accepted) as accepted
      from holds h, lateral (
        select count(*) as moves, (array_agg(substr(e.move->>'to', 5)::uuid order by e.place desc))[1] as last_to,
          coalesce(bool_and(e.before is null or e.before = e.move->>'from'), true) as chained,
          coalesce(bool_and(exists (select from operations o where o.operation_id = substr(e.move->>'operationId', 5)::uuid and o.refusal is null)), true) as accepted
        from (select move, place, lag(move->>'to') over (order by place) as before
          from json_array_elements(h.moves) with ordinality as each(move, place) where move->>'event' = 'move') e) m
      group by h.hold_id) h`,
};
