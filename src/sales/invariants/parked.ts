/** Invariants of returns that wait for their sale. */
import { brokenUnless, id, type Invariant } from "../../engine/definition/invariant.ts";

/**
 * Whoever parks one has the key of its sale first, and looks at the clock then; clocks of two processes may differ by so
 * much. Those of one transaction came in the order of its operations.
 */
const DIFFERENCE_OF_CLOCKS = "interval '1 minute'";
const EARLIER = "(partition by q.receipt_key order by q.ordinal rows between unbounded preceding and 1 preceding)";
const TOGETHER =
  "(partition by q.receipt_key, o.position order by q.ordinal rows between unbounded preceding and 1 preceding)";

const parkedReturnsWait: Invariant = {
  name: "parked_returns_wait_for_their_sale",
  statement:
    "A return is parked once, and only as long as nothing is known of its sale: neither the sale, nor that it will never come. Those of one sale are numbered in the order in which they came.",
  facts: `select ${brokenUnless(
    `(p.status <> 'parked' or k.key is null) and p.times = 1 and p.ordinal = p.numbered and (p.status = 'refused') = (p.refusal is not null)
      and (p.latest_before is null or p.parked_at + ${DIFFERENCE_OF_CLOCKS} >= p.latest_before) and (p.last_before is null or p.place > p.last_before)`,
    {
      returnId: id("ret", "p.operation_id"),
      entity: "p.terms->'receipt'->>'brand'",
      sale: id("opn", "k.operation_id"),
      times: "p.times",
      numbered: "json_build_array(p.ordinal, p.numbered)",
      parkedAt: "json_build_array(p.parked_at, p.latest_before)",
    },
  )}
    from (select q.*, o.place, row_number() over (partition by q.receipt_key order by q.ordinal) as numbered,
        count(*) over (partition by q.operation_id) as times,
        max(q.parked_at) over ${EARLIER} as latest_before, max(o.place) over ${TOGETHER} as last_before
      from parked_returns q left join operations o using (operation_id)) p
      left join command_keys k on k.key = p.receipt_key`,
};

export const parkedInvariants: readonly Invariant[] = [parkedReturnsWait];
